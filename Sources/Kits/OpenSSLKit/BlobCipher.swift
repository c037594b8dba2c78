import COpenSSL
import CoffreCore

/// Seals and opens messages as the restic format does: AES-256 in counter mode, Poly1305-AES over the ciphertext.
///
/// A sealed message is nonce (16 bytes), ciphertext (as long as the plaintext), authenticator (16). Holds the key
/// schedules of one key, so keep one per thread; used by one thread at a time. Keys are wiped at the end of its life.
@safe package final class BlobCipher {
  /// What sealing adds to the length of a message.
  package static let overhead = 32
  private static let tagSize = 16

  private let counterMode: OpaquePointer
  private let nonceCipher: OpaquePointer
  private let authenticator: OpaquePointer
  /// r, which stays, then AES(k, nonce), which changes with each message: 32 bytes. libcrypto clamps r when it is used.
  private let oneTimeKey: UnsafeMutablePointer<UInt8>
  private let random = RandomSource()

  /// - Parameters:
  ///   - encryption: 32 bytes, for AES-256.
  ///   - macKey: 16 bytes, the AES-128 key that encrypts the nonce.
  ///   - macR: 16 bytes, Poly1305's r; need not be clamped.
  package init(encryption: [UInt8], macKey: [UInt8], macR: [UInt8]) {
    precondition(encryption.count == 32 && macKey.count == 16 && macR.count == 16, "a key of another length")
    unsafe counterMode = Self.cipher(Algorithms.shared.aes256CTR, key: encryption)
    unsafe nonceCipher = Self.cipher(Algorithms.shared.aes128ECB, key: macKey)
    guard let authenticator = unsafe EVP_MAC_CTX_new(Algorithms.shared.poly1305) else {
      preconditionFailure("out of memory")
    }
    unsafe self.authenticator = authenticator
    unsafe oneTimeKey = .allocate(capacity: 32)
    unsafe oneTimeKey.initialize(repeating: 0, count: 32)
    for index in 0..<16 { unsafe oneTimeKey[index] = macR[index] }
  }

  deinit {
    unsafe EVP_CIPHER_CTX_free(counterMode)
    unsafe EVP_CIPHER_CTX_free(nonceCipher)
    unsafe EVP_MAC_CTX_free(authenticator)
    unsafe OPENSSL_cleanse(oneTimeKey, 32)
    unsafe oneTimeKey.deallocate()
  }

  private static func cipher(_ algorithm: OpaquePointer, key: [UInt8]) -> OpaquePointer {
    guard let context = unsafe EVP_CIPHER_CTX_new() else { preconditionFailure("out of memory") }
    expectSuccess(unsafe EVP_EncryptInit_ex2(context, algorithm, key, nil, nil), "EVP_EncryptInit_ex2")
    expectSuccess(unsafe EVP_CIPHER_CTX_set_padding(context, 0), "EVP_CIPHER_CTX_set_padding")
    return unsafe context
  }
}

// MARK: Sealing

extension BlobCipher {
  /// Appends `plaintext`, sealed under a fresh random nonce, to `output`.
  package func seal(_ plaintext: Span<UInt8>, into output: inout [UInt8]) {
    seal(plaintext, nonce: random.nextNonce(), into: &output)
  }

  /// As above with a given nonce, for known answers. The same nonce twice betrays both messages.
  ///
  /// - Parameter iv: 16 bytes, not all zero.
  package func seal(_ plaintext: Span<UInt8>, iv: [UInt8], into output: inout [UInt8]) {
    precondition(iv.count == Nonce.byteCount, "a nonce of another length")
    var nonce = Nonce(high: 0, low: 0)
    for index in 0..<8 {
      nonce.high = nonce.high << 8 | UInt64(iv[index])
      nonce.low = nonce.low << 8 | UInt64(iv[index + 8])
    }
    precondition(!nonce.isZero, "a nonce of zeros")
    seal(plaintext, nonce: nonce, into: &output)
  }

  private func seal(_ plaintext: Span<UInt8>, nonce: Nonce, into output: inout [UInt8]) {
    let sealedCount = plaintext.count + Self.overhead
    output.append(addingCapacity: sealedCount) { sealed in
      unsafe sealed.withUnsafeMutableBufferPointer { sealed, initializedCount in
        guard let start = sealed.baseAddress else { preconditionFailure("no room was made") }
        let raw = UnsafeMutableRawPointer(start)
        unsafe raw.storeBytes(of: nonce.high.bigEndian, as: UInt64.self)
        unsafe raw.storeBytes(of: nonce.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        let ciphertext = unsafe start + Nonce.byteCount
        unsafe plaintext.withUnsafeBufferPointer { plaintext in
          unsafe encrypt(plaintext, nonce: start, to: ciphertext)
        }
        unsafe authenticate(
          UnsafeBufferPointer(start: ciphertext, count: plaintext.count), nonce: start,
          to: ciphertext + plaintext.count)
        initializedCount = sealedCount
      }
    }
  }
}

// MARK: Opening

extension BlobCipher {
  /// Replaces the content of `output`, whose capacity is kept, by the plaintext of `sealed`.
  ///
  /// Nothing is decrypted, and `output` stays as it was, unless the authenticator fits.
  package func open(_ sealed: Span<UInt8>, into output: inout [UInt8]) throws(CipherError) {
    try check(sealed)
    output.removeAll(keepingCapacity: true)
    let count = sealed.count - Self.overhead
    guard count > 0 else { return }
    output.append(addingCapacity: count) { plaintext in
      unsafe plaintext.withUnsafeMutableBufferPointer { plaintext, initializedCount in
        unsafe sealed.withUnsafeBufferPointer { sealed in
          guard let nonce = sealed.baseAddress, let start = plaintext.baseAddress else { return }
          let ciphertext = unsafe UnsafeBufferPointer(start: nonce + Nonce.byteCount, count: count)
          unsafe encrypt(ciphertext, nonce: nonce, to: start)
        }
        initializedCount = count
      }
    }
  }

  /// Whether `open` would succeed, without decrypting.
  package func isAuthentic(_ sealed: Span<UInt8>) -> Bool {
    do throws(CipherError) {
      try check(sealed)
      return true
    } catch {
      return false
    }
  }

  private func check(_ sealed: Span<UInt8>) throws(CipherError) {
    guard sealed.count >= Self.overhead else { throw .tooShort }
    var bits: UInt8 = 0
    for index in 0..<Nonce.byteCount { bits |= sealed[index] }
    guard bits != 0 else { throw .zeroNonce }
    let isEqual = unsafe sealed.withUnsafeBufferPointer { sealed in
      guard let nonce = sealed.baseAddress else { return false }
      let ciphertext = unsafe UnsafeBufferPointer(start: nonce + Nonce.byteCount, count: sealed.count - Self.overhead)
      return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.tagSize) { tag in
        guard let tag = tag.baseAddress else { return false }
        unsafe authenticate(ciphertext, nonce: nonce, to: tag)
        return unsafe CRYPTO_memcmp(tag, nonce + (sealed.count - Self.tagSize), Self.tagSize) == 0
      }
    }
    guard isEqual else { throw .notAuthentic }
  }
}

// MARK: The two primitives

extension BlobCipher {
  /// Adds the key stream that starts at `nonce`: encrypts and decrypts alike.
  private func encrypt(
    _ input: UnsafeBufferPointer<UInt8>, nonce: UnsafePointer<UInt8>, to output: UnsafeMutablePointer<UInt8>
  ) {
    expectSuccess(unsafe EVP_EncryptInit_ex2(counterMode, nil, nil, nonce, nil), "EVP_EncryptInit_ex2")
    guard let start = input.baseAddress else { return }
    var done = 0
    while done < input.count {
      let piece = min(input.count - done, 1 << 30)  // lengths are 32 bits wide there
      var written: Int32 = 0
      expectSuccess(
        unsafe EVP_EncryptUpdate(counterMode, output + done, &written, start + done, Int32(piece)),
        "EVP_EncryptUpdate")
      done += piece
    }
  }

  /// Writes the 16 bytes of Poly1305-AES over `ciphertext`.
  private func authenticate(
    _ ciphertext: UnsafeBufferPointer<UInt8>, nonce: UnsafePointer<UInt8>, to tag: UnsafeMutablePointer<UInt8>
  ) {
    var written: Int32 = 0
    expectSuccess(
      unsafe EVP_EncryptUpdate(nonceCipher, oneTimeKey + 16, &written, nonce, Int32(Nonce.byteCount)),
      "EVP_EncryptUpdate")
    expectSuccess(unsafe EVP_MAC_init(authenticator, oneTimeKey, 32, nil), "EVP_MAC_init")
    if let start = ciphertext.baseAddress, !ciphertext.isEmpty {
      expectSuccess(unsafe EVP_MAC_update(authenticator, start, ciphertext.count), "EVP_MAC_update")
    }
    var count = 0
    expectSuccess(unsafe EVP_MAC_final(authenticator, tag, &count, Self.tagSize), "EVP_MAC_final")
  }
}
