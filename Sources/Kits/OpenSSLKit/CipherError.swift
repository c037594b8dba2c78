package import CoffreCore

/// Why sealed bytes could not be opened.
package enum CipherError: Error, Sendable, Hashable {
  /// Fewer than the 32 bytes that sealing adds.
  case tooShort
  /// Changed since they were sealed, or sealed with another key.
  case notAuthentic
  /// The nonce is all zero, which no writer may use (restic refuses it too).
  case zeroNonce
}

extension CipherError {
  /// What is wrong, in a few words.
  package var problem: Message {
    switch self {
    case .tooShort: "shorter than any sealed message"
    case .notAuthentic: "damaged, or sealed with another key"
    case .zeroNonce: "sealed with an all-zero nonce"
    }
  }
}
