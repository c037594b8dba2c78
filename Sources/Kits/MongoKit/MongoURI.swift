import CMongo
import CoffreCore

/// An address as the library wants it. The password is put in behind the text, which nobody sees.
@safe final class MongoURI {
  let pointer: OpaquePointer

  /// Without this the library ends a command that takes five minutes: an index of a large collection does.
  private static let longestWait = Int32.max

  init(_ settings: MongoSettings, timeout: Duration) throws(MongoError) {
    var error = bson_error_t()
    guard let pointer = unsafe mongoc_uri_new_with_error(Self.text(of: settings), &error) else {
      // The library's words may quote the text; there is no secret in it.
      throw MongoError(error, reply: nil)
    }
    unsafe self.pointer = pointer
    let milliseconds = Int32(clamping: timeout.components.seconds * 1000)
    setDefault("serverSelectionTimeoutMS", max(1000, milliseconds))
    setDefault("connectTimeoutMS", max(1000, milliseconds))
    setDefault("socketTimeoutMS", Self.longestWait)
    _ = unsafe mongoc_uri_set_appname(pointer, "coffre")
    if let user = settings.user { try demand(unsafe mongoc_uri_set_username(pointer, user)) }
    if let source = settings.authSource { try demand(unsafe mongoc_uri_set_auth_source(pointer, source)) }
    if let password = settings.password {
      let text = CText(password.exposedBytes)
      try demand(unsafe mongoc_uri_set_password(pointer, text.pointer))
      withExtendedLifetime(text) {}
    }
  }

  deinit { unsafe mongoc_uri_destroy(pointer) }

  private func setDefault(_ name: String, _ value: Int32) {
    guard unsafe !mongoc_uri_has_option(pointer, name) else { return }
    _ = unsafe mongoc_uri_set_option_as_int32(pointer, name, value)
  }

  private func demand(_ isTaken: Bool) throws(MongoError) {
    guard isTaken else { throw MongoError(.unreachable, saying: "the user, the password or authSource is no text") }
  }

  static func text(of settings: MongoSettings) -> String {
    let hosts = settings.hosts.prefix(settings.isDirect ? 1 : settings.hosts.count).map { host in
      if host.name.hasPrefix("/") { return encoded(host.name) }
      if settings.isSeedList { return encoded(host.name) }
      let name = host.name.contains(":") ? "[\(host.name)]" : encoded(host.name)
      return "\(name):\(host.port)"
    }
    var options = settings.options.map { "\(encoded($0.name))=\(encoded($0.value))" }
    if settings.isDirect { options.append("directConnection=true") }
    let scheme = settings.isSeedList ? #"mongodb+srv"# : #"mongodb"#
    return "\(scheme)://\(hosts.joined(separator: ","))/?\(options.joined(separator: "&"))"
  }

  private static func encoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        bytes.append(contentsOf: "%\(byte < 16 ? "0" : "")\(digits)".utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
