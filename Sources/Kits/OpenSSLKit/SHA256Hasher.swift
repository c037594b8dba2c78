import COpenSSL
package import CoffreCore

/// Computes SHA-256 values one after the other with one reused context; used by one thread at a time.
@safe package final class SHA256Hasher {
  private let context = UnsafeMutablePointer<SHA256_CTX>.allocate(capacity: 1)

  package init() {
    // Of no use before `begin`, but of a known state.
    unsafe context.initialize(to: SHA256_CTX())
  }

  deinit { unsafe context.deallocate() }

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
    expectSuccess(unsafe SHA256_Init(context), "SHA256_Init")
  }

  /// Adds bytes to the digest that `begin` started.
  package func update(_ bytes: Span<UInt8>) {
    guard !bytes.isEmpty else { return }
    unsafe bytes.withUnsafeBufferPointer { bytes in
      expectSuccess(unsafe SHA256_Update(context, bytes.baseAddress, bytes.count), "SHA256_Update")
    }
  }

  /// The digest of all bytes since `begin`, which must be called again before the next `update`.
  package func finish() -> Digest {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    unsafe withUnsafeMutableBytes(of: &words) { bytes in
      expectSuccess(unsafe SHA256_Final(bytes.bindMemory(to: UInt8.self).baseAddress, context), "SHA256_Final")
    }
    return Digest(
      words: UInt64(bigEndian: words.0), UInt64(bigEndian: words.1), UInt64(bigEndian: words.2),
      UInt64(bigEndian: words.3))
  }
}
