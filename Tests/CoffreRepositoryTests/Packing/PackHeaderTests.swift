import CoffreCore
import Testing

@testable import CoffreRepository

@Suite("Pack header")
struct PackHeaderTests {
  @Test func `adds up to the size of every real pack`() throws {
    for repository in Vectors.repositories {
      for pack in try Vectors.packs(repository) {
        let header = PackHeader(entries: pack.entries)
        #expect(header.packSize == pack.size)
        try header.verify(packSize: pack.size)
        #expect(throws: MalformedPackHeader.self) { try header.verify(packSize: pack.size + 1) }
      }
    }
  }

  @Test func `brings back every real header`() throws {
    for repository in Vectors.repositories {
      for pack in try Vectors.packs(repository) {
        let header = PackHeader(entries: pack.entries)
        let bytes = header.encoded()
        #expect(bytes.count == header.plainSize)
        #expect(try PackHeader(decoding: bytes.span) == header)
      }
    }
  }

  @Test func `lays out the four types`() {
    let id = digest(1)
    let entries = [
      PackEntry(kind: .data, id: id, length: 0x0102_0304, uncompressedLength: nil),
      PackEntry(kind: .tree, id: id, length: 33, uncompressedLength: nil),
      PackEntry(kind: .data, id: id, length: 34, uncompressedLength: 0x0A0B_0C0D),
      PackEntry(kind: .tree, id: id, length: 35, uncompressedLength: 0),
    ]
    let before: [[UInt8]] = [
      [0, 4, 3, 2, 1], [1, 33, 0, 0, 0], [2, 34, 0, 0, 0, 0x0D, 0x0C, 0x0B, 0x0A], [3, 35, 0, 0, 0, 0, 0, 0, 0],
    ]
    #expect(PackHeader(entries: entries).encoded() == before.flatMap { $0 + id.bytes })
    #expect(PackHeader(entries: entries).withOffsets().map(\.offset) == [0, 0x0102_0304, 0x0102_0325, 0x0102_0347])
  }

  @Test func `names what is wrong`() {
    let entry = PackHeader(entries: [PackEntry(kind: .data, id: digest(1), length: 40, uncompressedLength: nil)])
    var unknown = entry.encoded()
    unknown[0] = 4
    var short = entry.encoded()
    short[1] = 31
    let examples: [([UInt8], String)] = [
      ([], "no blobs"), (unknown, "unknown blob type 4"), (entry.encoded().dropLast(), "cut short"),
      (short, "impossible blob length 31"),
    ]
    for (bytes, problem) in examples {
      let error = #expect(throws: MalformedPackHeader.self) { _ = try PackHeader(decoding: bytes.span) }
      #expect(error?.problem.description == problem)
    }
  }

  @Test func `finds its length at the end of a pack`() throws {
    var tail: [UInt8] = [9, 9]
    PackHeader.appendLengthField(sealedLength: 0x123, to: &tail)
    #expect(tail == [9, 9, 0x23, 1, 0, 0])
    #expect(try PackHeader.sealedLength(inTail: tail.span, packSize: 1000) == 0x123)
    for (length, size) in [(0, 1000), (68, 1000), (997, 1000), (16 << 20 + 1, 1 << 40), (0xFFFF_FFFF, 1 << 40)] {
      var tail: [UInt8] = []
      PackHeader.appendLengthField(sealedLength: length, to: &tail)
      #expect(throws: MalformedPackHeader.self) {
        _ = try PackHeader.sealedLength(inTail: tail.span, packSize: Int64(size))
      }
    }
    #expect(throws: MalformedPackHeader.self) { _ = try PackHeader.sealedLength(inTail: [1, 2].span, packSize: 1000) }
  }
}
