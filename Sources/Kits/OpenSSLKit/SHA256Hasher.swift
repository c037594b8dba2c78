import COpenSSL
package import CoffreCore

/// Computes SHA-256 values one after the other with one reused context; used by one thread at a time.
@safe package final class SHA256Hasher {
  private let context: OpaquePointer

  package init() {
    guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// The digest of `bytes`; a digest begun before is abandoned.
  package func hash(_ bytes: Span<UInt8>) -> Digest {
    begin()
    update(bytes)
    return finish()
  }
}

// MARK: Piece by piece

extension SHA256Hasher {
  /// Starts a new digest, abandoning one that was not finished.
  package func begin() {
    expectSuccess(unsafe EVP_DigestInit_ex2(context, Algorithms.shared.sha256, nil), "EVP_DigestInit_ex2")
  }

  /// Adds bytes to the digest that `begin` started.
  package func update(_ bytes: Span<UInt8>) {
    guard !bytes.isEmpty else { return }
    unsafe bytes.withUnsafeBufferPointer { bytes in
      expectSuccess(unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count), "EVP_DigestUpdate")
    }
  }

  /// The digest of all bytes since `begin`, which must be called again before the next `update`.
  package func finish() -> Digest {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    unsafe withUnsafeMutableBytes(of: &words) { bytes in
      expectSuccess(unsafe EVP_DigestFinal_ex(context, bytes.baseAddress, nil), "EVP_DigestFinal_ex")
    }
    return Digest(
      words: UInt64(bigEndian: words.0), UInt64(bigEndian: words.1), UInt64(bigEndian: words.2),
      UInt64(bigEndian: words.3))
  }
}
