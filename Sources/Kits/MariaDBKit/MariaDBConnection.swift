import CMariaDB
package import CoffreCore
import CoffreSystem
import Glibc

/// One session of a MariaDB or MySQL server, through libmariadb. Used by one thread at a time.
///
/// A cancelled run shuts its socket: whatever waits for the server ends at once.
///
/// `@unchecked Sendable`: whoever holds it lends it to one thread at a time, never to two at once.
@safe package final class MariaDBConnection: @unchecked Sendable {
  /// The library's own; it is never used by two threads at a time.
  let handle: UnsafeMutablePointer<MYSQL>
  let cancellation: Cancellation
  private let socketGuard = SocketGuard()
  /// The library reads some of them whenever it likes.
  private let texts = CTexts()
  /// What a `LOAD DATA LOCAL` that runs takes its rows from.
  let feed = LoadFeed()

  /// Must run once before any other call, by one thread.
  private static let isLibraryReady: Bool = mysql_server_init(0, nil, nil) == 0

  /// - Parameters:
  ///   - timeout: for the connection to stand; looking up the host's name is not interrupted by it.
  package init(
    _ settings: MariaDBSettings, timeout: Duration = .seconds(20), cancellation: Cancellation
  ) throws(MariaDBError) {
    self.cancellation = cancellation
    if cancellation.isCancelled { throw .cancelled }
    precondition(Self.isLibraryReady, "the library does not start")
    guard let handle = unsafe mysql_init(nil) else { preconditionFailure("out of memory") }
    unsafe self.handle = handle
    prepare(settings)
    try connect(settings, until: Clock.monotonic() + timeout)
    // The library goes on without where the server has none.
    let isDemanded = settings.encryption == .required || settings.encryption == .verified
    guard !isDemanded || isEncrypted || settings.socket != nil else {
      throw MariaDBError(.unreachable, saying: "the server does not encrypt, and that is demanded")
    }
  }

  deinit {
    unsafe mysql_close(handle)
    withExtendedLifetime((texts, feed)) {}
  }

  // MARK: Opening

  private func prepare(_ settings: MariaDBSettings) {
    unsafe mysql_options(handle, MYSQL_OPT_NONBLOCK, nil)
    if settings.readsFiles { unsafe mysql_options(handle, MYSQL_READ_DEFAULT_GROUP, texts.add("coffre")) }
    // Whatever a file says of it: a row may be as large as the protocol lets.
    var packet = UInt(1) << 30
    unsafe mysql_options(handle, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet)
    var maySend: UInt32 = settings.mayLoad ? 1 : 0
    unsafe mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &maySend)
    // Never a file of the server's choice, even if a file of settings allows that.
    unsafe feed.install(on: handle)
    unsafe mysql_options(handle, MYSQL_SET_CHARSET_NAME, texts.add("utf8mb4"))
    unsafe mysql_options4(handle, MYSQL_OPT_CONNECT_ATTR_ADD, texts.add("program_name"), texts.add("coffre"))
    encrypt(settings)
  }

  private func encrypt(_ settings: MariaDBSettings) {
    guard settings.encryption != .disabled, settings.socket == nil else { return }
    unsafe mysql_ssl_set(
      handle, texts.add(settings.key), texts.add(settings.certificate), texts.add(settings.authorities),
      texts.add(settings.authoritiesFolder), nil)
    if let withdrawn = settings.withdrawn { unsafe mysql_options(handle, MYSQL_OPT_SSL_CRL, texts.add(withdrawn)) }
    // All it does is to try: a server that has none is spoken to without.
    var isWanted: CChar = 1
    unsafe mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &isWanted)
    var isVerified: CChar = settings.encryption == .verified ? 1 : 0
    unsafe mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &isVerified)
  }

  private func connect(_ settings: MariaDBSettings, until deadline: Duration) throws(MariaDBError) {
    let words = CTexts()
    defer { withExtendedLifetime(words) {} }
    var opened: UnsafeMutablePointer<MYSQL>?
    let isByName = settings.host != nil && settings.socket == nil
    if isByName {
      var protocolKind = UInt32(MYSQL_PROTOCOL_TCP.rawValue)
      unsafe mysql_options(handle, MYSQL_OPT_PROTOCOL, &protocolKind)
    }
    var wanted = unsafe mysql_real_connect_start(
      &opened, handle, words.add(settings.socket == nil ? settings.host : "localhost"), words.add(settings.user),
      words.add(settings.password?.exposedBytes), words.add(settings.database), UInt32(settings.port ?? 0),
      words.add(settings.socket), 0)
    while wanted != 0 {
      let ready = try wait(for: wanted, until: deadline)
      wanted = unsafe mysql_real_connect_cont(&opened, handle, ready)
    }
    guard unsafe opened != nil else {
      throw cancellation.isCancelled ? .cancelled : unsafe MariaDBError(of: handle, isConnecting: true)
    }
  }

  /// - Returns: what the library is told that happened.
  private func wait(for wanted: Int32, until deadline: Duration) throws(MariaDBError) -> Int32 {
    var events: Int16 = 0
    if wanted & MYSQL_WAIT_READ != 0 { events |= Int16(POLLIN) }
    if wanted & MYSQL_WAIT_WRITE != 0 { events |= Int16(POLLOUT) }
    while true {
      if cancellation.isCancelled { throw .cancelled }
      guard Clock.monotonic() < deadline else {
        throw MariaDBError(.unreachable, saying: "the server does not answer in time")
      }
      var waited = unsafe pollfd(fd: Int32(mysql_get_socket(handle)), events: events, revents: 0)
      guard unsafe poll(&waited, 1, 200) > 0 else { continue }
      var happened: Int32 = 0
      if waited.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0 { happened |= wanted & MYSQL_WAIT_READ }
      if waited.revents & Int16(POLLOUT | POLLERR | POLLHUP) != 0 { happened |= wanted & MYSQL_WAIT_WRITE }
      return happened
    }
  }

  /// Runs a call of the library that waits for the server.
  func freeOnCancel<Result>(_ body: () -> Result) throws(MariaDBError) -> Result {
    if cancellation.isCancelled { throw .cancelled }
    socketGuard.begin(Int32(unsafe mysql_get_socket(handle)))
    defer { socketGuard.end() }
    return cancellation.whenCancelled({ [socketGuard] in socketGuard.shutDown() }, during: body)
  }

  /// Ends the session at once, in the middle of whatever it does.
  func breakOff() { breakConnection(Int32(unsafe mysql_get_socket(handle))) }

  /// What to throw after a call that failed.
  func failure() -> MariaDBError { cancellation.isCancelled ? .cancelled : unsafe MariaDBError(of: handle) }
}

// MARK: Commands

extension MariaDBConnection {
  /// Runs one command; its rows come whole, for answers that are known to be small.
  @discardableResult
  package func execute(_ command: String) throws(MariaDBError) -> MariaDBRows {
    try execute(bytes: Array(command.utf8))
  }

  /// The same with a command that need not be UTF-8, as those of a dump are.
  @discardableResult
  package func execute(bytes command: [UInt8]) throws(MariaDBError) -> MariaDBRows {
    try send(command)
    let handle = unsafe handle
    let stored = try freeOnCancel { unsafe StoredResult(mysql_store_result(handle)) }
    if unsafe stored.pointer == nil, unsafe mysql_errno(handle) != 0 { throw failure() }
    return MariaDBRows(stored, affectedCount: unsafe stored.pointer == nil ? affectedCount : 0)
  }

  /// Sends a command, whose rows are then to be fetched.
  func send(_ command: [UInt8]) throws(MariaDBError) {
    let handle = unsafe handle
    let status = try freeOnCancel {
      unsafe command.withUnsafeBytes { bytes in
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        return unsafe mysql_real_query(handle, start, UInt(bytes.count))
      }
    }
    guard status == 0 else { throw failure() }
  }

  /// Of the last command: rows that it made, changed or removed.
  var affectedCount: Int64 { Int64(truncatingIfNeeded: unsafe mysql_affected_rows(handle)) }
}

// MARK: Facts

extension MariaDBConnection {
  /// As the server says it, such as `10.11.6-MariaDB-0+deb12u1-log`.
  package var serverVersion: String { unsafe String(cString: mysql_get_server_info(handle)) }

  /// Of the library itself.
  package static var clientVersion: String { unsafe String(cString: mysql_get_client_info()) }

  package var isEncrypted: Bool { unsafe mysql_get_ssl_cipher(handle) != nil }

  /// Whether the session takes a backslash in a text for itself, by its `sql_mode`.
  package var keepsBackslashes: Bool { unsafe handle.pointee.server_status & 512 != 0 }

  /// By which the server knows the session.
  package var threadID: UInt { UInt(unsafe mysql_thread_id(handle)) }

  /// How many remarks the last command left, for `SHOW WARNINGS`.
  package var warningCount: Int { Int(unsafe mysql_warning_count(handle)) }
}
