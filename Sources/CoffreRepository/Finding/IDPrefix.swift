package import CoffreCore

/// The beginning of an id, as people give it: 1 to 64 hexadecimal digits.
package struct IDPrefix: Sendable, Hashable {
  private let bits: Digest
  private let mask: Digest
  package let text: String

  /// - Returns: `nil` unless `text` is 1 to 64 lower-case hexadecimal digits.
  package init?(_ text: String) {
    let missing = Digest.hexCount - text.utf8.count
    guard !text.isEmpty, missing >= 0 else { return nil }
    let padding = String(repeating: "0", count: missing)
    guard let bits = Digest(hex: text + padding),
      let mask = Digest(hex: String(repeating: "f", count: Digest.hexCount - missing) + padding)
    else { return nil }
    self.bits = bits
    self.mask = mask
    self.text = text
  }

  package func matches(_ id: Digest) -> Bool {
    id.word0 & mask.word0 == bits.word0 && id.word1 & mask.word1 == bits.word1 && id.word2 & mask.word2 == bits.word2
      && id.word3 & mask.word3 == bits.word3
  }
}
