import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Blob index")
struct BlobIndexTests {
  private func blob(_ number: UInt64, _ kind: BlobKind = .data, offset: UInt32 = 0) -> IndexedBlob {
    IndexedBlob(id: digest(number), kind: kind, offset: offset, length: 100, uncompressedLength: 0)
  }

  @Test func `knows every blob of the real repositories`() throws {
    for repository in Vectors.repositories {
      var builder = BlobIndexBuilder()
      let packs = try Vectors.packs(repository)
      for pack in packs {
        let offsets = PackHeader(entries: pack.entries).withOffsets()
        builder.add(pack: pack.id, blobs: offsets.map { $0.entry.indexed(at: $0.offset) }.reversed())
      }
      let index = builder.build()
      #expect(index.count == packs.reduce(0) { $0 + $1.entries.count })
      for (number, pack) in packs.enumerated() {
        #expect(index.packs[number].id == pack.id)
        #expect(index.packSize(number) == pack.size)
        #expect(index.entriesByOffset(ofPack: number).map { index.id(ofEntry: $0) } == pack.entries.map(\.id))
        for (offset, entry) in PackHeader(entries: pack.entries).withOffsets() {
          let expected = BlobLocation(
            pack: pack.id, offset: UInt32(offset), length: entry.length,
            uncompressedLength: entry.uncompressedLength ?? 0)
          #expect(index.location(of: entry.id, entry.kind) == expected)
        }
      }
    }
  }

  @Test func `keeps data and trees apart`() {
    var builder = BlobIndexBuilder()
    builder.add(pack: digest(100), blobs: [blob(1, .data), blob(1, .tree, offset: 100), blob(2, .tree, offset: 200)])
    let index = builder.build()
    #expect(index.location(of: digest(1), .data)?.offset == 0)
    #expect(index.location(of: digest(1), .tree)?.offset == 100)
    #expect(!index.contains(digest(2), .data))
    #expect(index.contains(digest(2), .tree))
    #expect(index.count(of: .data) == 1)
    #expect(index.count(of: .tree) == 2)
    #expect(index.packs[0].isMixed)
    #expect(index.kind(ofEntry: 1) == .tree)
  }

  @Test func `reaches all copies of a blob, the first one first`() {
    var builder = BlobIndexBuilder()
    for pack in 100..<105 as Range<UInt64> {
      builder.add(pack: digest(pack), blobs: [blob(pack), blob(1, offset: 100)])
    }
    let index = builder.build()
    #expect(index.locations(of: digest(1), .data).map(\.pack) == (100..<105).map { digest($0) })
    #expect(index.entryNumber(of: digest(1), .data) == 1)
    #expect(index.entryNumbers(of: digest(1), .data) == [1, 3, 5, 7, 9])
    #expect(index.packNumber(ofEntry: 9) == 4)
    #expect(index.locations(of: digest(2), .data).isEmpty)
  }

  @Test func `counts a pack listed twice once`() {
    var builder = BlobIndexBuilder()
    builder.add(pack: digest(100), blobs: [blob(1), blob(2, offset: 100)])
    builder.add(pack: digest(100), blobs: [blob(2, offset: 100), blob(1)])
    #expect(builder.repeatedPacks == [digest(100)])
    #expect(builder.contradictoryPacks.isEmpty)
    #expect(builder.build().count == 2)
  }

  @Test func `reports contradictory listings and keeps all they say`() {
    var builder = BlobIndexBuilder()
    builder.add(pack: digest(100), blobs: [blob(1)])
    builder.add(pack: digest(100), blobs: [blob(1), blob(2, offset: 100)])
    builder.add(pack: digest(100), blobs: [blob(1, offset: 7)])
    #expect(builder.contradictoryPacks == [digest(100), digest(100)])
    let index = builder.build()
    #expect(index.count == 3)
    #expect(index.locations(of: digest(1), .data).map(\.offset) == [0, 7])
    #expect(index.location(of: digest(2), .data)?.pack == digest(100))
  }

  @Test func `takes over an index file whole or not at all`() throws {
    var writer = IndexFileWriter()
    writer.append(pack: digest(100), blobs: [blob(1)])
    writer.append(pack: digest(101), blobs: [blob(2), blob(3, .tree, offset: 100)])
    let file = writer.finish()
    var builder = BlobIndexBuilder()
    #expect(throws: MalformedIndex.self) {
      try builder.add(indexFile: file.dropLast(4), repositoryVersion: 2)
    }
    #expect(builder.count == 0)
    try builder.add(indexFile: file, repositoryVersion: 2)
    try builder.add(indexFile: file, repositoryVersion: 2)
    #expect(builder.repeatedPacks == [digest(100), digest(101)])
    #expect(builder.build().packs.map(\.entries) == [0..<1, 1..<3])
  }

  @Test func `tells the length of the plaintext`() {
    let plain = BlobLocation(pack: digest(1), offset: 0, length: 132, uncompressedLength: 0)
    let packed = BlobLocation(pack: digest(1), offset: 0, length: 132, uncompressedLength: 511)
    #expect(plain.plainLength == 100)
    #expect(packed.plainLength == 511)
  }

  @Test func `agrees with a dictionary over many packs and copies`() {
    var generator = SeededRandom(seed: 3)
    var builder = BlobIndexBuilder()
    var model: [Digest: [Int]] = [:]
    var number = 0
    for pack in 0..<3_000 as Range<UInt64> {
      let blobs = (0..<UInt32.random(in: 1..<60, using: &generator)).map { index in
        blob(UInt64.random(in: 0..<60_000, using: &generator), offset: index * 100)
      }
      for blob in blobs {
        model[blob.id, default: []].append(number)
        number += 1
      }
      builder.add(pack: digest(1 << 40 + pack), blobs: blobs)
    }
    let index = builder.build()
    for blob in 0..<70_000 as Range<UInt64>
    where index.entryNumbers(of: digest(blob), .data) != model[digest(blob)] ?? [] {
      Issue.record("blob \(blob) differs")
    }
    for (number, pack) in index.packs.enumerated() {
      if !pack.entries.allSatisfy({ index.packNumber(ofEntry: $0) == number }) {
        Issue.record("pack \(number) differs")
      }
    }
  }

  @Test func `tells ids with equal first words apart`() {
    for word in [0, 1, UInt64.max] {
      var builder = BlobIndexBuilder()
      let ids = (0..<500 as Range<UInt64>).map { Digest(words: word, $0 / 250, $0 % 25, $0) }
      builder.add(
        pack: digest(1),
        blobs: ids.map { IndexedBlob(id: $0, kind: .tree, offset: 0, length: 99, uncompressedLength: 0) })
      let index = builder.build()
      for (number, id) in ids.enumerated() { #expect(index.entryNumber(of: id, .tree) == number) }
      #expect(!index.contains(Digest(words: word, 0, 0, 500), .tree))
      #expect(!index.contains(Digest(words: word ^ 1, 0, 0, 0), .tree))
    }
  }

  @Test func `says the same with fingerprints as with whole ids`() {
    var generator = SeededRandom(seed: 8)
    var builders = (BlobIndexBuilder(), BlobIndexBuilder(.fingerprints))
    var blobs: [IndexedBlob] = []
    for pack in 0..<2_000 as Range<UInt64> {
      var offset: UInt32 = 0
      let listed = (0..<Int.random(in: 0..<300, using: &generator)).map { _ in
        // Some packs have holes.
        if pack % 50 == 7, Bool.random(using: &generator) { offset += 13 }
        let length = UInt32.random(in: 32..<9_000, using: &generator)
        defer { offset += length }
        return IndexedBlob(
          id: digest(UInt64.random(in: 0..<200_000, using: &generator)), kind: pack % 9 == 0 ? .tree : .data,
          offset: offset, length: length, uncompressedLength: pack % 3 == 0 ? 0 : length * 2)
      }
      blobs += listed
      builders.0.add(pack: digest(1 << 40 + pack), blobs: listed.shuffled(using: &generator))
      builders.1.add(pack: digest(1 << 40 + pack), blobs: listed.shuffled(using: &generator))
    }
    let (whole, short) = (builders.0.build(), builders.1.build())
    #expect(whole.count == blobs.count && short.count == blobs.count)
    for kind in BlobKind.allCases { #expect(whole.count(of: kind) == short.count(of: kind)) }
    for (number, blob) in blobs.enumerated() where whole.entry(number) != blob {
      Issue.record("entry \(number) differs")
    }
    for number in 0..<250_000 as Range<UInt64> {
      for kind in BlobKind.allCases
      where whole.locations(of: digest(number), kind) != short.locations(of: digest(number), kind) {
        Issue.record("blob \(number) differs")
      }
    }
    #expect(whole.packs == short.packs)
  }

  @Test func `a large one loses and invents nothing, and forgets lost packs`() {
    let count: UInt64 = 700_000
    var builder = BlobIndexBuilder(.fingerprints)
    for pack in 0..<count / 100 {
      builder.add(
        pack: digest(1 << 40 + pack), blobs: (0..<100).map { blob(pack * 100 + $0, offset: UInt32($0) * 100) })
    }
    let index = builder.build()
    for number in 0..<count where index.entryNumber(of: digest(number), .data) != Int(number) {
      Issue.record("\(number) is lost")
    }
    for number in count..<2 * count where index.contains(digest(number), .data) {
      Issue.record("\(number) is invented")
    }
    #expect(!index.contains(digest(5), .tree))
    let rest = BlobIndex(index, withoutPacks: [0, 6_999])
    #expect(rest.count(of: .data) == Int(count) - 200 && rest.count == Int(count))
    for number in 0..<count where rest.contains(digest(number), .data) != (100..<count - 100).contains(number) {
      Issue.record("\(number) is wrong")
    }
  }
}
