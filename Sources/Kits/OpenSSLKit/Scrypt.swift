import COpenSSL
package import CoffreCore

/// Why a key could not be derived from a password.
package enum ScryptError: Error, Sendable, Hashable {
  /// N is no power of two above one, or r, p or the length is not positive.
  case badParameters
  /// More than 1 GiB of memory, or minutes of work.
  case tooExpensive
  /// libcrypto refused the parameters, or found no memory.
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
/// Costs 128·n·r bytes of memory; n = 32768, r = 8, p = 1 takes about 0.1 s. The parameters come from key files, so
/// absurd ones are refused before any memory is taken.
package func scrypt(
  password: [UInt8], salt: [UInt8], n: Int, r: Int, p: Int, count: Int
) throws(ScryptError) -> [UInt8] {
  guard n > 1, n & (n - 1) == 0, r > 0, p > 0, count > 0 else { throw .badParameters }
  let memory = try cost(of: n, r: r, p: p)
  var passwordBytes = password.isEmpty ? [0] : password  // libcrypto takes a null password for "allocate only"
  defer { wipe(&passwordBytes) }
  var isDerived = false
  let key = [UInt8](capacity: count) { key in
    unsafe key.withUnsafeMutableBufferPointer { key, initializedCount in
      let code = unsafe passwordBytes.withUnsafeBytes { passwordBytes in
        unsafe EVP_PBE_scrypt(
          passwordBytes.baseAddress?.assumingMemoryBound(to: CChar.self), password.count, salt, salt.count, UInt64(n),
          UInt64(r), UInt64(p), UInt64(memory), key.baseAddress, count)
      }
      isDerived = code == 1
      initializedCount = isDerived ? count : 0
    }
  }
  guard isDerived else {
    ERR_clear_error()
    throw .failed
  }
  return key
}

/// The memory to allow, in bytes.
private func cost(of n: Int, r: Int, p: Int) throws(ScryptError) -> Int {
  let mostMemory = 1 << 30
  let mostSteps = 1 << 27  // about a minute
  guard n <= mostMemory, r <= mostMemory, p <= mostMemory else { throw .tooExpensive }
  guard n * r <= mostMemory / 128, r * p <= mostMemory / 128 / 16, n * r * p <= mostSteps else { throw .tooExpensive }
  return 128 * r * (n + p) + (1 << 20)
}

private func wipe(_ bytes: inout [UInt8]) {
  unsafe bytes.withUnsafeMutableBytes { bytes in unsafe OPENSSL_cleanse(bytes.baseAddress, bytes.count) }
}
