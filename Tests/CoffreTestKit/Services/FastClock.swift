import CoffreCore
package import CoffreStores
import Synchronization

/// Time that passes only while somebody sleeps.
package final class FastClock: Sendable {
  private let state = Mutex((now: Duration.zero, naps: [Duration]()))

  package init() {}

  /// How long each sleep was.
  package var naps: [Duration] { state.withLock { $0.naps } }

  /// - Parameter chance: what each throw of the dice gives.
  package func time(chance: Double = 0.5) -> RetryTime {
    var time = RetryTime()
    time.now = { self.state.withLock { $0.now } }
    time.sleep = { (duration, cancellation) throws(Cancelled) in
      try cancellation.check()
      self.state.withLock { state in
        state.now += duration
        state.naps.append(duration)
      }
    }
    time.chance = { chance }
    return time
  }
}
