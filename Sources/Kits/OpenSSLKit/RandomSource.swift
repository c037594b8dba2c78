import COpenSSL

/// `count` bytes that nobody can foresee (`RAND_bytes`); traps if the system has no randomness to give.
package func randomBytes(_ count: Int) -> [UInt8] {
  precondition(count >= 0, "a negative number of bytes")
  guard count > 0 else { return [] }
  return [UInt8](capacity: count) { bytes in appendRandomBytes(count, to: &bytes) }
}

/// Unforeseeable numbers, drawn from libcrypto a few KiB at a time; used by one thread at a time.
///
/// What waits in the pool is wiped as it is handed out. A process must not `fork` and use one on both sides.
package final class RandomSource: RandomNumberGenerator {
  private static let poolSize = 4096

  private var pool: [UInt8] = []
  private var position = 0

  package init() {}

  package func next() -> UInt64 {
    refill(for: 8)
    var word: UInt64 = 0
    for index in position..<(position + 8) {
      word = word << 8 | UInt64(pool[index])
      pool[index] = 0
    }
    position += 8
    return word
  }

  /// 16 bytes that are not all zero, in two halves: the initial counter block of one sealed message.
  func nextNonce() -> Nonce {
    var nonce = Nonce(high: next(), low: next())
    while nonce.isZero { nonce = Nonce(high: next(), low: next()) }
    return nonce
  }

  private func refill(for count: Int) {
    guard position + count > pool.count else { return }
    pool.removeAll(keepingCapacity: true)
    pool.append(addingCapacity: Self.poolSize) { bytes in appendRandomBytes(Self.poolSize, to: &bytes) }
    position = 0
  }
}

/// 16 bytes, the first eight of them in `high` in big-endian order.
struct Nonce {
  static let byteCount = 16

  var high: UInt64
  var low: UInt64

  var isZero: Bool { high | low == 0 }
}

private func appendRandomBytes(_ count: Int, to bytes: inout OutputSpan<UInt8>) {
  unsafe bytes.withUnsafeMutableBufferPointer { buffer, initializedCount in
    let free = unsafe UnsafeMutableBufferPointer(rebasing: buffer[initializedCount...])
    var filled = 0
    while filled < count {
      let piece = min(count - filled, 1 << 30)
      let pointer = unsafe free.baseAddress.map { unsafe $0 + filled }
      precondition(unsafe RAND_bytes(pointer, Int32(piece)) == 1, "the system gives no random bytes")
      filled += piece
    }
    initializedCount += count
  }
}
