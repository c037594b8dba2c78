import COpenSSL

/// The algorithms of libcrypto, looked up once for the whole process.
///
/// `@unchecked Sendable`: a fetched algorithm never changes and counts its references atomically, so threads share it
/// without a lock; each keeps its own contexts.
@safe struct Algorithms: @unchecked Sendable {
  let aes256CTR: OpaquePointer
  let aes128ECB: OpaquePointer
  let poly1305: OpaquePointer

  static let shared = Algorithms()

  /// Traps when libcrypto lacks one of them (a build or a configuration without Poly1305, say): nothing works then.
  private init() {
    unsafe aes256CTR = Algorithms.required(EVP_CIPHER_fetch(nil, "AES-256-CTR", nil), "AES-256-CTR")
    unsafe aes128ECB = Algorithms.required(EVP_CIPHER_fetch(nil, "AES-128-ECB", nil), "AES-128-ECB")
    unsafe poly1305 = Algorithms.required(EVP_MAC_fetch(nil, "POLY1305", nil), "Poly1305")
  }

  private static func required(_ algorithm: OpaquePointer?, _ name: String) -> OpaquePointer {
    guard let algorithm = unsafe algorithm else { preconditionFailure("the OpenSSL library has no \(name)") }
    return unsafe algorithm
  }
}

/// Traps unless a call of libcrypto that only fails for want of memory went well.
@inline(__always)
func expectSuccess(_ code: Int32, _ call: StaticString) {
  precondition(code == 1, "OpenSSL failed in \(call)")
}
