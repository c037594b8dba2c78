import COpenSSL

/// Diffie-Hellman on Curve25519 (RFC 7748).
package enum X25519 {
  package static let keySize = 32

  /// - Parameter secret: 32 bytes, any.
  package static func publicKey(of secret: [UInt8]) -> [UInt8] {
    let key = unsafe privateKey(secret)
    defer { unsafe EVP_PKEY_free(key) }
    var bytes = [UInt8](repeating: 0, count: keySize)
    var count = keySize
    expectSuccess(unsafe EVP_PKEY_get_raw_public_key(key, &bytes, &count), "EVP_PKEY_get_raw_public_key")
    return bytes
  }

  /// What both sides know alone.
  ///
  /// - Returns: `nil` if the other side's key is one of the few that betray nothing but zeros.
  package static func sharedSecret(_ secret: [UInt8], with other: [UInt8]) -> [UInt8]? {
    guard other.count == keySize,
      let peer = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nil, other, keySize)
    else { return nil }
    defer { unsafe EVP_PKEY_free(peer) }
    let key = unsafe privateKey(secret)
    defer { unsafe EVP_PKEY_free(key) }
    guard let context = unsafe EVP_PKEY_CTX_new(key, nil) else { preconditionFailure("out of memory") }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var bytes = [UInt8](repeating: 0, count: keySize)
    var count = keySize
    guard unsafe EVP_PKEY_derive_init(context) == 1, unsafe EVP_PKEY_derive_set_peer(context, peer) == 1,
      unsafe EVP_PKEY_derive(context, &bytes, &count) == 1, bytes.contains(where: { $0 != 0 })
    else {
      ERR_clear_error()
      return nil
    }
    return bytes
  }

  private static func privateKey(_ secret: [UInt8]) -> OpaquePointer {
    precondition(secret.count == keySize, "a key of another length")
    guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, secret, keySize) else {
      preconditionFailure("the OpenSSL library has no X25519")
    }
    return unsafe key
  }
}
