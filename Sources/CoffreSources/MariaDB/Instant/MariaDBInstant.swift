import CoffreCore
import CoffreSystem
import MariaDBKit

/// One instant of a whole server, seen by several connections.
///
/// A short global lock makes it: while nobody may commit, every connection begins a transaction that goes on seeing what is
/// there then, and the lock goes. Tables of engines without transactions are locked against writers before it goes, and
/// stay so until they are read: these alone wait for the backup.
final class MariaDBInstant: Sendable {
  private struct State: Sendable {
    var idle: [MariaDBConnection] = []
    /// Connections that see the instant, idle or lent.
    var count = 0
    var isClosed = false
  }

  let takenAt: Timestamp
  let position: LogPosition?
  let lock: GlobalLock
  /// Tables that are locked until the end.
  let locked: [String]
  private let state: Monitor<State>
  /// Holds the locks on tables; `nil` without any.
  private let keeper: Monitor<MariaDBConnection?>
  private let cancellation: Cancellation

  /// - Parameters:
  ///   - workers: connections that read, at most; fewer if the server has no more.
  ///   - tables: quoted, of engines without transactions.
  init(
    on opener: MariaDBOpener, facts: MariaDBFacts, workers: Int, locking tables: [String]
  ) throws(MariaDBError) {
    cancellation = opener.cancellation
    lock = GlobalLock.choose(facts)
    locked = tables
    let readers = try Self.open(lock == .none ? 1 : max(1, workers), by: opener)
    let keeper = tables.isEmpty ? nil : try opener.connect()
    if lock == .none {
      try Self.lock(tables, by: keeper)
      try Self.begin(readers)
      takenAt = Clock.now().at(utcOffset: 0)
      position = try LogPosition.read(facts, lock: lock, on: readers[0])
    } else {
      let holder = try opener.connect()
      // Should this program stand still now, nobody may wait for it for longer than it would wait for others.
      let patience = max(10, opener.settings.lockTimeout.components.seconds)
      try holder.execute(#"SET wait_timeout = \#(patience)"#)
      for command in lock.acquiring { try holder.execute(command) }
      try Self.lock(tables, by: keeper)
      try Self.begin(readers)
      takenAt = Clock.now().at(utcOffset: 0)
      position = try LogPosition.read(facts, lock: lock, on: holder)
      // That it still held until now is what makes it one instant.
      for command in lock.releasing { try holder.execute(command) }
    }
    state = Monitor(State(idle: readers, count: readers.count))
    self.keeper = Monitor(keeper)
  }

  private static func open(_ count: Int, by opener: MariaDBOpener) throws(MariaDBError) -> [MariaDBConnection] {
    var opened = [try opener.connect()]
    while opened.count < count {
      do throws(MariaDBError) {
        opened.append(try opener.connect())
      } catch {
        // No room for another one, of all or of this account.
        guard [1040, 1203, 1226].contains(error.code) else { throw error }
        return opened
      }
    }
    return opened
  }

  private static func begin(_ readers: [MariaDBConnection]) throws(MariaDBError) {
    for reader in readers {
      try reader.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")  // not for people
      try reader.execute("SAVEPOINT coffre")  // not for people
    }
  }

  private static func lock(_ tables: [String], by keeper: MariaDBConnection?) throws(MariaDBError) {
    guard let keeper, !tables.isEmpty else { return }
    try keeper.execute(#"LOCK TABLES \#(tables.map { #"\#($0) READ"# }.joined(separator: ", "))"#)
  }

  /// How many tables can be read at once.
  var readerCount: Int { state.withLock { $0.count } }

  /// A connection that sees the instant; waits while all are lent out.
  func lease() throws(MariaDBError) -> MariaDBLease {
    let free = state.wait(until: { !$0.idle.isEmpty || $0.count == 0 || $0.isClosed }) { $0.idle.popLast() }
    guard let connection = free else {
      throw cancellation.isCancelled
        ? .cancelled : MariaDBError(.unreachable, saying: "the connections that see the instant are lost")
    }
    return MariaDBLease(connection) { [state] isWhole in
      state.withLock { state in
        if isWhole, !state.isClosed { state.idle.append(connection) } else { state.count -= 1 }
      }
    }
  }

  /// Throws unless the locks on tables held until now.
  func confirm() throws(MariaDBError) {
    // The library never connects anew by itself: a session that answers is the one that locked.
    try keeper.withLock { keeper throws(MariaDBError) in _ = try keeper?.execute("SELECT 1") }  // not for people
  }

  /// Ends the instant. What is lent out ends with its reader.
  func close() {
    _ = state.withLock { state in
      defer { state.idle = [] }
      state.isClosed = true
      return state.idle
    }
    _ = keeper.withLock { keeper in
      defer { keeper = nil }
      return keeper
    }
  }
}
