import COpenSSL

/// HMAC with SHA-256 (RFC 2104): 32 bytes.
package func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
  // libcrypto takes a null key for "the one before".
  let given = key.isEmpty ? [0] : key
  var tag = [UInt8](repeating: 0, count: 32)
  var count: UInt32 = 0
  let result = unsafe HMAC(EVP_sha256(), given, Int32(key.count), message, message.count, &tag, &count)
  precondition(unsafe result != nil && count == 32, "OpenSSL failed in HMAC")
  return tag
}

/// HKDF with SHA-256 (RFC 5869).
///
/// - Parameter count: in bytes, at most 8160.
package func hkdfSHA256(_ secret: [UInt8], salt: [UInt8], info: [UInt8], count: Int) -> [UInt8] {
  precondition(count <= 255 * 32, "HKDF gives no more than that")
  let key = hmacSHA256(secret, key: salt.isEmpty ? [UInt8](repeating: 0, count: 32) : salt)
  var output: [UInt8] = []
  var block: [UInt8] = []
  var number: UInt8 = 0
  while output.count < count {
    number += 1
    block = hmacSHA256(block + info + [number], key: key)
    output += block
  }
  return Array(output.prefix(count))
}

/// Whether two secrets are equal, in a time that tells nothing of where they differ.
package func areEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  return unsafe CRYPTO_memcmp(left, right, left.count) == 0
}
