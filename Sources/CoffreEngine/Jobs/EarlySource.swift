import CoffreCore
import CoffreSystem

/// A source that a thread of its own opens while its repository is still being opened: a password's key takes a
/// quarter of a second of one processor, and a server's answers have their own pace.
final class EarlySource: Sendable {
  private struct State: Sendable {
    var outcome: Result<any SourceSession, any Error>?
    var isAbandoned = false
  }

  /// When it began.
  let start = ContinuousClock.now
  let time = Clock.now()
  private let state = Monitor(State())

  /// - Returns: `nil` if the system gives no thread: then the source is opened when its time has come.
  init?(_ open: @escaping @Sendable () throws -> any SourceSession) {
    do throws(SystemError) {
      _ = try EngineThread.start(named: "source") { [self] in
        deliver(
          Result {
            let session = try open()
            session.prepare()
            return session
          })
      }
    } catch {
      return nil
    }
  }

  private func deliver(_ outcome: Result<any SourceSession, any Error>) {
    let isWanted = state.withLock { state in
      if !state.isAbandoned { state.outcome = outcome }
      return !state.isAbandoned
    }
    if !isWanted { try? outcome.get().close() }
  }

  /// Waits for the source; to be called once.
  func take() throws -> any SourceSession {
    let outcome = state.wait(until: { $0.outcome != nil }, then: { $0.outcome.take() })
    guard let outcome else { preconditionFailure("a source is taken once") }
    return try outcome.get()
  }

  /// Closes the source, at once or when it is open; nobody waits for that.
  func abandon() {
    let outcome = state.withLock { state in
      state.isAbandoned = true
      return state.outcome.take()
    }
    try? outcome?.get().close()
  }
}
