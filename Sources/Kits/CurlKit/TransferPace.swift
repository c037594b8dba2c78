import CoffreSystem
import Synchronization

/// How fast bytes may move over all connections together.
package final class TransferPace: Sendable {
  private let bytesPerSecond: Int
  /// When what was granted so far has passed, on the monotonic clock.
  private let paidUntil = Mutex(Duration.zero)

  /// - Parameter bytesPerSecond: at least 1.
  package init(bytesPerSecond: Int) { self.bytesPerSecond = max(1, bytesPerSecond) }

  /// How much to move at a time, so that nobody sleeps for long.
  var pieceSize: Int { min(max(bytesPerSecond / 10, 256), 64 << 10) }

  /// Sleeps until `count` bytes more may have moved.
  func wait(for count: Int) {
    let cost = Duration.nanoseconds(Int64(Double(count) / Double(bytesPerSecond) * 1e9))
    let end = paidUntil.withLock { paid in
      paid = max(paid, Clock.monotonic()) + cost
      return paid
    }
    let napping = Monitor(())
    _ = napping.wait(for: end - Clock.monotonic(), until: { _ in false }, then: { _ in })
  }
}
