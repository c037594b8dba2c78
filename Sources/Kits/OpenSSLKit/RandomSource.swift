import COpenSSL

/// `count` bytes that nobody can foresee (`RAND_bytes`); traps if the system has no randomness to give.
package func randomBytes(_ count: Int) -> [UInt8] {
  precondition(count >= 0, "a negative number of bytes")
  var bytes = [UInt8](repeating: 0, count: count)
  unsafe bytes.withUnsafeMutableBytes { unsafe fillWithRandomness($0) }
  return bytes
}

/// Unforeseeable numbers, drawn from libcrypto a few KiB at a time; used by one thread at a time.
///
/// What waits in the pool is wiped as it is handed out. A process must not `fork` and use one on both sides.
package final class RandomSource: RandomNumberGenerator {
  private var pool = [UInt64](repeating: 0, count: 512)
  /// The first word that was not handed out.
  private var position = 512

  package init() {}

  package func next() -> UInt64 {
    if position == pool.count { refill() }
    let word = pool[position]
    pool[position] = 0
    position += 1
    return word
  }

  /// The initial counter block of one sealed message, never all zero.
  func nextNonce() -> Nonce {
    var nonce = Nonce(high: next(), low: next())
    while nonce.isZero { nonce = Nonce(high: next(), low: next()) }
    return nonce
  }

  private func refill() {
    unsafe pool.withUnsafeMutableBytes { unsafe fillWithRandomness($0) }
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

private func fillWithRandomness(_ bytes: UnsafeMutableRawBufferPointer) {
  guard let start = bytes.baseAddress else { return }
  var filled = 0
  while filled < bytes.count {
    let piece = min(bytes.count - filled, 1 << 30)  // lengths are 32 bits wide there
    let code = unsafe RAND_bytes((start + filled).assumingMemoryBound(to: UInt8.self), Int32(piece))
    precondition(code == 1, "the system gives no random bytes")
    filled += piece
  }
}
