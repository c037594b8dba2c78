import CoffreCore
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreRepository

/// What is compressed, and what is stored as it is.
@Suite("Sealing blobs")
struct BlobCodecTests {
  private let repository: Repository

  init() throws { repository = try Repository.forTest(in: MemoryStore()) }

  /// - Returns: whether it was compressed; it must come out as it went in.
  private func isCompressed(_ content: [UInt8], with codec: BlobCodec) throws -> Bool {
    let blob = codec.seal(content.span, id: codec.hasher.hash(content.span), kind: .data)
    try codec.check(blob)
    return blob.uncompressedLength != 0
  }

  @Test(arguments: [1 << 10, 127 << 10, 128 << 10, 255 << 10, 256 << 10, 3 << 20])
  func `noise is stored as it is, text is compressed`(_ size: Int) throws {
    let codec = repository.makeCodec()
    let noise = seededBytes(7, count: size)
    #expect(try !isCompressed(noise, with: codec))
    let text = Array(String(repeating: "what a page says, ", count: size / 18 + 1).utf8.prefix(size))
    #expect(try isCompressed(text, with: codec))
    // Noise again: nothing is left of the text in what is used again.
    #expect(try !isCompressed(noise, with: codec))
  }

  /// A look at parts must not take for noise what has text somewhere.
  @Test(arguments: [0, 1, 2, 3])
  func `noise with text in a quarter of it is compressed`(_ quarter: Int) throws {
    let codec = repository.makeCodec()
    let size = 1 << 20
    var content = seededBytes(8, count: size)
    for place in (quarter * size / 4)..<((quarter + 1) * size / 4) { content[place] = UInt8(place % 61) }
    #expect(try isCompressed(content, with: codec))
  }

  /// Each part is noise by itself, but they are all alike.
  @Test func `what repeats itself is compressed`() throws {
    let codec = repository.makeCodec()
    let piece = seededBytes(9, count: 4 << 10)
    #expect(try isCompressed((0..<128).flatMap { _ in piece }, with: codec))
  }

  @Test func `one who asks for the smallest has all of it tried`() throws {
    let codec = repository.makeCodec(compression: .max)
    // Text where no part is looked at.
    var content = seededBytes(10, count: 1 << 20)
    for place in 8192..<(8192 + (50 << 10)) { content[place] = 32 }
    #expect(try !isCompressed(content, with: repository.makeCodec()))
    #expect(try isCompressed(content, with: codec))
  }
}
