package import CoffreCore

/// Why compressed bytes could not be decompressed.
package enum ZstdError: Error, Sendable, Hashable {
  /// Truncated, damaged or no zstd at all; in the words of the library or of the format.
  case malformed(String)
  /// The frame wants a window of more than 128 MiB.
  case windowTooLarge
  /// More than the caller allowed.
  case tooLarge(limit: Int)
  /// More or less than the length the caller knew.
  case wrongLength(expected: Int)
}

extension ZstdError {
  /// What is wrong, in a few words.
  package var problem: Message {
    switch self {
    case .malformed(let reason): "not valid zstd: \(reason)"
    case .windowTooLarge: "needs a zstd window of more than 128 MiB"
    case .tooLarge(let limit): "decompresses to more than \(limit) bytes"
    case .wrongLength(let expected): "does not decompress to the recorded \(expected) bytes"
    }
  }
}
