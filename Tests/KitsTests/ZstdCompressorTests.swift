import CoffreTestKit
import Testing
import ZstdKit

@Suite("Compressing")
struct ZstdCompressorTests {
  @Test(arguments: [-5, 1, 2, 3, 6, 9, 17, 19, 20, 22, 99])
  func `what was compressed decompresses again`(_ level: Int) throws {
    let compressor = ZstdCompressor(level: level)
    let decompressor = ZstdDecompressor()
    for message in [
      [], [1], lines(40), lines(9000), seededBytes(5, count: 200_000), [UInt8](repeating: 0, count: 524_288),
    ] {
      var frame: [UInt8] = []
      compressor.compress(message.span, into: &frame)
      var output: [UInt8] = []
      try decompressor.decompress(frame.span, into: &output, expecting: message.count)
      #expect(output == message)
      try decompressor.decompress(frame.span, into: &output, limit: message.count)
      #expect(output == message)
    }
  }

  @Test func `appends, and tells how much`() {
    let compressor = ZstdCompressor(level: 3)
    let message = lines(100)
    var output: [UInt8] = [2]
    let first = compressor.compress(message.span, into: &output)
    let second = compressor.compress(message.span, into: &output)
    #expect(output.count == 1 + first + second)
    #expect(output[0] == 2)
    #expect(output[1..<(1 + first)] == output[(1 + first)...])
    #expect(first < message.count / 2)
  }

  @Test func `large sources are compressed otherwise, and leave small ones as they are`() throws {
    let compressor = ZstdCompressor(level: 2, swiftFrom: 100_000)
    let usual = ZstdCompressor(level: 2)
    let decompressor = ZstdDecompressor()
    let (small, large) = (lines(200), lines(20_000))
    #expect(small.count < 100_000 && large.count >= 100_000)
    for message in [small, large, large, small] {
      var (frame, expected): ([UInt8], [UInt8]) = ([], [])
      compressor.compress(message.span, into: &frame)
      usual.compress(message.span, into: &expected)
      #expect((frame == expected) == (message == small))
      #expect(frame.count < message.count / 2)
      var output: [UInt8] = []
      try decompressor.decompress(frame.span, into: &output, expecting: message.count)
      #expect(output == message)
    }
  }

  @Test(arguments: [3, 19, 22])
  func `frames declare their size, carry no checksum and have a window of 8 MiB at most`(_ level: Int) throws {
    let compressor = ZstdCompressor(level: level)
    for message in [lines(3), [UInt8](repeating: 7, count: 12 << 20)] {
      var frame: [UInt8] = []
      compressor.compress(message.span, into: &frame)
      let header = try #require(FrameHeader(frame))
      #expect(header.contentSize == message.count)
      #expect(!header.hasChecksum)
      #expect(header.window <= 8 << 20)
    }
  }
}

/// What RFC 8878 section 3.1.1.1 says of the first bytes of a frame, read independently of the product.
private struct FrameHeader {
  let contentSize: Int
  let hasChecksum: Bool
  let window: Int

  /// - Returns: `nil` if there is a dictionary or no content size.
  init?(_ frame: [UInt8]) {
    guard frame.prefix(4) == [0x28, 0xb5, 0x2f, 0xfd], frame.count > 14, frame[4] & 3 == 0 else { return nil }
    let isSingleSegment = frame[4] & 0x20 != 0
    let sizeCount = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(frame[4] >> 6)]
    guard sizeCount > 0 else { return nil }
    let start = isSingleSegment ? 5 : 6
    let size = frame[start..<(start + sizeCount)].reversed().reduce(0) { $0 << 8 | Int($1) }
    contentSize = sizeCount == 2 ? size + 256 : size
    hasChecksum = frame[4] & 4 != 0
    let base = 1 << (10 + Int(frame[5] >> 3))
    window = isSingleSegment ? contentSize : base + base / 8 * Int(frame[5] & 7)
  }
}

/// Compressible text.
func lines(_ count: Int) -> [UInt8] { (0..<count).flatMap { Array("line \($0) of the coffre\n".utf8) } }
