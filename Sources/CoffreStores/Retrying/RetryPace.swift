package import CoffreCore
import CoffreSystem

/// How often, and for how long, a failed call is made again. Pure: time and chance come in.
package struct RetryPace: Sendable {
  package var firstDelay = Duration.seconds(1)
  package var factor = 2
  package var longestDelay = Duration.seconds(60)
  /// For a store that answered before: servers are restarted, lines come back.
  package var patience = Duration.seconds(15 * 60)
  /// For one that never did: the address may be wrong.
  package var patienceAtFirst = Duration.seconds(20)
  /// For locks: whoever cannot refresh his in time has to notice it.
  package var patienceForLocks = Duration.seconds(60)
  /// For calls that were answered, and wrongly.
  package var attemptsOfAnswered = 5
  /// When a line of the log tells about it, and how often again.
  package var reportAfter = Duration.seconds(5)
  package var reportEvery = Duration.seconds(60)
  package var time = RetryTime()

  package init() {}

  /// Never again.
  package static var none: RetryPace {
    var pace = RetryPace()
    pace.patience = .zero
    pace.patienceAtFirst = .zero
    pace.patienceForLocks = .zero
    pace.attemptsOfAnswered = 1
    return pace
  }
}

/// Where time and chance come from; tests bring their own and hurry.
package struct RetryTime: Sendable {
  /// Grows; of any beginning.
  package var now: @Sendable () -> Duration = { Clock.monotonic() }
  package var sleep: @Sendable (Duration, Cancellation) throws(Cancelled) -> Void = {
    (duration, cancellation) throws(Cancelled) in try pause(for: duration, unless: cancellation)
  }
  /// From 0 up to 1.
  package var chance: @Sendable () -> Double = { Double.random(in: 0..<1) }

  package init() {}
}

/// The attempts at one call, as a state machine: told of each failure, it says how long to wait, or that it is over.
struct RetryAttempts {
  private let pace: RetryPace
  private let patience: Duration
  private let began: Duration
  private var failures = 0
  private var answered = 0

  init(_ pace: RetryPace, patience: Duration, now: Duration) {
    self.pace = pace
    self.patience = patience
    began = now
  }

  /// How long the call has been tried.
  func lasted(_ now: Duration) -> Duration { now - began }

  /// - Returns: `nil` if the failure is the last word.
  mutating func delay(after error: StoreError, now: Duration) -> Duration? {
    guard error.isWorthRetrying else { return nil }
    failures += 1
    if error.reason == .failed { answered += 1 }
    guard answered < pace.attemptsOfAnswered else { return nil }
    var delay = pace.firstDelay
    for _ in 1..<failures where delay < pace.longestDelay { delay *= pace.factor }
    // Many machines that lost the same server must not come back at the same moment.
    let delayed = min(delay, pace.longestDelay) * (0.5 + pace.time.chance())
    let left = patience - lasted(now)
    return left > .zero ? min(delayed, left) : nil
  }
}
