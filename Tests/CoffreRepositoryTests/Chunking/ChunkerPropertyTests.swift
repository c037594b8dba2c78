import CoffreTestKit
import Testing

@testable import CoffreRepository

/// The chunker against the definition, followed byte by byte.
@Suite("Chunking: properties")
struct ChunkerPropertyTests {
  enum Content: CaseIterable {
    case random, zeros, constant, text, mixed

    func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
      var generator = SeededRandom(seed: seed)
      switch self {
      case .random: return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      case .zeros: return [UInt8](repeating: 0, count: count)
      case .constant: return [UInt8](repeating: 0xa7, count: count)
      case .text: return sampleText(count: count)
      case .mixed:
        // Runs of one byte, shorter and longer than the window, between random stretches.
        var result: [UInt8] = []
        while result.count < count {
          let byte = UInt8(truncatingIfNeeded: generator.next())
          result.append(contentsOf: repeatElement(byte, count: Int.random(in: 1...200, using: &generator)))
          for _ in 0..<50 { result.append(UInt8(truncatingIfNeeded: generator.next())) }
        }
        return Array(result.prefix(count))
      }
    }
  }

  /// Small chunks, so that short inputs hold many, and their lanes all sizes.
  static let parameters = [
    ChunkerParameters(minimum: 65, maximum: 65, maskBits: 4),
    ChunkerParameters(minimum: 65, maximum: 5000, maskBits: 6),
    ChunkerParameters(minimum: 1000, maximum: 70_000, maskBits: 13),
    ChunkerParameters(minimum: 2048, maximum: 300_000, maskBits: 16),
  ].compactMap(\.self)

  @Test(arguments: Content.allCases, parameters)
  func `cuts where the definition says`(content: Content, parameters: ChunkerParameters) {
    let bytes = content.bytes(120_000, seed: 11)
    let chunker = ContentChunker(polynomial: Self.polynomials[0], parameters: parameters)
    let expected = naiveLengths(of: bytes, polynomial: chunker.polynomial, parameters: parameters)
    #expect(chunker.lengths(of: bytes) == expected)
  }

  @Test(arguments: polynomials)
  func `cuts where the definition says, whatever the degree`(_ polynomial: RabinPolynomial) {
    #expect(polynomial.isFitForChunking)
    for (content, parameters) in zip([Content.random, .mixed, .text], Self.parameters.dropFirst()) {
      let bytes = content.bytes(40_000, seed: 13)
      let chunker = ContentChunker(polynomial: polynomial, parameters: parameters)
      let expected = naiveLengths(of: bytes, polynomial: polynomial, parameters: parameters)
      #expect(chunker.lengths(of: bytes) == expected)
    }
  }

  @Test(arguments: Content.allCases, parameters)
  func `cuts alike when the input comes in pieces`(content: Content, parameters: ChunkerParameters) {
    let bytes = content.bytes(200_000, seed: 12)
    for polynomial in [Self.polynomials[0], Self.polynomials[3]] {
      let chunker = ContentChunker(polynomial: polynomial, parameters: parameters)
      let expected = chunker.lengths(of: bytes)
      for largest in [1000, 90_000] {
        #expect(lengthsInPieces(of: bytes, by: chunker, largest: largest) == expected)
      }
    }
  }

  @Test func `each byte is looked at once, however small the pieces`() {
    let bytes = Content.constant.bytes(3 << 20, seed: 1)
    let chunker = ContentChunker(polynomial: Self.polynomials[0])
    var scanned = 0
    for count in stride(from: 1000, through: bytes.count, by: 50_000) {
      #expect(chunker.cut(in: bytes.span.extracting(..<count), from: 0, isLast: false, scanned: &scanned) == nil)
      #expect(scanned == count)
    }
  }

  @Test func `tells nothing before it is sure, and everything at the end`() {
    let chunker = ContentChunker(polynomial: Self.polynomials[0])
    let bytes = [UInt8](repeating: 1, count: 9 << 20)  // never cuts before the maximum
    var scanned = 0
    for count in [0, 1, 524_287, 524_288, 1 << 20, (8 << 20) - 1] {
      #expect(chunker.cut(in: bytes.span.extracting(..<count), from: 0, isLast: false, scanned: &scanned) == nil)
    }
    #expect(chunker.cut(in: bytes.span.extracting(..<(8 << 20)), from: 0, isLast: false, scanned: &scanned) == 8 << 20)
    #expect(scanned == 0)
    #expect(chunker.cut(in: bytes.span, from: 8 << 20, isLast: false, scanned: &scanned) == nil)
    #expect(chunker.cut(in: bytes.span, from: 8 << 20, isLast: true, scanned: &scanned) == 1 << 20)
    #expect(chunker.cut(in: bytes.span, from: 9 << 20, isLast: true, scanned: &scanned) == nil)
  }

  @Test func `a cut at the minimum is found with the byte that completes it`() {
    let chunker = ContentChunker(polynomial: Self.polynomials[0])
    let zeros = [UInt8](repeating: 0, count: 524_288)
    var scanned = 0
    #expect(chunker.cut(in: zeros.span.extracting(..<524_287), from: 0, isLast: false, scanned: &scanned) == nil)
    #expect(chunker.cut(in: zeros.span, from: 0, isLast: false, scanned: &scanned) == 524_288)
  }

  @Test func `what lies before the chunk does not matter`() {
    let bytes = Content.random.bytes(200_000, seed: 3)
    let chunker = ContentChunker(polynomial: Self.polynomials[0], parameters: Self.parameters[2])
    let moved = [UInt8](repeating: 9, count: 777) + bytes
    var scanned = 0
    let length = chunker.cut(in: moved.span, from: 777, isLast: true, scanned: &scanned)
    #expect(length == chunker.lengths(of: bytes).first)
  }

  @Test func `parameters that make no sense are refused`() {
    #expect(ChunkerParameters(minimum: 64, maximum: 1000, maskBits: 10) == nil)
    #expect(ChunkerParameters(minimum: 1000, maximum: 999, maskBits: 10) == nil)
    #expect(ChunkerParameters(minimum: 1000, maximum: 1000, maskBits: 0) == nil)
    #expect(ChunkerParameters(minimum: 1000, maximum: 1000, maskBits: 54) == nil)
    #expect(ChunkerParameters(minimum: 524_288, maximum: 8_388_608, maskBits: 20) == .standard)
  }

  // MARK: The definition

  /// Two of degree 53; then degrees 8, 31, 57, 60 and 63, where the tables overflow 64 bits.
  static let polynomials = [
    0x3da3_358b_4dc1_73, 0x25b4_6883_8dcb_75, 0x11b, 0x8000_0009, 0x0200_0000_0000_0011, 0x1000_0000_0000_0003,
    0x8000_0000_0000_0003,
  ].map { RabinPolynomial($0) }

  /// Restic-format section 11.2, word by word: the remainder of the last 64 bytes, bit by bit, at each position.
  private func naiveLengths(
    of bytes: [UInt8], polynomial: RabinPolynomial, parameters: ChunkerParameters
  ) -> [Int] {
    let modulus = polynomial.coefficients
    let top: UInt64 = 1 << UInt64(polynomial.degree)
    /// By linearity the fingerprint is the sum of what each byte adds at each place of the window.
    var additions = [UInt64](repeating: 0, count: 64 * 256)
    for byte in 0..<256 {
      var value: UInt64 = 0
      for bit in stride(from: 7, through: 0, by: -1) {
        value = value << 1 | UInt64(byte >> bit & 1)
        if value & top != 0 { value ^= modulus }
      }
      for place in stride(from: 63, through: 0, by: -1) {
        additions[place << 8 | byte] = value
        for _ in 0..<8 {
          value <<= 1
          if value & top != 0 { value ^= modulus }
        }
      }
    }
    let mask: UInt64 = (1 << UInt64(parameters.maskBits)) - 1
    var lengths: [Int] = []
    var start = 0
    while start < bytes.count {
      var length = min(parameters.minimum, bytes.count - start)
      while length < parameters.maximum, start + length < bytes.count {
        var fingerprint: UInt64 = 0
        for place in 0..<64 { fingerprint ^= additions[place << 8 | Int(bytes[start + length - 64 + place])] }
        if fingerprint & mask == 0 { break }
        length += 1
      }
      lengths.append(length)
      start += length
    }
    return lengths
  }

  /// Hands the input over in pieces of random length, forgetting what was cut, as a reader with one buffer does.
  private func lengthsInPieces(of bytes: [UInt8], by chunker: ContentChunker, largest: Int) -> [Int] {
    var generator = SeededRandom(seed: UInt64(largest))
    var lengths: [Int] = []
    var buffer: [UInt8] = []
    var fed = 0
    var start = 0
    var scanned = 0
    while true {
      if let length = chunker.cut(in: buffer.span, from: start, isLast: fed == bytes.count, scanned: &scanned) {
        lengths.append(length)
        start += length
      } else if fed == bytes.count {
        return lengths
      } else {
        buffer.removeFirst(start)
        start = 0
        let piece = min(Int.random(in: 1...largest, using: &generator), bytes.count - fed)
        buffer.append(contentsOf: bytes[fed..<(fed + piece)])
        fed += piece
      }
    }
  }
}
