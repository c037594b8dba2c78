import CoffreCore
import CoffreSystem
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreRepository

/// Holes are passed over: the chunks must be those of the same bytes read one by one.
@Suite("Chunks of a file with holes", .timeLimit(.minutes(10)))
struct ChunkReaderTests {
  private struct Chunk: Hashable {
    let id: BlobID
    let length: Int
  }

  private let codec: BlobCodec
  private let chunker: ContentChunker

  init() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    codec = repository.makeCodec()
    chunker = ContentChunker(polynomial: repository.polynomial)
  }

  private func chunks(of reader: any ByteReader, in chunkReader: ChunkReader) throws -> (chunks: [Chunk], size: Int64) {
    var chunks: [Chunk] = []
    let size = try chunkReader.forEachChunk(of: reader) { bytes, times in
      #expect(times > 0)
      chunks += repeatElement(Chunk(id: codec.hasher.hash(bytes), length: bytes.count), count: times)
    }
    return (chunks, size)
  }

  private func makeReader() -> ChunkReader { ChunkReader(chunker: chunker, cancellation: Cancellation()) }

  private static let least = ChunkerParameters.standard.minimum

  /// Data and holes in turn: lengths in bytes, data first.
  @Test(
    arguments: [
      [0, 2 * least], [0, 2 * least + 1], [0, 2 * least - 1], [0, least - 1], [0, least], [1, least - 2, 1],
      [1, least - 1, 1], [1000, 2 * least - 1000, 1000, 2 * least, 1], [1 << 20, 4 * least, 100_000],
      [5000, 2 * least, 1, 2 * least + 7, 70_000, least, 5000],
    ])
  func `are those of its bytes`(_ lengths: [Int]) throws {
    let chunkReader = makeReader()
    let holey = HoleyReader(lengths)
    let found = try chunks(of: holey, in: chunkReader)
    let expected = try chunks(of: HoleyReader(lengths, tellsHoles: false), in: makeReader())
    #expect(found.chunks == expected.chunks)
    #expect(found.size == expected.size && found.size == Int64(lengths.reduce(0, +)))
    #expect(Int64(found.chunks.reduce(0) { $0 + $1.length }) == found.size)
    if lengths.contains(where: { $0 >= 4 * Self.least }) { #expect(holey.skipped > 0, "the hole was read") }
    // Nothing of it stays in the buffer.
    #expect(try chunks(of: HoleyReader([100]), in: chunkReader).size == 100)
  }

  @Test func `are those of its bytes, whatever its holes`() throws {
    var random = SeededRandom(seed: 31)
    let chunkReader = makeReader()
    for round in 0..<3 {
      let lengths = (0..<Int.random(in: 2...7, using: &random)).map { number in
        number % 2 == 0
          ? Int.random(in: 0...(200 << 10), using: &random) : Int.random(in: 0...(3 * Self.least), using: &random)
      }
      let found = try chunks(of: HoleyReader(lengths), in: chunkReader)
      let expected = try chunks(of: HoleyReader(lengths, tellsHoles: false), in: makeReader())
      #expect(found.chunks == expected.chunks && found.size == expected.size, "round \(round): \(lengths)")
    }
  }
}

/// Data and holes in turn.
private final class HoleyReader: ByteReader {
  private let content: [UInt8]
  private let holes: [Range<Int>]
  private let tellsHoles: Bool
  private var position = 0
  private(set) var skipped = 0

  init(_ lengths: [Int], tellsHoles: Bool = true) {
    var content: [UInt8] = []
    var holes: [Range<Int>] = []
    for (number, length) in lengths.enumerated() {
      if number % 2 == 0 {
        content += seededBytes(UInt64(number), count: length)
      } else {
        holes.append(content.count..<content.count + length)
        content += repeatElement(0, count: length)
      }
    }
    self.content = content
    self.holes = holes
    self.tellsHoles = tellsHoles
  }

  var attributes: EntryAttributes? { nil }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    let count = min(buffer.count, content.count - position)
    let bytes = content
    copy(bytes.span.extracting(position..<(position + count)), into: &buffer)
    position += count
    return count
  }

  func skipZeros(_ choose: (Int64) -> Int64) throws(SourceError) -> Int64 {
    guard tellsHoles, let hole = holes.first(where: { $0.contains(position) }) else { return 0 }
    let count = Int(choose(Int64(hole.upperBound - position)))
    precondition((0...hole.upperBound - position).contains(count), "more than there are zeros")
    position += count
    skipped += count
    return Int64(count)
  }

  func isUnchanged() throws(SourceError) -> Bool { true }
}
