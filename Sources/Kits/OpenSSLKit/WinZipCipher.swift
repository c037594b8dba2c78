import COpenSSL

/// Encrypts what one entry of a zip holds, as WinZip does (AE-2, winzip.com/en/support/aes-encryption): AES-256 in counter mode,
/// and HMAC-SHA1 over what comes of it. Used by one thread at a time.
@safe package final class WinZipCipher {
  /// What is derived from a password for one entry: a thousand rounds, some milliseconds.
  package struct Keys: Sendable {
    /// In bytes.
    package static let saltSize = 16
    fileprivate let encryption: [UInt8]
    fileprivate let authentication: [UInt8]
    /// Two bytes that tell most wrong passwords.
    package let verifier: [UInt8]

    /// - Parameter salt: 16 bytes, others for each entry: with equal ones the contents betray each other.
    package init(password: [UInt8], salt: [UInt8]) {
      precondition(salt.count == Self.saltSize, "a salt of another length")
      let bytes = pbkdf2SHA1(password, salt: salt, rounds: 1000, count: 2 * Self.keySize + 2)
      encryption = Array(bytes[..<Self.keySize])
      authentication = Array(bytes[Self.keySize..<(2 * Self.keySize)])
      verifier = Array(bytes[(2 * Self.keySize)...])
    }

    fileprivate static let keySize = 32
  }

  /// Of what stands behind the content, in bytes.
  package static let tagSize = 10
  private static let blockSize = 16
  /// So much of the key stream is made at once.
  private static let blocks = 4096

  private let cipher: OpaquePointer
  private let authenticator: OpaquePointer
  private let stream: UnsafeMutablePointer<UInt8>
  /// How much of the key stream at hand is used.
  private var used = blocks * blockSize
  /// Of the next block; the first is 1.
  private var counter: UInt64 = 1

  package init(_ keys: Keys) {
    guard let cipher = unsafe EVP_CIPHER_CTX_new(), let authenticator = unsafe HMAC_CTX_new() else {
      preconditionFailure("out of memory")
    }
    unsafe self.cipher = cipher
    unsafe self.authenticator = authenticator
    unsafe stream = .allocate(capacity: Self.blocks * Self.blockSize)
    // libcrypto's own counter mode counts from the other end.
    expectSuccess(unsafe EVP_EncryptInit_ex(cipher, EVP_aes_256_ecb(), nil, keys.encryption, nil), "EVP_EncryptInit_ex")
    expectSuccess(unsafe EVP_CIPHER_CTX_set_padding(cipher, 0), "EVP_CIPHER_CTX_set_padding")
    expectSuccess(
      unsafe HMAC_Init_ex(authenticator, keys.authentication, Int32(keys.authentication.count), EVP_sha1(), nil),
      "HMAC_Init_ex")
  }

  deinit {
    unsafe EVP_CIPHER_CTX_free(cipher)
    unsafe HMAC_CTX_free(authenticator)
    unsafe OPENSSL_cleanse(stream, Self.blocks * Self.blockSize)
    unsafe stream.deallocate()
  }

  /// Encrypts the next bytes of the content in their place.
  package func encrypt(_ bytes: inout [UInt8]) {
    let count = bytes.count
    unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return }
      var done = 0
      while done < count {
        if used == Self.blocks * Self.blockSize { makeStream() }
        let part = min(count - done, Self.blocks * Self.blockSize - used)
        for index in 0..<part { unsafe start[done + index] ^= stream[used + index] }
        used += part
        done += part
      }
      expectSuccess(unsafe HMAC_Update(authenticator, start, count), "HMAC_Update")
    }
  }

  private func makeStream() {
    unsafe stream.withMemoryRebound(to: UInt64.self, capacity: 2 * Self.blocks) { words in
      for block in 0..<Self.blocks {
        unsafe words[2 * block] = counter.littleEndian
        unsafe words[2 * block + 1] = 0
        counter += 1
      }
    }
    var written: Int32 = 0
    let size = Self.blocks * Self.blockSize
    expectSuccess(unsafe EVP_EncryptUpdate(cipher, stream, &written, stream, Int32(size)), "EVP_EncryptUpdate")
    used = 0
  }

  /// What proves the content, after all of it: 10 bytes. Nothing may be called afterwards.
  package func finish() -> [UInt8] {
    var tag = [UInt8](repeating: 0, count: 20)
    var count: UInt32 = 0
    expectSuccess(unsafe HMAC_Final(authenticator, &tag, &count), "HMAC_Final")
    return Array(tag.prefix(Self.tagSize))
  }
}

/// PBKDF2 with HMAC-SHA1 (RFC 8018).
///
/// - Parameter count: in bytes.
package func pbkdf2SHA1(_ password: [UInt8], salt: [UInt8], rounds: Int, count: Int) -> [UInt8] {
  var key = [UInt8](repeating: 0, count: count)
  // libcrypto takes a null password for one that ends with a NUL.
  let given = password.isEmpty ? [0] : password
  let result = unsafe given.withUnsafeBytes { given in
    unsafe PKCS5_PBKDF2_HMAC(
      given.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(password.count), salt, Int32(salt.count),
      Int32(rounds), EVP_sha1(), Int32(count), &key)
  }
  expectSuccess(result, "PKCS5_PBKDF2_HMAC")
  return key
}
