import CSodium
package import CoffreCore

/// Why a key could not be derived from a password.
package enum ScryptError: Error, Sendable, Hashable {
  /// N is no power of two above one, or not below 2^(16r), or r, p or the length is not positive.
  case badParameters
  /// More than 1 GiB of memory, or minutes of work.
  case tooExpensive
  /// The library refused the parameters, or found no memory.
  case failed
}

extension ScryptError {
  /// What is wrong, in a few words.
  package var problem: Message {
    switch self {
    case .badParameters: "the scrypt parameters are out of range"
    case .tooExpensive: "the scrypt parameters ask for more than 1 GiB of memory or for minutes of work"
    case .failed: "scrypt could not be computed with these parameters"
    }
  }
}

/// Derives `count` bytes from a password (RFC 7914).
///
/// Costs 128·n·r bytes of memory; n = 32768, r = 8, p = 1 takes about 0.06 s. The parameters come from key files, so
/// absurd ones are refused before any memory is taken.
package func scrypt(
  password: [UInt8], salt: [UInt8], n: Int, r: Int, p: Int, count: Int
) throws(ScryptError) -> [UInt8] {
  guard n > 1, n & (n - 1) == 0, r > 0, p > 0, count > 0 else { throw .badParameters }
  try checkCost(of: n, r: r, p: p)
  guard n.trailingZeroBitCount < 16 * r else { throw .badParameters }
  // It looks once what the processor can do. There is nothing to undo; 1 is said where it was done before.
  guard sodium_init() >= 0 else { throw .failed }
  var isDerived = false
  let key = [UInt8](capacity: count) { key in
    unsafe key.withUnsafeMutableBufferPointer { key, initializedCount in
      guard let output = key.baseAddress else { return }
      let code = unsafe crypto_pwhash_scryptsalsa208sha256_ll(
        password, password.count, salt, salt.count, UInt64(n), UInt32(r), UInt32(p), output, count)
      isDerived = code == 0
      initializedCount = isDerived ? count : 0
    }
  }
  guard isDerived else { throw .failed }
  return key
}

private func checkCost(of n: Int, r: Int, p: Int) throws(ScryptError) {
  let mostMemory = 1 << 30
  let mostSteps = 1 << 27  // about a minute
  guard n <= mostMemory, r <= mostMemory, p <= mostMemory else { throw .tooExpensive }
  guard n * r <= mostMemory / 128, r * p <= mostMemory / 128 / 16, n * r * p <= mostSteps else { throw .tooExpensive }
}
