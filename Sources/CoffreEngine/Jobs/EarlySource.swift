import CoffreCore
import CoffreSystem

/// A source that a thread of its own opens while its repository is still being opened: a password's key takes a
/// sixth of a second of one processor, and a server's answers have their own pace.
final class EarlySource: Sendable {
  private enum State: Sendable {
    case opening
    /// Still opening, and somebody waits for it, however long it takes.
    case awaited
    case open(Result<any SourceSession, any Error>)
    /// It is somebody else's, or nobody's.
    case given

    var isOpening: Bool {
      switch self {
      case .opening, .awaited: true
      case .open, .given: false
      }
    }

    var isGiven: Bool {
      guard case .given = self else { return false }
      return true
    }

    mutating func give() -> Result<any SourceSession, any Error>? {
      defer { self = .given }
      guard case .open(let outcome) = self else { return nil }
      return outcome
    }
  }

  /// Everything that was changed before is in the source.
  let time = Clock.now()
  /// On the monotonic clock: one that is open, and that nobody took until then, is of no use. What changed meanwhile belongs to the
  /// backup, and a server does not keep its view for whoever waits for a lock.
  private let deadline: Duration
  private let cancellation: Cancellation
  private let state = Monitor(State.opening)

  /// - Parameters:
  ///   - freshness: how long it is of use, from now on.
  ///   - cancellation: of this source alone; uttered when nobody wants it.
  /// - Returns: `nil` if the system gives no thread: then the source is opened when its time has come.
  init?(
    freshFor freshness: Duration, _ cancellation: Cancellation,
    _ open: @escaping @Sendable (Cancellation) throws -> any SourceSession
  ) {
    deadline = Clock.monotonic() + freshness
    self.cancellation = cancellation
    do throws(SystemError) {
      _ = try EngineThread.start(named: "source") { [self] in
        deliver(
          Result {
            let session = try open(cancellation)
            if isWanted { session.prepare() }
            return session
          })
      }
    } catch {
      return nil
    }
  }

  private var isWanted: Bool { state.withLock { !$0.isGiven } }

  private func deliver(_ outcome: Result<any SourceSession, any Error>) {
    let before = state.withLock { state in
      defer { if state.isOpening { state = .open(outcome) } }
      return state
    }
    switch before {
    case .awaited: break
    case .opening:
      let isGiven: Void? = state.wait(for: deadline - Clock.monotonic(), until: \.isGiven) { _ in }
      if isGiven == nil { abandon() }
    case .open, .given: try? outcome.get().close()
    }
  }

  /// Waits for the source; to be called once.
  ///
  /// - Returns: `nil` if its time has passed.
  func take() throws -> (any SourceSession)? {
    let isStale = state.withLock { state in
      guard state.isOpening else { return Clock.monotonic() >= deadline }
      state = .awaited
      return false
    }
    guard !isStale else {
      abandon()
      return nil
    }
    let outcome = state.wait(until: { !$0.isOpening }) { $0.give() }
    return try outcome?.get()
  }

  /// Closes the source unless somebody took it: at once, or when it is open, which it is told to give up. Nobody waits for that.
  func abandon() {
    let (isGiven, outcome) = state.withLock { ($0.isGiven, $0.give()) }
    guard !isGiven else { return }
    cancellation.cancel(.failedElsewhere)
    try? outcome?.get().close()
  }
}
