import Synchronization

/// Arrays for sealed blobs, used again: the system clears fresh memory, page by page, which costs as much as the cipher.
///
/// Blobs of one file differ in size by a factor of sixteen, so that a spare array is taken that is just large enough.
final class BufferPool: Sendable {
  private struct Spares: Sendable {
    /// Empty; those that were given back first come first.
    private var arrays: [[UInt8]] = []
    /// What they have room for, in bytes.
    private var capacity = 0

    mutating func take(_ size: Int) -> [UInt8]? {
      var best: Int?
      for index in arrays.indices where size...(2 * size) ~= arrays[index].capacity {
        if best.map({ arrays[index].capacity < arrays[$0].capacity }) ?? true { best = index }
      }
      guard let best else { return nil }
      capacity -= arrays[best].capacity
      return arrays.remove(at: best)
    }

    /// - Returns: what goes back to the system instead.
    mutating func add(_ array: [UInt8]) -> [[UInt8]] {
      arrays.append(array)
      capacity += array.capacity
      var surplus: [[UInt8]] = []
      while capacity > BufferPool.limit {
        surplus.append(arrays.removeFirst())
        capacity -= surplus[surplus.count - 1].capacity
      }
      return surplus
    }
  }

  /// Smaller arrays come from the heap, which uses them again by itself; none are larger. In bytes.
  private static let sizes = (128 << 10)...(9 << 20)
  /// Fresh arrays get room for a multiple of it, so that they fit the next blob of about that size too.
  private static let step = 256 << 10
  /// For all spare arrays together, in bytes.
  private static let limit = 12 << 20
  private let spares = Mutex(Spares())

  /// An empty array for so many bytes.
  func take(_ size: Int) -> [UInt8] {
    guard Self.sizes.contains(size) else { return [] }
    if let spare = spares.withLock({ $0.take(size) }) { return spare }
    var fresh: [UInt8] = []
    fresh.reserveCapacity((size + Self.step - 1) / Self.step * Self.step)
    return fresh
  }

  /// Takes an array whose content is not needed any more, and which nobody else holds.
  func giveBack(_ bytes: consuming [UInt8]) {
    guard Self.sizes.contains(bytes.capacity) else { return }
    bytes.removeAll(keepingCapacity: true)
    let empty = bytes
    // Giving memory back takes time: nobody waits for it.
    _ = spares.withLock { $0.add(empty) }
  }
}
