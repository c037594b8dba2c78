import CoffreCore
import CoffreSystem
import MongoKit
import Synchronization

/// The log of changes of a replica set, for collections that are copied while others write: with what it says between the
/// beginning and the end, all of them become what they were at the end.
final class MongoLog: Sendable {
  /// Beside the databases, where mongorestore looks for it.
  static let fileName = "oplog.bson"
  static let database = "local"
  static let collection = "oplog.rs"

  struct End: Sendable, Hashable {
    /// In the server's log: seconds in the upper half.
    let time: UInt64
    let takenAt: Timestamp
  }

  private struct State {
    var isNeeded = false
    var end: End?
  }

  /// Nothing was read before this time of the log.
  let start: UInt64
  private let state = Mutex(State())

  init(from start: UInt64) { self.start = start }

  /// Whether we may read it.
  static func isReadable(on connection: MongoConnection) throws(MongoError) -> Bool {
    do throws(MongoError) {
      try connection.run(["find": .string(collection), "limit": 1], in: database)
      return true
    } catch {
      guard error.reason == .refused else { throw error }
      return false
    }
  }

  /// Something is read that does not show the instant.
  func need() { state.withLock { $0.isNeeded = true } }

  var isNeeded: Bool { state.withLock { $0.isNeeded } }

  /// The time whose state the collections have with the log; `nil` unless it was needed and read.
  var end: End? {
    get { state.withLock { $0.end } }
    set { state.withLock { $0.end = newValue } }
  }

  /// Shows what was written since the beginning, and nothing that may be taken back.
  var readConcern: BSONValue { ["level": "majority", "afterClusterTime": .timestamp(start)] }
}

extension MongoLog {
  /// A transaction may stand in several entries, and the beginning between them: entries may be applied again.
  private static let secondsBefore: UInt64 = 10

  /// The entries of some collections, up to now.
  func entries(
    of collections: Set<[UInt8]>, on connection: MongoConnection
  ) throws(MongoError) -> MongoCursor {
    guard let now = try connection.run(["ping": 1], in: "admin")["operationTime"]?.timestamp else {
      throw MongoError(.unexpected, saying: "the server does not tell the time of its log")
    }
    let from = start - min(start, Self.secondsBefore << 32)
    let times: BSONValue = ["ts": ["$gte": .timestamp(from), "$lte": .timestamp(now)]]
    let cursor = try MongoCursor(
      [
        "find": .string(Self.collection), "filter": times, "noCursorTimeout": true,
        "readConcern": ["level": "majority", "afterClusterTime": .timestamp(now)],
      ], in: Self.database, on: connection)
    // Asked behind the first answer: the server drops its oldest entries all the time, but none that a cursor stands at
    // without a word.
    let first = try connection.all(
      ["find": .string(Self.collection), "sort": ["$natural": 1], "limit": 1], in: Self.database
    ).first
    guard let oldest = first?["ts"]?.timestamp, oldest <= start else {
      throw MongoError(
        .unexpected, saying: "the server's log of changes does not go back to the beginning of the backup",
        advice: "Make it larger (replSetResizeOplog), or raise minSnapshotHistoryWindowInSeconds above the time that a "
          + "backup takes.")
    }
    end = End(time: now, takenAt: Clock.now().at(utcOffset: 0))
    return cursor
  }
}
