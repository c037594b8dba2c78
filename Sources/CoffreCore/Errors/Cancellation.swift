import Synchronization

/// A wish to stop, given to every session and store, and asked once per chunk, entry and request.
package final class Cancellation: Sendable {
  package enum Reason: Int, Sendable {
    case interrupted = 1
    case terminated = 2
    case failedElsewhere = 3
  }

  private struct Listeners {
    var next = 0
    var actions: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Atomic<Int>(0)
  private let listeners = Mutex(Listeners())

  package init() {}

  package var reason: Reason? { Reason(rawValue: state.load(ordering: .acquiring)) }
  package var isCancelled: Bool { state.load(ordering: .relaxed) != 0 }

  /// The first reason stays. Runs what `whenCancelled` registered.
  package func cancel(_ reason: Reason) {
    let (exchanged, _) = state.compareExchange(expected: 0, desired: reason.rawValue, ordering: .acquiringAndReleasing)
    guard exchanged else { return }
    let actions = listeners.withLock { listeners in
      defer { listeners.actions = [:] }
      return Array(listeners.actions.values)
    }
    for action in actions { action() }
  }

  /// Throws if the wish was uttered.
  package func check() throws(Cancelled) {
    if let reason { throw Cancelled(reason: reason) }
  }

  /// Runs `body`; if the wish comes meanwhile, or came before, `action` frees what `body` waits for.
  ///
  /// `action` may run on any thread, at most once, and must not block.
  package func whenCancelled<Result, Failure: Error>(
    _ action: @escaping @Sendable () -> Void, during body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let ticket = listeners.withLock { listeners in
      listeners.next += 1
      listeners.actions[listeners.next] = action
      return listeners.next
    }
    if isCancelled, listeners.withLock({ $0.actions.removeValue(forKey: ticket) }) != nil { action() }
    defer { listeners.withLock { _ = $0.actions.removeValue(forKey: ticket) } }
    return try body()
  }
}

/// Thrown where a `Cancellation` was noticed.
package struct Cancelled: Error, Sendable, Hashable {
  package let reason: Cancellation.Reason
  package init(reason: Cancellation.Reason) { self.reason = reason }
}

extension Cancelled: Explained {
  package var explanation: Explanation {
    explanation(advising: "Run the same command again when you like; it goes on from what is done.")
  }

  /// - Parameter advice: what to do with what is done already.
  package func explanation(advising advice: Message) -> Explanation {
    switch reason {
    case .interrupted: Explanation("interrupted", advice: advice)
    case .terminated: Explanation("terminated", advice: advice)
    case .failedElsewhere: Explanation("stopped because another part of the job failed")
    }
  }

  package var exitCode: ExitCode {
    switch reason {
    case .interrupted: .interrupted
    case .terminated: .terminated
    case .failedElsewhere: .failed
    }
  }
}
