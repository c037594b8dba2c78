package import CoffreCore
import OpenSSLKit

extension Repository {
  /// A secret for one purpose: always the same, known to nobody who cannot open the repository, and telling nothing of the
  /// repository's key or of secrets for other purposes.
  ///
  /// - Returns: 32 bytes, the SHA-256 of the key and of the SHA-256 of key and purpose.
  package func derivedSecret(_ purpose: String) -> Secret {
    let hasher = SHA256Hasher()
    let key = masterKey.encryption + masterKey.macKey + masterKey.macR
    let inner = hasher.hash((key + Array(purpose.utf8)).span)
    return Secret(hasher.hash((key + inner.bytes).span).bytes)
  }
}
