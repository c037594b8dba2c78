import CoffreCore
import CoffreSystem
import MongoKit

/// One instant of a server, seen by several connections: each of their commands names the time in the server's log whose
/// state it wants. What the server will not keep so long is copied as it is, and the log of changes is kept beside it. A
/// server without a log knows no instants; then each collection is read as it is when its turn comes.
final class MongoInstant: Sendable {
  private struct State: Sendable {
    var idle: [MongoConnection] = []
    /// Connections that are there, idle or lent.
    var count = 0
    var isClosed = false
  }

  let takenAt: Timestamp
  /// In the server's log: seconds in the upper half; `nil` where the server knows no instants.
  let clusterTime: UInt64?
  private let hasLog: Bool
  /// `nil` where it cannot be of use.
  let log: MongoLog?
  /// For how long the server keeps the instant.
  private let window: Duration
  private let start = ContinuousClock.now
  private let state: Monitor<State>
  private let cancellation: Cancellation

  /// - Parameters:
  ///   - keepsLog: whether the log of changes may be read where the server does not keep the instant.
  ///   - workers: connections that read, at most; fewer if the server has no more.
  init(on opener: MongoOpener, facts: MongoFacts, keepsLog: Bool, workers: Int) throws(MongoError) {
    cancellation = opener.cancellation
    hasLog = facts.isReplicaSet || facts.isRouter
    let readers = try Self.open(max(1, workers), by: opener)
    let answer = try readers[0].run(["ping": 1], in: "admin")
    takenAt = Clock.now().at(utcOffset: 0)
    if facts.hasInstants {
      guard let time = answer["operationTime"]?.timestamp else {
        throw MongoError(.unexpected, saying: "the server does not tell the time of its log")
      }
      clusterTime = time
    } else {
      clusterTime = nil
    }
    // Behind a router each shard has its own.
    if keepsLog, let clusterTime, !facts.isRouter, try MongoLog.isReadable(on: readers[0]) {
      log = MongoLog(from: clusterTime)
    } else {
      log = nil
    }
    window = .seconds(facts.windowInSeconds ?? Self.usualWindow)
    state = Monitor(State(idle: readers, count: readers.count))
  }

  /// Of a server that does not tell, in seconds.
  private static let usualWindow: Int64 = 300
  /// Of documents that go through one connection, in bytes a second: what a slow server gives.
  private static let slowestRate: Int64 = 20 << 20

  private static func open(_ count: Int, by opener: MongoOpener) throws(MongoError) -> [MongoConnection] {
    var opened = [try opener.connect()]
    while opened.count < count {
      do throws(MongoError) {
        opened.append(try opener.connect())
      } catch {
        // The server takes no more: those that stand do the work.
        guard error.reason == .unreachable else { throw error }
        return opened
      }
    }
    return opened
  }

  /// `1795334144:1030`: both numbers of MongoDB's `Timestamp`.
  static func position(_ time: UInt64) -> String { "\(time >> 32):\(time & 0xFFFF_FFFF)" }

  /// Whether the instant is kept until a collection is read, or there is nothing else.
  ///
  /// - Parameter size: in bytes.
  func lasts(for size: Int64) -> Bool {
    log == nil || ContinuousClock.now - start + .seconds(size / Self.slowestRate) < window * 4 / 5
  }

  /// What a command is told, so that it sees the instant; `nil` where nothing is to be told.
  ///
  /// - Parameter collection: one that loses documents by itself is shown as it is now.
  func readConcern(for collection: MongoCollection) -> BSONValue? {
    if let clusterTime, !collection.isCapped {
      return ["level": "snapshot", "atClusterTime": .timestamp(clusterTime)]
    }
    return hasLog ? ["level": "majority"] : nil
  }

  /// A connection that may read; waits while all are lent out.
  func lease() throws(MongoError) -> MongoLease {
    let free = state.wait(until: { !$0.idle.isEmpty || $0.count == 0 || $0.isClosed }) { $0.idle.popLast() }
    guard let connection = free else {
      throw cancellation.isCancelled
        ? .cancelled : MongoError(.unreachable, saying: "the connections that see the instant are lost")
    }
    return MongoLease(connection) { [state] isWhole in
      state.withLock { state in
        if isWhole, !state.isClosed { state.idle.append(connection) } else { state.count -= 1 }
      }
    }
  }

  /// Ends the instant. What is lent out ends with its reader.
  func close() {
    _ = state.withLock { state in
      defer { state.idle = [] }
      state.isClosed = true
      return state.idle
    }
  }
}
