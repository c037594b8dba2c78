import CPostgres
package import CoffreCore
import CoffreSystem
import Glibc
import Synchronization

/// One session of a PostgreSQL server, through libpq. Used by one thread at a time.
///
/// A cancelled run shuts its socket: whatever waits for the server ends at once.
///
/// `@unchecked Sendable`: whoever holds it lends it to one thread at a time, never to two at once.
@safe package final class PostgresConnection: @unchecked Sendable {
  /// The library's own; it is never used by two threads at a time.
  let handle: OpaquePointer
  let cancellation: Cancellation
  private let notices = NoticeBox()
  private let waiting = WaitingSocket()
  private var readsFarAhead = false

  /// - Parameters:
  ///   - settings: keywords of libpq's connection strings and their values; neither the process list nor the environment
  ///     sees them. One host: the library's patience with each of several (`connect_timeout`) does not count here.
  ///   - timeout: for the connection to stand; looking up the host's name is not interrupted by it.
  package init(
    _ settings: [(keyword: String, value: String)], timeout: Duration = .seconds(20), cancellation: Cancellation
  ) throws(PostgresError) {
    self.cancellation = cancellation
    if cancellation.isCancelled { throw .cancelled }
    let begun = unsafe withCStrings(settings.map(\.keyword)) { keywords in
      unsafe withCStrings(settings.map(\.value)) { values in
        unsafe LibraryConnection(PQconnectStartParams(keywords, values, 0))
      }
    }
    guard let handle = unsafe begun.pointer else { preconditionFailure("out of memory") }
    unsafe self.handle = handle
    // They would go to standard error.
    _ = unsafe PQsetNoticeReceiver(handle, receiveNotice, Unmanaged.passUnretained(notices).toOpaque())
    // Why the server refuses comes as a text alone; like this, its code (SQLSTATE) stands in it.
    _ = unsafe PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
    try connect(until: Clock.monotonic() + timeout)
    _ = unsafe PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
  }

  deinit { unsafe PQfinish(handle) }

  private func connect(until deadline: Duration) throws(PostgresError) {
    guard unsafe PQstatus(handle) != CONNECTION_BAD else { throw unsafe PostgresError(connecting: handle) }
    // What the library wants to be asked with first.
    var wanted = PGRES_POLLING_WRITING
    while wanted != PGRES_POLLING_OK {
      switch wanted {
      case PGRES_POLLING_READING: try waitForSocket(Int16(POLLIN), until: deadline)
      case PGRES_POLLING_WRITING: try waitForSocket(Int16(POLLOUT), until: deadline)
      default: throw unsafe PostgresError(connecting: handle)
      }
      wanted = unsafe PQconnectPoll(handle)
    }
  }

  private func waitForSocket(_ event: Int16, until deadline: Duration) throws(PostgresError) {
    while true {
      if cancellation.isCancelled { throw .cancelled }
      guard Clock.monotonic() < deadline else {
        throw PostgresError(.unreachable, saying: "the server does not answer in time")
      }
      // The library may open another socket at each step.
      var waited = unsafe pollfd(fd: PQsocket(handle), events: event, revents: 0)
      // Before something has happened there, the library would take the connection for standing.
      if unsafe poll(&waited, 1, 200) > 0 { return }
    }
  }

  /// What the server said since this was asked last, besides its answers; the first thousand.
  package func takeNotices() -> [PostgresNotice] { notices.take() }
}

// MARK: Commands

extension PostgresConnection {
  /// Runs one command, or several separated by semicolons, of which the last one's rows come back.
  @discardableResult
  package func execute(_ command: String) throws(PostgresError) -> PostgresRows {
    let result = try freeOnCancel { unsafe LibraryResult(PQexec(handle, command)) }
    return PostgresRows(try accepted(result, PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY))
  }

  /// Runs commands that are bytes in the session's `client_encoding`, as those of a dump are, which need not be UTF-8.
  ///
  /// - Precondition: none of the bytes is zero.
  @discardableResult
  package func execute(bytes: [UInt8]) throws(PostgresError) -> PostgresRows {
    precondition(!bytes.contains(0), "the command would end at its zero byte")
    let ended = bytes + [0]
    let handle = unsafe handle
    let result = try freeOnCancel {
      unsafe ended.withUnsafeBytes { bytes in
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        return unsafe LibraryResult(PQexec(handle, start))
      }
    }
    return PostgresRows(try accepted(result, PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY))
  }

  /// Runs one command with values for `$1` and so on, which need no quoting.
  package func query(_ command: String, _ values: [String?]) throws(PostgresError) -> PostgresRows {
    let result = try freeOnCancel {
      unsafe withCStrings(values) { texts in
        unsafe LibraryResult(PQexecParams(handle, command, Int32(values.count), nil, texts, nil, nil, 0))
      }
    }
    return PostgresRows(try accepted(result, PGRES_TUPLES_OK, PGRES_COMMAND_OK))
  }

  /// - Returns: the same result, if its status is one that was wanted.
  func accepted(_ result: LibraryResult, _ wanted: ExecStatusType...) throws(PostgresError) -> LibraryResult {
    guard wanted.contains(result.status) else { throw failure(result) }
    return result
  }

  /// What to throw for a result that tells of a failure.
  func failure(_ result: LibraryResult) -> PostgresError {
    if cancellation.isCancelled { return .cancelled }
    return unsafe PostgresError(of: result, on: handle)
  }

  /// The outcome of a COPY whose rows have ended; afterwards the connection takes commands again.
  func endCopy() throws(PostgresError) -> PostgresRows {
    let outcome = try freeOnCancel {
      let outcome = unsafe LibraryResult(PQgetResult(handle))
      while true {
        let more = unsafe LibraryResult(PQgetResult(handle))
        // A connection that is still copying would give the same answer for ever.
        guard !more.isEmpty, more.status != PGRES_COPY_OUT, more.status != PGRES_COPY_IN else { break }
      }
      return outcome
    }
    return PostgresRows(try accepted(outcome, PGRES_COMMAND_OK))
  }

  /// Lets the library take up to 256 KiB from its socket at once, from now on.
  ///
  /// It takes what its buffer holds, 16 KiB at first; there is no setting for it, but the buffer grows to twice a message that
  /// does not fit, and stays so. This asks for such a message.
  func readFarAhead() throws(PostgresError) {
    guard !readsFarAhead else { return }
    try execute("SELECT pg_catalog.repeat(' ', 131072)")  // not for people
    readsFarAhead = true
  }

  /// Runs a call of the library that waits for the server.
  func freeOnCancel<Result>(_ body: () -> Result) throws(PostgresError) -> Result {
    if cancellation.isCancelled { throw .cancelled }
    waiting.begin(unsafe PQsocket(handle))
    defer { waiting.end() }
    return cancellation.whenCancelled({ [waiting] in waiting.shutDown() }, during: body)
  }
}

/// The socket of a call that waits; nobody else's, should its number be given to another one afterwards.
private final class WaitingSocket: Sendable {
  private let number = Mutex<Int32?>(nil)

  func begin(_ socket: Int32) { number.withLock { $0 = socket } }
  func end() { number.withLock { $0 = nil } }

  func shutDown() {
    number.withLock { number in
      if let number { _ = shutdown(number, Int32(SHUT_RDWR)) }
    }
  }
}

/// What the library began; so that a pointer comes out of a generic function inside something safe.
@safe struct LibraryConnection {
  let pointer: OpaquePointer?

  init(_ pointer: OpaquePointer?) { unsafe self.pointer = pointer }
}
