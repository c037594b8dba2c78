/// How long chunks are. Restic's never vary; rustic's config may name others.
package struct ChunkerParameters: Sendable, Hashable {
  /// In bytes; what is left at the end of the input may be shorter.
  package let minimum: Int
  /// In bytes.
  package let maximum: Int
  /// A cut needs this many low zero bits in the fingerprint: 2^`maskBits` bytes on average after the minimum.
  package let maskBits: Int

  /// 512 KiB to 8 MiB, about 1.5 MiB on average.
  package static let standard = ChunkerParameters(unchecked: 512 << 10, 8 << 20, 20)

  /// - Returns: `nil` unless 64 < minimum ≤ maximum and 1 ≤ maskBits ≤ 53.
  package init?(minimum: Int, maximum: Int, maskBits: Int) {
    guard minimum > ContentChunker.window, maximum >= minimum, (1...53).contains(maskBits) else { return nil }
    self.init(unchecked: minimum, maximum, maskBits)
  }

  private init(unchecked minimum: Int, _ maximum: Int, _ maskBits: Int) {
    self.minimum = minimum
    self.maximum = maximum
    self.maskBits = maskBits
  }

  var mask: UInt64 { (1 << UInt64(maskBits)) - 1 }
}
