import CoffreCore
import OpenSSLKit

// `#expect` cannot look into an expression that holds a span.

extension SHA256Hasher {
  func hash(_ bytes: [UInt8]) -> Digest { hash(bytes.span) }
}

extension BlobCipher {
  func isAuthentic(_ sealed: [UInt8]) -> Bool { isAuthentic(sealed.span) }
}
