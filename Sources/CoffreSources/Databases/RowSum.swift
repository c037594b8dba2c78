package import CoffreCore

/// What the rows of a table sum up to, in whatever order they come: the sum modulo 2^128 of the first 16 bytes of the
/// SHA-256 of each row's line without its newline.
package struct RowSum: Sendable, Hashable {
  package static let hexCount = 32

  private var value: UInt128

  /// Of no row.
  package init() { value = 0 }

  /// Adds one row, by the digest of its line.
  package mutating func add(_ digest: Digest) {
    value &+= UInt128(digest.word0) << 64 | UInt128(digest.word1)
  }

  /// Takes a row out again that was added before.
  package mutating func remove(_ digest: Digest) {
    value &-= UInt128(digest.word0) << 64 | UInt128(digest.word1)
  }

  /// Adds the rows of another part of the table.
  package mutating func merge(_ other: RowSum) { value &+= other.value }
}

extension RowSum: CustomStringConvertible {
  /// 32 lower-case hexadecimal digits.
  package var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: Self.hexCount - digits.count) + digits
  }

  /// - Returns: `nil` unless `hex` is 32 lower-case hexadecimal digits.
  package init?(hex: String) {
    guard hex.utf8.count == Self.hexCount else { return nil }
    value = 0
    for digit in hex.utf8 {
      let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(digit)
      guard !isCapital, let bits = PercentEncoding.hexadecimalValue(digit) else { return nil }
      value = value << 4 | UInt128(bits)
    }
  }
}
