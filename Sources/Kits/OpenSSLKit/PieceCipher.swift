import COpenSSL
import CoffreCore

/// Encrypts and authenticates pieces of a stream under one key, each with a nonce of its own (RFC 5116); used by one thread
/// at a time.
@safe package final class PieceCipher {
  package enum Algorithm: Sendable {
    /// RFC 8439.
    case chaCha20Poly1305
    /// NIST SP 800-38D.
    case aes256GCM
  }

  package static let keySize = 32
  package static let nonceSize = 12
  /// What sealing adds to the length of a piece.
  package static let overhead = 16

  private let context: OpaquePointer

  /// - Parameter key: 32 bytes.
  package init(_ algorithm: Algorithm, key: [UInt8]) {
    precondition(key.count == Self.keySize, "a key of another length")
    guard let context = unsafe EVP_CIPHER_CTX_new() else { preconditionFailure("out of memory") }
    unsafe self.context = context
    let cipher = unsafe algorithm == .aes256GCM ? EVP_aes_256_gcm() : EVP_chacha20_poly1305()
    expectSuccess(unsafe EVP_CipherInit_ex(context, cipher, nil, key, nil, 1), "EVP_CipherInit_ex")
  }

  deinit { unsafe EVP_CIPHER_CTX_free(context) }

  /// Appends the sealed piece to `output`.
  ///
  /// - Parameter nonce: 12 bytes; the same one twice under one key betrays both pieces.
  package func seal(_ piece: Span<UInt8>, nonce: [UInt8], into output: inout [UInt8]) {
    precondition(nonce.count == Self.nonceSize && piece.count <= 1 << 30, "a nonce or piece of another length")
    expectSuccess(unsafe EVP_CipherInit_ex(context, nil, nil, nil, nonce, 1), "EVP_CipherInit_ex")
    let count = piece.count + Self.overhead
    output.append(addingCapacity: count) { sealed in
      unsafe sealed.withUnsafeMutableBufferPointer { sealed, initializedCount in
        unsafe piece.withUnsafeBufferPointer { piece in
          guard let target = sealed.baseAddress else { preconditionFailure("no room was made") }
          var written: Int32 = 0
          if let start = piece.baseAddress, !piece.isEmpty {
            expectSuccess(
              unsafe EVP_CipherUpdate(context, target, &written, start, Int32(piece.count)), "EVP_CipherUpdate")
          }
          expectSuccess(unsafe EVP_CipherFinal_ex(context, target + piece.count, &written), "EVP_CipherFinal_ex")
          expectSuccess(
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.overhead), target + piece.count),
            "EVP_CIPHER_CTX_ctrl")
        }
        initializedCount = count
      }
    }
  }

  /// Replaces the content of `output` by what is in a sealed piece; it is empty if that is not authentic.
  package func open(_ sealed: Span<UInt8>, nonce: [UInt8], into output: inout [UInt8]) throws(CipherError) {
    precondition(nonce.count == Self.nonceSize && sealed.count <= 1 << 30, "a nonce or piece of another length")
    output.removeAll(keepingCapacity: true)
    guard sealed.count >= Self.overhead else { throw .tooShort }
    expectSuccess(unsafe EVP_CipherInit_ex(context, nil, nil, nil, nonce, 0), "EVP_CipherInit_ex")
    let count = sealed.count - Self.overhead
    var isAuthentic = false
    output.append(addingCapacity: count + 1) { piece in
      unsafe piece.withUnsafeMutableBufferPointer { piece, initializedCount in
        unsafe sealed.withUnsafeBufferPointer { sealed in
          guard let target = piece.baseAddress, let start = sealed.baseAddress else { return }
          var written: Int32 = 0
          if count > 0 {
            expectSuccess(unsafe EVP_CipherUpdate(context, target, &written, start, Int32(count)), "EVP_CipherUpdate")
          }
          expectSuccess(
            unsafe EVP_CIPHER_CTX_ctrl(
              context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.overhead), UnsafeMutableRawPointer(mutating: start + count)),
            "EVP_CIPHER_CTX_ctrl")
          isAuthentic = unsafe EVP_CipherFinal_ex(context, target + count, &written) == 1
        }
        initializedCount = isAuthentic ? count : 0
      }
    }
    guard isAuthentic else {
      ERR_clear_error()
      throw .notAuthentic
    }
  }
}
