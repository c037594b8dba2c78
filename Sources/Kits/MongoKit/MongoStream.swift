import CMongo
import Glibc

/// A stream of the library's that leads to a server, and the descriptor at its ground: the library tells nobody of those
/// that it makes itself.
@safe struct MongoStream {
  private let ground: OpaquePointer
  /// `nil` where it cannot be found; then nothing ends a wait before its time.
  let descriptor: Int32?

  /// The library's own default, in milliseconds.
  private static let usualTimeout: Int32 = 10_000
  private static let bufferSize = 1024

  /// Connects to one of a host's addresses.
  static func open(
    _ host: UnsafePointer<mongoc_host_list_t>, _ address: OpaquePointer?, _ error: UnsafeMutablePointer<bson_error_t>?
  ) -> MongoStream? {
    let end = unsafe bson_get_monotonic_time() + Int64(timeout(of: address)) * 1000
    if unsafe host.pointee.family == AF_UNIX {
      var place = sockaddr_un()
      place.sun_family = sa_family_t(AF_UNIX)
      let path = unsafe text(of: host.pointee.host)
      let isRoomy = unsafe withUnsafeMutableBytes(of: &place.sun_path) { bytes in
        guard path.utf8.count < bytes.count else { return false }
        unsafe bytes.copyBytes(from: path.utf8)
        return true
      }
      guard isRoomy else {
        unsafe fail(error, "the path of the socket is too long")  // not for people
        return nil
      }
      let size = socklen_t(MemoryLayout<sockaddr_un>.size)
      let made = unsafe withUnsafePointer(to: &place) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe connect(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, $0, size, until: end)
        }
      }
      if made == nil { unsafe fail(error, "\(path): \(String(cString: strerror(errno)))") }
      return made
    }
    let name = unsafe text(of: host.pointee.host)
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let port = unsafe host.pointee.port
    let status = unsafe getaddrinfo(name, "\(port)", &hints, &list)
    defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
    guard status == 0 else {
      unsafe fail(error, "\(name): \(String(cString: gai_strerror(status)))")
      return nil
    }
    var next = unsafe list
    var cause: Int32 = 0
    while let one = unsafe next {
      if let made = unsafe connect(
        one.pointee.ai_family, one.pointee.ai_socktype, one.pointee.ai_protocol, one.pointee.ai_addr,
        one.pointee.ai_addrlen, until: end)
      {
        return made
      }
      cause = errno
      unsafe next = one.pointee.ai_next
    }
    unsafe fail(error, "\(name):\(port): \(String(cString: strerror(cause)))")
    return nil
  }

  /// The same with TLS if the address asks for it. What fails is closed.
  func secured(
    for host: UnsafePointer<mongoc_host_list_t>, _ address: OpaquePointer?,
    _ error: UnsafeMutablePointer<bson_error_t>?
  ) -> OpaquePointer? {
    var stream = unsafe ground
    if let address = unsafe address, unsafe mongoc_uri_get_tls(address) {
      var options = unsafe mongoc_ssl_opt_get_default().pointee
      func option(_ name: String) -> UnsafePointer<CChar>? {
        unsafe mongoc_uri_get_option_as_utf8(address, name, nil)
      }
      func isSet(_ name: String) -> Bool { unsafe mongoc_uri_get_option_as_bool(address, name, false) }
      unsafe options.pem_file = option("tlscertificatekeyfile")
      unsafe options.ca_file = option("tlscafile")
      let isAnybody = isSet("tlsinsecure")
      unsafe options.weak_cert_validation = isAnybody || isSet("tlsallowinvalidcertificates")
      unsafe options.allow_invalid_hostname = isAnybody || isSet("tlsallowinvalidhostnames")
      let name = unsafe Self.text(of: host.pointee.host)
      guard let wrapped = unsafe mongoc_stream_tls_new_with_hostname(stream, name, &options, 1) else {
        unsafe mongoc_stream_destroy(stream)
        unsafe Self.fail(error, "TLS: a certificate, a key or a list of authorities cannot be read")  // not for people
        return nil
      }
      guard unsafe mongoc_stream_tls_handshake_block(wrapped, name, Self.timeout(of: address), error) else {
        unsafe mongoc_stream_destroy(wrapped)
        return nil
      }
      unsafe stream = wrapped
    }
    return unsafe mongoc_stream_buffered_new(stream, Self.bufferSize)
  }

  private static func connect(
    _ family: Int32, _ kind: Int32, _ protocolNumber: Int32, _ place: UnsafePointer<sockaddr>, _ size: socklen_t,
    until end: Int64
  ) -> MongoStream? {
    guard let socket = unsafe mongoc_socket_new(family, kind, protocolNumber) else { return nil }
    guard unsafe mongoc_socket_connect(socket, place, size, end) == 0 else {
      let cause = unsafe mongoc_socket_errno(socket)
      unsafe mongoc_socket_destroy(socket)
      errno = cause
      return nil
    }
    let descriptor = unsafe Self.descriptor(of: socket)
    return unsafe mongoc_stream_socket_new(socket).map { stream in
      unsafe MongoStream(ground: stream, descriptor: descriptor)
    }
  }

  /// It is the first thing that the library keeps of a socket. If that is true no more, the addresses differ.
  private static func descriptor(of socket: OpaquePointer) -> Int32? {
    let candidate = unsafe UnsafeRawPointer(socket).load(as: Int32.self)
    guard candidate > 2 else { return nil }
    var library = sockaddr_storage()
    var system = sockaddr_storage()
    let room = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var (librarySize, systemSize) = (room, room)
    let isSame = unsafe withUnsafeMutableBytes(of: &library) { own in
      unsafe withUnsafeMutableBytes(of: &system) { other in
        guard let first = own.baseAddress, let second = other.baseAddress,
          unsafe mongoc_socket_getsockname(socket, first.assumingMemoryBound(to: sockaddr.self), &librarySize) == 0,
          unsafe getsockname(candidate, second.assumingMemoryBound(to: sockaddr.self), &systemSize) == 0
        else { return false }
        return unsafe memcmp(first, second, Int(min(librarySize, room))) == 0
      }
    }
    return isSame && librarySize == systemSize ? candidate : nil
  }

  private static func timeout(of address: OpaquePointer?) -> Int32 {
    guard let address = unsafe address else { return usualTimeout }
    return unsafe mongoc_uri_get_option_as_int32(address, "connecttimeoutms", usualTimeout)
  }

  private static func text<Buffer>(of buffer: Buffer) -> String {
    unsafe withUnsafeBytes(of: buffer) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// In the library's place: its own words are English, too.
  private static func fail(_ error: UnsafeMutablePointer<bson_error_t>?, _ words: String) {
    guard let error = unsafe error else { return }
    unsafe error.pointee.domain = MONGOC_ERROR_STREAM.rawValue
    unsafe error.pointee.code = MONGOC_ERROR_STREAM_CONNECT.rawValue
    unsafe withUnsafeMutableBytes(of: &error.pointee.message) { bytes in
      let text = Array(words.utf8.prefix(bytes.count - 1))
      unsafe bytes.copyBytes(from: text)
      unsafe bytes[text.count] = 0
    }
  }
}
