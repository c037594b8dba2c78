import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Statistics")
struct StatisticsTests {
  private func reader(_ repository: Repository) throws -> StatisticsReader {
    StatisticsReader(
      repository: repository, index: try repository.loadIndex(cancellation: Cancellation()).index, threadCount: 2,
      cancellation: Cancellation())
  }

  private func linked(_ name: String, _ content: String, inode: UInt64, device: UInt64 = 1) -> MemoryEntry {
    MemoryEntry.file(name, content).with {
      $0.attributes.inode = inode
      $0.attributes.device = device
      $0.attributes.links = 2
    }
  }

  @Test func `hard links count once in each snapshot, those of another device beside them`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    let entries: [MemoryEntry] = [
      linked("a", "12345", inode: 7), .file("plain", "123"),
      .directory("d", [linked("b", "12345", inode: 7), linked("other", "12", inode: 7, device: 2)]),
    ]
    try repository.backUp(entries, time: 1_700_001_000)
    try repository.backUp(entries + [.file("new", "1")], time: 1_700_002_000)
    let reader = try reader(repository)
    let sizes = try reader.restoreSizes(of: repository.soundSnapshots())
    #expect(sizes.map(\.bytes) == [10, 11])
    #expect(sizes.map(\.files) == [4, 5] && sizes.map(\.entries) == [5, 6])
    let all = try reader.count(repository.soundSnapshots(), .restoreSize)
    #expect(all.bytes == 21 && all.snapshots == 2 && all.entries == 11)
  }

  @Test func `a tree that stands in several places counts in each`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    let inner: [MemoryEntry] = [.file("f", "12345"), linked("l", "123", inode: 9)]
    try repository.backUp([.directory("x", inner), .directory("y", [.directory("x", inner)])])
    let sizes = try reader(repository).restoreSizes(of: repository.soundSnapshots())
    #expect(sizes[0].entries == 7 && sizes[0].files == 4)
    // The hard link is the same file in both.
    #expect(sizes[0].bytes == 13)
  }

  @Test func `files by contents, and blobs by path`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    try repository.backUp([.file("a", "same"), .file("b", "same"), .file("c", "other")], time: 1_700_001_000)
    try repository.backUp([.file("a", "changed"), .file("b", "same")], time: 1_700_002_000)
    let reader = try reader(repository)
    let contents = try reader.count(repository.soundSnapshots(), .filesByContents)
    #expect(contents.entries == 3 && contents.bytes == 4 + 5 + 7)
    let blobs = try reader.count(repository.soundSnapshots(), .blobsPerFile)
    // The second path of a content is none of its own; a path of two contents counts once, with both.
    #expect(blobs.files == 2 && blobs.blobs == 3 && blobs.bytes == 4 + 5 + 7)
  }

  @Test func `raw data counts each blob once, with what compression saves`() throws {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    let text = String(repeating: "compressible ", count: 500)
    try repository.backUp([.file("a", text), .file("b", text), .file("n", BackupSample.noise(3000, seed: 3))])
    try repository.backUp([.file("a", text)], time: 1_700_002_000)
    let result = try reader(repository).count(repository.soundSnapshots(), .rawData)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    #expect(result.blobs == index.count)
    #expect(result.bytes == (0..<index.count).reduce(0) { $0 + Int64(index.entry($1).length) })
    #expect(result.bytesUncompressed > Int64(text.utf8.count) + 3000)
    #expect(try #require(result.compressionRatio) > 5)
    #expect(try #require(result.compressionSpaceSaving) > 50)
  }

  @Test func `what a snapshot added, and what is its own`() throws {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    func noise(_ seed: UInt64) -> MemoryEntry { .file("\(seed)", BackupSample.noise(5000, seed: seed)) }
    try repository.backUp([noise(1), noise(2)], time: 1_700_001_000)
    try repository.backUp([noise(2), noise(3)], time: 1_700_002_000)
    try repository.backUp([noise(2), noise(4), noise(1)], time: 1_700_003_000)
    let shares = try reader(repository).shares(of: repository.soundSnapshots())
    let blob: Int64 = 5032
    // Beside data there are small trees.
    #expect(shares.map { $0.added / blob } == [2, 1, 1])
    #expect(shares.map { $0.unique / blob } == [0, 1, 1])
    // Forgetting a snapshot frees just what is its own.
    let before = try PruneSample.plan(store).figures
    #expect(before.unused.bytes == 0)
    try PruneSample.forget(1, in: store)
    #expect(try PruneSample.plan(store).figures.unused.bytes == shares[1].unique)
  }

  @Test func `a tree that is missing is an error, not a smaller number`() throws {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    try repository.backUp([.directory("d", [.file("f", "f")])])
    let snapshots = try repository.soundSnapshots()
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let root = try #require(index.location(of: snapshots[0].snapshot.tree, .tree))
    store.edit(ObjectKind.pack.storeKey(of: root.pack).path) { $0[Int(root.offset) + 20] ^= 1 }
    let reader = try reader(repository)
    for mode in StatisticsMode.allCases {
      #expect(throws: RepositoryError.self, "\(mode)") { try reader.count(snapshots, mode) }
    }
  }

  @Test func `info counts files, locks and snapshots`() throws {
    let store = try PruneSample.store()
    let repository = try Repository.opened(store)
    let request = LockRequest(mode: .exclusive, machine: .ofTests, record: LockRecord(folder: nil))
    let info = try repository.withLock(request, cancellation: Cancellation(), note: { _ in }) { _ in
      try repository.info(machine: .ofTests, cancellation: Cancellation())
    }
    #expect(info.locks.map { $0.file?.isExclusive } == [true])
    #expect(info[.pack].count == store.paths(in: "data").count)
    #expect(info[.pack].bytes == store.paths(in: "data").reduce(0) { $0 + Int64(store[$1]?.count ?? 0) })
    #expect(info.snapshots.count == 2 && info[.snapshot].count == 2 && info[.key].count == 1)
    let (unused, used) = try repository.unusedBytes(
      beside: info.snapshots, threadCount: 2, cancellation: Cancellation())
    let figures = try PruneSample.plan(store).figures
    #expect(unused == figures.unused.bytes + figures.duplicate.bytes && used == figures.used.bytes)
  }
}
