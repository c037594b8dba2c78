import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Parsed indexes")
struct ParsedIndexTests {
  private let sample: CacheSample

  init() throws { sample = try CacheSample(snapshots: 4) }

  private func load(_ repository: Repository, from source: IndexSource = .cacheOrStore) throws -> LoadedIndex {
    try repository.loadIndex(.fingerprints, from: source, cancellation: Cancellation())
  }

  private var reference: LoadedIndex {
    get throws { try Repository.opened(sample.memory).loadIndex(cancellation: Cancellation()) }
  }

  /// Fails the test unless both say the same of every blob, pack and file. `right` knows whole ids.
  private func expectEqual(_ left: LoadedIndex, _ right: LoadedIndex, location: SourceLocation = #_sourceLocation) {
    func packs(_ loaded: LoadedIndex) -> Set<String> {
      Set(loaded.index.packs.map { "\($0.id) \($0.entries.count) \($0.hasData) \($0.hasTrees)" })
    }
    func files(_ loaded: LoadedIndex) -> Set<String> {
      Set(
        loaded.files.map { file in
          "\(file.id) \(loaded.index.packs[file.packs].map(\.id).sorted()) \(file.repeatedPacks) \(file.packsToDelete)"
        })
    }
    #expect(packs(left) == packs(right) && files(left) == files(right), sourceLocation: location)
    #expect(left.fileCount == right.fileCount && left.index.count == right.index.count, sourceLocation: location)
    #expect(left.repeatedPacks.sorted() == right.repeatedPacks.sorted(), sourceLocation: location)
    #expect(left.contradictoryPacks.sorted() == right.contradictoryPacks.sorted(), sourceLocation: location)
    for entry in 0..<right.index.count {
      let blob = right.index.entry(entry)
      #expect(
        Set(left.index.locations(of: blob.id, blob.kind)) == Set(right.index.locations(of: blob.id, blob.kind)),
        sourceLocation: location)
    }
  }

  /// Deletes the cached index files themselves, so that a load of one shows.
  private func dropIndexFiles(_ repository: Repository) throws {
    try removeTree(sample.path("index", of: repository))
    sample.forget()
  }

  private func hasIndex(_ repository: Repository) -> Bool {
    (try? FileDescriptor.attributes(ofPath: sample.path("coffre-index", of: repository))) != nil
  }

  @Test func `an index that was read before is not decoded again`() throws {
    let first = try sample.open(leastBlobs: 1)
    try expectEqual(load(first), reference)
    try dropIndexFiles(first)
    try expectEqual(load(sample.open(leastBlobs: 1)), reference)
    #expect(sample.loads(in: "index").isEmpty, "\(sample.loads)")
  }

  @Test func `of a grown repository only what is new is decoded`() throws {
    let first = try sample.open(leastBlobs: 1)
    _ = try load(first)
    let before = Set(sample.memory.paths(in: "index"))
    try Repository.opened(sample.memory).backUp([.file("new", "new")], time: 1_700_020_000)
    let new = Set(sample.memory.paths(in: "index")).subtracting(before)
    try dropIndexFiles(first)
    try expectEqual(load(sample.open(leastBlobs: 1)), reference)
    #expect(Set(sample.loads(in: "index")) == new)
  }

  @Test func `an index of files that are gone is not believed`() throws {
    _ = try load(sample.open(leastBlobs: 1))
    let gone = try #require(sample.memory.paths(in: "index").first)
    // Loaded once: the order of packs is another each time.
    let before = try reference
    let file = try #require(before.files.first { gone.hasSuffix($0.id.description) })
    let lost = before.index.packs[file.packs].map(\.id)
    try sample.memory.remove(StoreKey(gone))
    let loaded = try load(sample.open(leastBlobs: 1))
    try expectEqual(loaded, reference)
    #expect(!lost.isEmpty && !loaded.index.packs.contains { lost.contains($0.id) })
    // It was written anew meanwhile.
    let repository = try sample.open(leastBlobs: 1)
    try dropIndexFiles(repository)
    try expectEqual(load(repository), reference)
    #expect(sample.loads(in: "index").isEmpty)
  }

  @Test func `a damaged one is rebuilt, whatever the damage`() throws {
    let repository = try sample.open(leastBlobs: 1)
    _ = try load(repository)
    let path = sample.path("coffre-index", of: repository)
    let sound = try readFile(path, limit: 1 << 20)
    let reference = try reference
    var variants: [[UInt8]] = [[], sound + [0], sound + sound, Array("coffre".utf8), [255, 255, 255, 255] + sound]
    let step = runsAllTests ? 1 : 13
    for position in stride(from: 0, to: sound.count, by: step) {
      var flipped = sound
      flipped[position] ^= UInt8(1 << (position % 8))
      variants += [flipped, Array(sound.prefix(position))]
    }
    for (number, variant) in variants.enumerated() {
      try writeFileAtomically(variant, path)
      let loaded = try load(sample.open(leastBlobs: 1))
      #expect(loaded.index.count == reference.index.count && loaded.fileCount == reference.fileCount)
      if number % 50 == 0 { expectEqual(loaded, reference) }
      #expect(hasIndex(repository))
      let mended = try readFile(path, limit: 1 << 20)
      #expect(mended.count == sound.count && mended != variant, "variant \(number) was believed")
    }
    #expect(sample.told.isEmpty)
  }

  @Test func `that of another repository is not believed`() throws {
    let repository = try sample.open(leastBlobs: 1)
    let other = try CacheSample(snapshots: 1)
    let foreign = try other.open(leastBlobs: 1)
    _ = try foreign.loadIndex(.fingerprints, cancellation: Cancellation())
    let bytes = try readFile(other.path("coffre-index", of: foreign), limit: 1 << 20)
    try makeDirectories(splitPath(sample.path("coffre-index", of: repository)).folder)
    try writeFileAtomically(bytes, sample.path("coffre-index", of: repository))
    try expectEqual(load(repository), reference)
  }

  @Test func `small ones are not kept`() throws {
    let count = try reference.index.count
    for (least, isKept) in [(count + 1, false), (count, true)] {
      let repository = try sample.open(leastBlobs: least)
      _ = try load(repository)
      #expect(hasIndex(repository) == isKept)
    }
  }

  @Test func `names betray nothing: ids do not stand in it`() throws {
    let repository = try sample.open(leastBlobs: 1)
    _ = try load(repository)
    let loaded = try reference
    let bytes = try readFile(sample.path("coffre-index", of: repository), limit: 1 << 20)
    let id = loaded.index.id(ofEntry: 0)
    for pattern in [id.bytes, id.hexBytes, Array("coffre".utf8)] {
      let starts = bytes.indices.dropLast(pattern.count)
      #expect(!starts.contains { bytes[$0..<$0 + pattern.count].elementsEqual(pattern) })
    }
  }

  @Test func `who removes something reads the index files themselves`() throws {
    let repository = try sample.open(leastBlobs: 1)
    let loaded = try load(repository)
    // What a program with a fault might leave: well sealed, and wrong.
    var lie = ParsedIndex(BlobColumns(.fingerprints))
    lie.files = loaded.files.map { ListedIndexFile(id: $0.id, packs: 0..<0, repeatedPacks: [], packsToDelete: []) }
    let cache = try #require(repository.cache)
    #expect(
      cache.save(at: cache.indexPath) { file throws(SystemError) in
        var writer = SealedDocumentWriter(file, repository.makeCodec())
        try lie.write(to: &writer)
      })
    let again = try sample.open(leastBlobs: 1)
    #expect(try load(again).index.count == 0, "the lie does not work: this test proves nothing")
    try expectEqual(load(again, from: .files), reference)
    try expectEqual(again.loadIndex(toleratesDamage: true, cancellation: Cancellation()), reference)
    #expect(try again.examined().isSound)
    let packs = sample.memory.paths(in: "data")
    let pruner = Pruner(
      repository: again, request: PruneRequest(threadCount: 1), progress: PruneProgress(events: EventLog()),
      cancellation: Cancellation())
    _ = try pruner.makePlan()
    try pruner.repack()
    _ = try pruner.remove(confirm: {})
    #expect(sample.memory.paths(in: "data") == packs)
    #expect(try Repository.opened(sample.memory).examined().isSound)
  }

  @Test func `all that an index says survives`() throws {
    var parsed = ParsedIndex(BlobColumns(.fingerprints))
    let ids = (1...60_000).map { Digest(words: UInt64($0) &* 0x9E37_79B9_7F4A_7C15, 1, 2, UInt64($0)) }
    for number in 0..<400 {
      var offset: UInt32 = 0
      let blobs = (0..<150).map { place in
        // Every seventh pack has holes, some hold trees only.
        if number % 7 == 3, place % 10 == 9 { offset += 77 }
        let isTree = number % 5 == 0 || place % 3 == 0
        defer { offset += 100 + UInt32(place) }
        return IndexedBlob(
          id: ids[number * 150 + place], kind: isTree ? .tree : .data, offset: offset, length: 100 + UInt32(place),
          uncompressedLength: isTree ? .max : 0)
      }
      parsed.columns.append(ids[number], blobs)
    }
    parsed.files = [
      ListedIndexFile(id: ids[0], packs: 0..<399, repeatedPacks: [ids[7]], packsToDelete: [ids[8], ids[9]]),
      ListedIndexFile(id: ids[1], packs: 399..<400, repeatedPacks: [], packsToDelete: []),
    ]
    parsed.repeatedPacks = [ids[7]]
    parsed.contradictoryPacks = [ids[5], ids[6]]
    let repository = try sample.open()
    let cache = try #require(repository.cache)
    #expect(
      cache.save(at: cache.indexPath) { file throws(SystemError) in
        var writer = SealedDocumentWriter(file, repository.makeCodec())
        try parsed.write(to: &writer)
      })
    func listed(_ ids: [IndexID]) -> [ListedObject] { ids.map { ListedObject(id: $0, sizeInBytes: 1000) } }
    let found = try #require(repository.parsedIndex(ofSome: listed([ids[0], ids[1], ids[2]])))
    #expect(found.files == parsed.files && found.columns.packs == parsed.columns.packs)
    #expect(found.repeatedPacks == parsed.repeatedPacks && found.contradictoryPacks == parsed.contradictoryPacks)
    #expect(found.columns.count == parsed.columns.count && found.columns.key == parsed.columns.key)
    #expect((0..<found.columns.count).allSatisfy { found.columns.entry($0) == parsed.columns.entry($0) })
    #expect((0..<found.columns.count).allSatisfy { found.columns.pack($0) == $0 / 150 })
    #expect(repository.parsedIndex(ofSome: listed([ids[0]])) == nil)
    #expect(!hasIndex(repository), "what does not fit any more is removed")
  }
}
