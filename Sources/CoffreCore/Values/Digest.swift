/// A SHA-256 value: the name of a blob, a pack, a snapshot and every other object of a repository.
///
/// Kept as four words, the first holding the first eight bytes in big-endian order, so that comparing digests compares
/// their bytes and the first word serves as a hash.
package struct Digest: Sendable, Hashable {
  package static let byteCount = 32

  package let word0: UInt64
  package let word1: UInt64
  package let word2: UInt64
  package let word3: UInt64

  @inlinable
  package init(words word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
  }

  /// - Precondition: 32 bytes remain from `offset` on.
  package init(bytes: Span<UInt8>, at offset: Int = 0) {
    self.init(
      words: bigEndianWord(in: bytes, at: offset), bigEndianWord(in: bytes, at: offset + 8),
      bigEndianWord(in: bytes, at: offset + 16), bigEndianWord(in: bytes, at: offset + 24))
  }

  package var bytes: [UInt8] {
    var result = [UInt8]()
    result.reserveCapacity(Self.byteCount)
    append(to: &result)
    return result
  }

  package func append(to output: inout [UInt8]) {
    for word in [word0, word1, word2, word3] {
      for shift in stride(from: 56, through: 0, by: -8) { output.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
  }

  package static func == (left: Digest, right: Digest) -> Bool {
    left.word0 == right.word0 && left.word1 == right.word1 && left.word2 == right.word2 && left.word3 == right.word3
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(word0)
    hasher.combine(word1)
  }
}

extension Digest: Comparable {
  package static func < (left: Digest, right: Digest) -> Bool {
    if left.word0 != right.word0 { return left.word0 < right.word0 }
    if left.word1 != right.word1 { return left.word1 < right.word1 }
    if left.word2 != right.word2 { return left.word2 < right.word2 }
    return left.word3 < right.word3
  }
}

// MARK: Hexadecimal text

extension Digest: CustomStringConvertible {
  package static let hexCount = 64

  /// 64 lower-case hexadecimal digits.
  package var description: String { String(decoding: hexBytes, as: UTF8.self) }

  /// The first eight digits, as listings show them.
  package var short: String { String(decoding: hexBytes.prefix(8), as: UTF8.self) }

  package var hexBytes: [UInt8] {
    var result = [UInt8]()
    result.reserveCapacity(Self.hexCount)
    appendHex(to: &result)
    return result
  }

  package func appendHex(to output: inout [UInt8]) {
    appendHexWord(word0, to: &output)
    appendHexWord(word1, to: &output)
    appendHexWord(word2, to: &output)
    appendHexWord(word3, to: &output)
  }

  /// - Returns: `nil` unless `hex` is 64 lower-case hexadecimal digits.
  package init?(hex: String) {
    let bytes = Array(hex.utf8)
    guard bytes.count == Self.hexCount else { return nil }
    self.init(hex: bytes.span, at: 0)
  }

  /// Reads 64 lower-case hexadecimal digits from `offset` on.
  ///
  /// - Returns: `nil` if fewer bytes remain or one is no digit.
  package init?(hex: Span<UInt8>, at offset: Int) {
    guard offset >= 0, offset + Self.hexCount <= hex.count else { return nil }
    guard let word0 = hexWord(in: hex, at: offset), let word1 = hexWord(in: hex, at: offset + 16),
      let word2 = hexWord(in: hex, at: offset + 32), let word3 = hexWord(in: hex, at: offset + 48)
    else { return nil }
    self.init(words: word0, word1, word2, word3)
  }
}

private func bigEndianWord(in bytes: Span<UInt8>, at offset: Int) -> UInt64 {
  var word: UInt64 = 0
  for index in offset..<(offset + 8) { word = word << 8 | UInt64(bytes[index]) }
  return word
}

private func appendHexWord(_ word: UInt64, to output: inout [UInt8]) {
  for shift in stride(from: 60, through: 0, by: -4) {
    let digit = UInt8(truncatingIfNeeded: word >> shift) & 15
    output.append(digit < 10 ? 48 + digit : 87 + digit)
  }
}

private func hexWord(in bytes: Span<UInt8>, at offset: Int) -> UInt64? {
  var word: UInt64 = 0
  for index in offset..<(offset + 16) {
    let byte = bytes[index]
    let digit: UInt8
    switch byte {
    case 48...57: digit = byte - 48
    case 97...102: digit = byte - 87
    default: return nil
    }
    word = word << 4 | UInt64(digit)
  }
  return word
}
