import CoffreCore
import CoffreSystem

/// Numbered pieces of work, done in their order with several connections. The first failure ends all.
struct ParallelWork: Sendable {
  /// What a worker gets when it asks for a connection.
  enum Opened<Connection: Sendable>: Sendable {
    case connected(Connection)
    /// The server has no room for another one: the work is done by those that it allows.
    case noRoom(SourceError)
  }

  private struct State: Sendable {
    var next = 0
    var done = 0
    var failure: SourceError?
    /// Why a connection could not be had.
    var refusal: SourceError?
  }

  /// For people.
  let subject: PathBytes
  let workers: Int
  let cancellation: Cancellation

  /// - Parameters:
  ///   - open: gets what tells the connection's waits to end.
  ///   - body: gets the number, its connection, and what tells it to stop.
  func run<Connection: Sendable>(
    _ count: Int,
    opening open: @escaping @Sendable (Cancellation) throws(SourceError) -> Opened<Connection>,
    doing body: @escaping @Sendable (Int, Connection, Cancellation) throws(SourceError) -> Void
  ) throws(SourceError) {
    guard count > 0 else { return }
    let ended = Cancellation()
    let state = Monitor(State())
    do throws(SystemError) {
      try cancellation.whenCancelled(
        { ended.cancel(.interrupted) },
        during: { () throws(SystemError) in
          try runThreads(count: min(count, workers), named: "restore") { _ in
            do throws(SourceError) {
              switch try open(ended) {
              case .noRoom(let refusal): state.withLock { $0.refusal = refusal }
              case .connected(let connection):
                while let number = Self.takeNumber(from: state, of: count) {
                  try body(number, connection, ended)
                  state.withLock { $0.done += 1 }
                }
              }
            } catch {
              state.withLock { $0.failure = $0.failure ?? error }
              ended.cancel(.failedElsewhere)
            }
          }
        })
    } catch {
      throw SourceError(.failed, "start threads for", subject, because: error.cause)
    }
    let result = state.withLock { $0 }
    if cancellation.isCancelled {
      throw SourceError(.cancelled, "bring back", subject, because: "the run was cancelled")
    }
    if let failure = result.failure { throw failure }
    if result.done < count {
      throw result.refusal ?? SourceError(.failed, "bring back", subject, because: "not all of it was done")
    }
  }

  private static func takeNumber(from state: Monitor<State>, of count: Int) -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.next < count else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }
}
