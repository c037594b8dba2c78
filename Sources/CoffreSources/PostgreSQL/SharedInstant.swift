import CoffreCore
import CoffreSystem
import PostgresKit

/// One instant of one database, seen by several connections: the first exports its snapshot, the others take it over.
///
/// The first one, the leader, locks the tables before its snapshot is taken, so that nothing happens to them in between:
/// a table that was emptied (`TRUNCATE`) or written anew behind the snapshot would look empty. It never gives up its
/// transaction before `close`; `confirm` proves that it did not lose it.
final class SharedInstant: Sendable {
  private struct State: Sendable {
    /// `nil` while it is lent out; for ever if it was lost in the middle of a command, or the instant is closed.
    var leader: PostgresConnection?
    var isLeaderBusy = false
    var idle: [PostgresConnection] = []
    /// Workers that exist, idle or not.
    var count = 0
    var limit: Int
    var isClosed = false
  }

  /// The instant is of no use, as a table was changed or dropped while it was taken. Another one may do.
  struct Lost: Error {
    let table: String
    /// Who keeps it from us; `nil` if somebody changed the table meanwhile.
    var reason: Message?
  }

  let database: String
  /// What other connections take it over by.
  let exported: String
  let instant: PostgresInstant
  private let server: PostgresServer
  /// With a server that is full of sessions.
  private static let patience = Duration.seconds(60)
  /// Quoted names, byte by byte as the server compares them.
  private let locked: Set<[UInt8]>
  private let state: Monitor<State>

  /// - Parameters:
  ///   - workers: connections beside the leader, at most; fewer if the server has no more.
  ///   - choose: gives the quoted names of the tables to be locked; asked before the snapshot stands.
  init(
    of database: String, on server: PostgresServer, workers: Int,
    locking choose: (PostgresConnection) throws -> [String]
  ) throws {
    self.database = database
    self.server = server
    let leader = try server.connect(to: database, waitingForRoom: Self.patience)
    let process = try leader.execute("SELECT pg_catalog.pg_backend_pid()")[0, 0]  // not for people
    guard process == "\(leader.backendProcess)" else {
      throw PostgresError(
        .unexpected, saying: "a connection pool stands between; it mixes the sessions of its clients",
        advice: "Give the address of the server itself.")
    }
    let names = try choose(leader)
    try leader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")  // not for people
    try Self.lock(names, on: leader, timeout: server.settings.lockTimeout)
    locked = Set(names.map { Array($0.utf8) })
    let answer = try leader.execute("SELECT pg_catalog.pg_export_snapshot()")[0, 0]  // not for people
    guard let name = answer else { throw PostgresError(.unexpected, saying: "the server exported no snapshot") }
    exported = name
    instant = try PostgresInstant.read(on: leader)
    // Where a table cannot be read, its failure must not end the instant.
    try leader.execute("SAVEPOINT coffre")  // not for people
    state = Monitor(State(leader: leader, limit: workers))
  }

  /// Many at a time: one command for each would cost a round trip. None of these commands takes a snapshot.
  private static func lock(_ tables: [String], on leader: PostgresConnection, timeout: Duration) throws {
    let limit = 200
    try leader.execute("SET LOCAL lock_timeout = \(milliseconds(timeout))")  // not for people
    for start in stride(from: 0, to: tables.count, by: limit) {
      let names = tables[start..<min(start + limit, tables.count)].map { #"ONLY \#($0)"# }.joined(separator: ", ")
      do throws(PostgresError) {
        try leader.execute("LOCK TABLE \(names) IN ACCESS SHARE MODE")  // not for people
      } catch {
        // No such table, no such schema, or another kind of thing under that name.
        guard ["42P01", "3F000", "42809"].contains(error.state) else { throw error }
        throw Lost(table: error.text)
      }
    }
    try leader.execute("SET LOCAL lock_timeout = 0")  // not for people
  }

  /// Whether a table that the snapshot shows was locked before it was taken.
  func isLocked(_ quotedName: String) -> Bool { locked.contains(Array(quotedName.utf8)) }

  /// Throws unless the leader holds the snapshot and its locks still, and so did all the while.
  func confirm() throws(PostgresError) {
    let lease = try leaseLeader()
    try lease.connection.execute("SELECT 1")  // not for people
    lease.giveBack()
  }

  /// Ends the instant. What is lent out ends with its reader.
  func close() {
    // The connections end when the lock is free: that may talk to the server.
    _ = state.withLock { state in
      let connections = (state.idle, state.leader)
      state.isClosed = true
      state.idle = []
      state.leader = nil
      return connections
    }
  }
}

/// As `SET lock_timeout` takes it; 0, which means for ever there, never.
func milliseconds(_ duration: Duration) -> Int64 {
  max(1, duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)
}

// MARK: Connections

extension SharedInstant {
  /// Runs `body` with the leader, alone.
  func withLeader<Result>(_ body: (PostgresConnection) throws -> Result) throws -> Result {
    let lease = try leaseLeader()
    let result = try body(lease.connection)
    lease.giveBack()
    return result
  }

  func leaseLeader() throws(PostgresError) -> PostgresLease {
    let free = state.wait(until: { !$0.isLeaderBusy }) { state -> PostgresConnection? in
      guard let leader = state.leader else { return nil }
      state.leader = nil
      state.isLeaderBusy = true
      return leader
    }
    guard let leader = free else { throw ended() }
    return PostgresLease(leader, isLeader: true) { [state] isWhole in
      state.withLock { state in
        state.isLeaderBusy = false
        if isWhole, !state.isClosed { state.leader = leader }
      }
    }
  }

  private func ended() -> PostgresError {
    server.cancellation.isCancelled
      ? .cancelled : PostgresError(.unreachable, saying: "the connection that holds the instant is lost")
  }

  /// A connection that sees the instant; waits while all are lent out.
  private func lease() throws(PostgresError) -> PostgresLease {
    enum Choice: Sendable { case idle(PostgresConnection), new, leader, closed }
    while true {
      let choice = state.wait(until: { !$0.idle.isEmpty || $0.count < $0.limit || $0.limit == 0 || $0.isClosed }) {
        state -> Choice in
        if state.isClosed { return .closed }
        if let connection = state.idle.popLast() { return .idle(connection) }
        guard state.count < state.limit else { return .leader }
        state.count += 1
        return .new
      }
      switch choice {
      case .closed: throw ended()
      case .idle(let connection): return lend(connection)
      case .leader: return try leaseLeader()
      case .new:
        do throws(PostgresError) {
          let connection = try join()
          return lend(connection)
        } catch {
          let isFull = error.state == "53300"
          state.withLock { state in
            state.count -= 1
            // No more than there are now: the server has no room for another.
            if isFull { state.limit = state.count }
          }
          guard isFull else { throw error }
        }
      }
    }
  }

  private func lend(_ connection: PostgresConnection) -> PostgresLease {
    PostgresLease(connection, isLeader: false) { [state] isWhole in
      state.withLock { state in
        if isWhole, !state.isClosed { state.idle.append(connection) } else { state.count -= 1 }
      }
    }
  }

  private func join() throws(PostgresError) -> PostgresConnection {
    let connection = try server.connect(to: database)
    try enter(connection)
    return connection
  }

  /// Lets a connection see the instant.
  private func enter(_ connection: PostgresConnection) throws(PostgresError) {
    let snapshot = try quotedLiteral(exported)
    try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")  // not for people
    try connection.execute("SET TRANSACTION SNAPSHOT \(snapshot)")  // not for people
    try connection.execute("SAVEPOINT coffre")  // not for people
  }

  /// Runs `body` with a connection that sees what is there now.
  ///
  /// Of those that exist, if one is idle: it leaves the instant for as long. The server may be full of sessions, and that
  /// is no reason to give up a backup that is read.
  func withPresent<Result>(
    _ body: (PostgresConnection) throws(PostgresError) -> Result
  ) throws(PostgresError) -> Result {
    while let idle = state.withLock({ $0.idle.popLast() }) {
      let worker = lend(idle)
      do throws(PostgresError) {
        try idle.execute("ROLLBACK")  // not for people
        let result = try body(idle)
        try enter(idle)
        worker.giveBack()
        return result
      } catch {
        // One that broke while it was idle is of no use to anybody.
        guard error.reason == .unreachable, !server.cancellation.isCancelled else { throw error }
      }
    }
    return try body(try server.connect(to: database, waitingForRoom: Self.patience))
  }

  /// A connection that holds a lock on a table: the leader, where another session waits to change the table, as that one
  /// keeps all others waiting behind it.
  ///
  /// The lock of a worker goes with its next table: the leader holds them all, and the server's room for locks is small.
  func lease(locking table: String) throws(PostgresError) -> PostgresLease {
    let worker = try lease()
    guard !worker.isLeader else { return worker }
    do throws(PostgresError) {
      try worker.connection.execute(
        "ROLLBACK TO SAVEPOINT coffre; LOCK TABLE ONLY \(table) IN ACCESS SHARE MODE NOWAIT")  // not for people
      return worker
    } catch {
      guard error.state == "55P03" else { throw error }
      // Its transaction waits for the ROLLBACK that begins its next use.
      worker.giveBack()
    }
    return try leaseLeader()
  }
}

/// A connection that is lent to one reader. Without `giveBack` it is thrown away: nobody knows what it is doing.
final class PostgresLease {
  let connection: PostgresConnection
  let isLeader: Bool
  private var release: ((_ isWhole: Bool) -> Void)?

  fileprivate init(_ connection: PostgresConnection, isLeader: Bool, release: @escaping (_ isWhole: Bool) -> Void) {
    self.connection = connection
    self.isLeader = isLeader
    self.release = release
  }

  deinit { release?(false) }

  func giveBack() {
    release?(true)
    release = nil
  }

  /// After a command that the server refused: its transaction sees the instant again, and the leader has its locks still.
  func recover() throws(PostgresError) {
    try connection.execute("ROLLBACK TO SAVEPOINT coffre")  // not for people
  }
}
