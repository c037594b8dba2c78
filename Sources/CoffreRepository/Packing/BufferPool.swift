import Synchronization

/// Arrays for sealed blobs, used again: the system clears fresh memory, page by page, which costs as much as the cipher.
///
/// Small arrays come from the heap, and the few that are larger than usual go back to the system.
final class BufferPool: Sendable {
  /// Arrays that are worth keeping are for blobs of these sizes, in bytes.
  private static let sizes = (128 << 10)...(2 << 20)
  private static let limit = 3
  private let spares = Mutex<[[UInt8]]>([])

  /// An empty array for so many bytes.
  func take(_ size: Int) -> [UInt8] {
    guard Self.sizes.contains(size) else { return [] }
    if let spare = spares.withLock({ $0.popLast() }) { return spare }
    var fresh: [UInt8] = []
    fresh.reserveCapacity(Self.sizes.upperBound)
    return fresh
  }

  /// Takes an array whose content is not needed any more, and which nobody else holds.
  func giveBack(_ bytes: consuming [UInt8]) {
    guard Self.sizes.upperBound..<(2 * Self.sizes.upperBound) ~= bytes.capacity else { return }
    bytes.removeAll(keepingCapacity: true)
    let empty = bytes
    spares.withLock { if $0.count < Self.limit { $0.append(empty) } }
  }
}
