import CSQLite
package import CoffreCore
import CoffreSystem
import Glibc

/// One connection to a database, through libsqlite3. Used by one thread at a time.
///
/// Nobody may open and close the database's file itself in this process while a connection to it is open: the kernel
/// takes away the locks of a whole process with the first descriptor that it closes (sqlite.org/howtocorrupt.html).
///
/// `@unchecked Sendable`: whoever holds it lends it to one thread at a time, never to two at once.
@safe package final class SQLiteConnection: @unchecked Sendable {
  package enum Access: Sendable {
    case reading
    /// Falls back to reading where the system allows no more.
    case writing
    case creating
  }

  /// The library's own; it is never used by two threads at a time.
  let handle: OpaquePointer
  private let cancellation: Cancellation
  private let patience: Patience
  private let file: ReaderFileSystem.Ticket?

  /// - Parameters:
  ///   - path: absolute.
  ///   - patience: how long to wait for locks of others.
  package convenience init(
    _ path: PathBytes, for access: Access, patience: Duration = .zero, cancellation: Cancellation
  ) throws(SQLiteError) {
    precondition(path.first == 0x2F, "the name could mean something else")
    let flags =
      switch access {
      case .reading: SQLITE_OPEN_READONLY
      case .writing: SQLITE_OPEN_READWRITE
      case .creating: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    try self.init(path, flags, nil, patience: patience, cancellation: cancellation)
  }

  /// A database that lies in no file. It is only read.
  package convenience init(reading bytes: any ReadOnlyBytes, cancellation: Cancellation) throws(SQLiteError) {
    let ticket = ReaderFileSystem.register(bytes)
    try self.init(ticket.name, SQLITE_OPEN_READONLY, ticket, patience: .zero, cancellation: cancellation)
  }

  /// An empty database in memory.
  package convenience init(cancellation: Cancellation) throws(SQLiteError) {
    try self.init(
      Array(":memory:".utf8), SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nil, patience: .zero,
      cancellation: cancellation)
  }

  private init(
    _ name: PathBytes, _ flags: Int32, _ file: ReaderFileSystem.Ticket?, patience: Duration,
    cancellation: Cancellation
  ) throws(SQLiteError) {
    if cancellation.isCancelled { throw .cancelled }
    self.cancellation = cancellation
    self.file = file
    self.patience = Patience(patience, cancellation)
    var opened: OpaquePointer?
    let flags = flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI
    let result = unsafe (name + [0]).withUnsafeBytes { bytes in
      let path = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      guard file != nil else { return unsafe sqlite3_open_v2(path, &opened, flags, nil) }
      return unsafe sqlite3_open_v2(path, &opened, flags, ReaderFileSystem.name)
    }
    guard let handle = unsafe opened else { throw SQLiteError(result) }
    guard result == SQLITE_OK else {
      let error = unsafe SQLiteError(of: handle, result)
      // The library hands out a handle even when opening fails.
      _ = unsafe sqlite3_close_v2(handle)
      throw error
    }
    unsafe self.handle = handle
    let context = unsafe Unmanaged.passUnretained(self.patience).toOpaque()
    _ = unsafe sqlite3_busy_handler(handle, waitForLock, context)
    unsafe sqlite3_progress_handler(handle, 20_000, isOver, context)
  }

  deinit { _ = unsafe sqlite3_close_v2(handle) }

  /// What its reader said first when it failed, where the database lies in no file.
  package var readerFailure: (any Error)? { file?.failure }

  func failure(_ result: Int32) -> SQLiteError {
    if cancellation.isCancelled { return .cancelled }
    return unsafe SQLiteError(of: handle, result)
  }

  /// As SQLite tells it, such as `3.40.1`.
  package static var engineVersion: String { unsafe String(cString: sqlite3_libversion()) }

  /// The database's file, with links resolved; empty if it lies in none.
  package var path: PathBytes {
    guard let name = unsafe sqlite3_db_filename(handle, "main") else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
  }

  /// Whether it is open for reading alone.
  package var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") != 0 }

  /// Whether no transaction is open.
  package var isOutsideTransaction: Bool { unsafe sqlite3_get_autocommit(handle) != 0 }

  /// Closing will not carry over what the log of changes holds, nor remove the log.
  package func keepLogOnClose() {
    _ = unsafe coffre_sqlite_set_flag(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
  }

  /// Commands change nothing but what they name.
  package func disableTriggers() { _ = unsafe coffre_sqlite_set_flag(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0) }

  /// Another database that lies in no file, to be asked beside the first one.
  ///
  /// - Parameter name: without any character that would have to be quoted.
  package func attach(_ bytes: any ReadOnlyBytes, as name: String) throws(SQLiteError) -> Attached {
    let ticket = ReaderFileSystem.register(bytes)
    let uri = "file:\(String(decoding: ticket.name, as: UTF8.self))?vfs=\(ReaderFileSystem.name)&mode=ro"
    try run("ATTACH ?1 AS \(name)", [SQLiteValue(uri)])  // not for people
    return Attached(ticket)
  }

  /// Lives as long as the attached database is used.
  package final class Attached: Sendable {
    private let ticket: ReaderFileSystem.Ticket

    fileprivate init(_ ticket: ReaderFileSystem.Ticket) { self.ticket = ticket }

    /// What the reader said first when it failed.
    package var failure: (any Error)? { ticket.failure }
  }
}

// MARK: Commands

extension SQLiteConnection {
  /// Runs one command and brings all its rows, which are known to be few.
  @discardableResult
  package func run(_ command: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> [[SQLiteValue]] {
    try interruptible { () throws(SQLiteError) in
      let statement = try SQLiteStatement(command, on: self)
      try statement.bind(values)
      var rows: [[SQLiteValue]] = []
      while try statement.step() { rows.append((0..<statement.columnCount).map { statement[column: $0] }) }
      return rows
    }
  }

  /// Runs commands, one after the other, whose rows nobody wants.
  package func execute(bytes commands: [UInt8]) throws(SQLiteError) {
    precondition(!commands.contains(0), "the commands would end at a zero byte")
    let handle = unsafe handle
    let result = try interruptible { () throws(SQLiteError) in
      unsafe (commands + [0]).withUnsafeBytes { bytes in
        unsafe sqlite3_exec(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), nil, nil, nil)
      }
    }
    guard result == SQLITE_OK else { throw failure(result) }
  }

  /// Whether the text ends with the end of a command, as far as can be told without knowing the database.
  package static func isComplete(_ commands: [UInt8]) -> Bool {
    unsafe (commands + [0]).withUnsafeBytes { bytes in
      unsafe sqlite3_complete(bytes.baseAddress?.assumingMemoryBound(to: CChar.self)) == 1
    }
  }

  /// The value in the first column of the first row.
  package func value(_ command: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> SQLiteValue {
    try run(command, values).first?.first ?? .null
  }

  /// Runs what may take long; a cancelled run ends it at once.
  package func interruptible<Result>(_ body: () throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
    if cancellation.isCancelled { throw .cancelled }
    return try cancellation.whenCancelled({ [self] in unsafe sqlite3_interrupt(handle) }, during: body)
  }

  /// Refuses commands that reach other files: a script must stay within its database.
  package func forbidOtherFiles() {
    _ = unsafe sqlite3_set_authorizer(handle, judge, nil)
  }
}

// MARK: Copies

extension SQLiteConnection {
  /// Copies all pages of the database to another one, which becomes as this one is (sqlite.org/backup.html).
  ///
  /// - Parameter pagesAtOnce: between two looks at whether the run is cancelled. Who wants one instant opens a transaction
  ///   before: between two steps the library would begin again when somebody wrote.
  package func copyPages(to target: SQLiteConnection, pagesAtOnce: Int = 2048) throws(SQLiteError) {
    guard let backup = unsafe sqlite3_backup_init(target.handle, "main", handle, "main") else {
      throw target.failure(unsafe sqlite3_errcode(target.handle))
    }
    var result = SQLITE_OK
    while result == SQLITE_OK, !cancellation.isCancelled {
      result = unsafe sqlite3_backup_step(backup, Int32(pagesAtOnce))
    }
    let outcome = unsafe sqlite3_backup_finish(backup)
    if cancellation.isCancelled, result != SQLITE_DONE { throw .cancelled }
    guard result == SQLITE_DONE, outcome == SQLITE_OK else {
      throw target.failure(result == SQLITE_DONE ? outcome : result)
    }
  }
}

// MARK: Called by the library

/// How long a connection waits for locks of others.
private final class Patience: @unchecked Sendable {
  let duration: Duration
  let cancellation: Cancellation
  /// Of the waiting that is under way. Its connection's thread alone uses it.
  var deadline = Duration.zero

  init(_ duration: Duration, _ cancellation: Cancellation) {
    self.duration = duration
    self.cancellation = cancellation
  }
}

/// - Returns: 0 to give up.
private func waitForLock(_ context: UnsafeMutableRawPointer?, _ count: Int32) -> Int32 {
  guard let context = unsafe context else { return 0 }
  let patience = unsafe Unmanaged<Patience>.fromOpaque(context).takeUnretainedValue()
  let now = Clock.monotonic()
  if count == 0 { patience.deadline = now + patience.duration }
  guard now < patience.deadline, !patience.cancellation.isCancelled else { return 0 }
  // Short, and never in step with a writer that comes again and again: its gaps are met sooner or later.
  _ = sqlite3_sleep(Int32.random(in: 1...(count < 20 ? 5 : 20)))
  return 1
}

/// - Returns: anything but 0 to end the command.
private func isOver(_ context: UnsafeMutableRawPointer?) -> Int32 {
  guard let context = unsafe context else { return 0 }
  return unsafe Unmanaged<Patience>.fromOpaque(context).takeUnretainedValue().cancellation.isCancelled ? 1 : 0
}

private func judge(
  _ context: UnsafeMutableRawPointer?, _ action: Int32, _ first: UnsafePointer<CChar>?,
  _ second: UnsafePointer<CChar>?, _ database: UnsafePointer<CChar>?, _ trigger: UnsafePointer<CChar>?
) -> Int32 {
  switch action {
  case SQLITE_ATTACH, SQLITE_DETACH: return SQLITE_DENY
  case SQLITE_FUNCTION:
    let name = unsafe second.map { unsafe String(cString: $0).lowercased() } ?? ""
    return ["load_extension", "readfile", "writefile", "edit"].contains(name) ? SQLITE_DENY : SQLITE_OK
  default: return SQLITE_OK
  }
}
