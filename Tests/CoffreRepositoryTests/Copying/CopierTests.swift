import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Copying snapshots")
struct CopierTests {
  @Test(arguments: [1, 2], [1, 2])
  func `between any two versions and polynomials everything comes over`(_ from: Int, _ to: Int) throws {
    let source = try CopyBench.source(version: from)
    let store = MemoryStore()
    let destination = try CopyBench.differing(in: store, version: to)
    let outcome = try CopyBench.copy(from: source, to: store)

    #expect(outcome.events.losses.isEmpty, "\(outcome.events.text)")
    #expect(outcome.copied.count == 2)
    let examination = try destination.examined()
    #expect(examination.isSound && examination.warnings.isEmpty, "\(examination.text)")
    #expect(try destination.restoredWhole() == Repository.opened(source).restoredWhole())
    let index = try destination.loadIndex(cancellation: Cancellation()).index
    let compressed = (0..<index.count).count { index.entry($0).uncompressedLength > 0 }
    #expect((compressed > 0) == (to == 2), "\(compressed) blobs are compressed in version \(to)")
    #expect(index.count == outcome.counters.blobsDone)
    #expect(outcome.counters.bytesAdded > 0 && outcome.counters.bytesDone == outcome.counters.bytesTotal)
  }

  @Test func `a copy tells all that its source tells, and whence it came`() throws {
    let source = try CopyBench.source()
    let store = MemoryStore()
    _ = try CopyBench.differing(in: store)
    try CopyBench.copy(from: source, to: store)
    let originals = try Repository.opened(source).soundSnapshots()
    let copies = try Repository.opened(store).soundSnapshots()
    #expect(originals[1].snapshot.parent != nil, "the sample has no parent to lose")
    for (original, copy) in zip(originals, copies) {
      var expected = original.snapshot
      expected.parent = nil
      expected.original = original.id
      #expect(copy.snapshot == expected)
    }
    // The first of the chain stays.
    let third = MemoryStore()
    _ = try CopyBench.differing(in: third)
    try CopyBench.copy(from: store, to: third)
    #expect(try Repository.opened(third).soundSnapshots().map(\.snapshot.original) == originals.map(\.id))
  }

  @Test func `the second copy writes nothing and reads no pack`() throws {
    let source = try CopyBench.source()
    let store = MemoryStore()
    _ = try CopyBench.differing(in: store)
    try CopyBench.copy(from: source, to: store)
    let before = store.contents
    let (reading, writing) = (RecordingStore(source), RecordingStore(store))
    let again = try CopyBench.copy(from: reading, to: writing)
    #expect(again.copied.isEmpty && store.contents == before)
    #expect(writing.saves.isEmpty)
    #expect(!reading.calls.contains { $0.action == .load && $0.folder == "data" })
  }

  @Test func `only what is missing is read and stored`() throws {
    let source = try CopyBench.source()
    let store = MemoryStore()
    let destination = try CopyBench.differing(in: store)
    let ids = try Repository.opened(source).soundSnapshots().map(\.id)
    let first = try CopyBench.copy(from: source, to: store, only: [ids[0]])
    let second = try CopyBench.copy(from: source, to: store)
    #expect(first.copied.map(\.source) == [ids[0]] && second.copied.map(\.source) == [ids[1]])
    let index = try destination.loadIndex(cancellation: Cancellation()).index
    #expect(first.counters.blobsDone + second.counters.blobsDone == index.count)
    let all = Set((0..<index.count).map { index.entry($0).id })
    #expect(all.count == index.count, "a blob is stored twice")
  }

  @Test func `a snapshot that was tagged since is another one, and so is one of another host`() throws {
    let source = try CopyBench.source()
    let store = MemoryStore()
    let destination = try CopyBench.differing(in: store)
    try CopyBench.copy(from: source, to: store)
    let repository = try Repository.opened(source)
    let stored = try repository.soundSnapshots()[0]
    var tagged = stored.snapshot
    tagged.tags = ["kept"]
    tagged.original = stored.id
    _ = try repository.save(tagged, with: repository.makeCodec())
    let outcome = try CopyBench.copy(from: source, to: store)
    #expect(outcome.copied.count == 1 && outcome.counters.blobsDone == 0)
    #expect(try destination.soundSnapshots().count { $0.snapshot.tags == ["kept"] } == 1)
  }

  @Test func `snapshots are alike whatever the order of paths and tags`() {
    var one = Snapshot(time: Timestamp(seconds: 1, nanoseconds: 0), tree: digest(1), paths: ["/a", "/b"])
    one.tags = ["x", "y"]
    var other = one
    other.paths.reverse()
    other.tags.reverse()
    other.parent = digest(2)
    other.original = digest(3)
    other.programVersion = "another"
    #expect(one.isSame(as: other))
    let changes: [(inout Snapshot) -> Void] = [
      { $0.time = Timestamp(seconds: 2, nanoseconds: 0) }, { $0.tree = digest(9) }, { $0.hostname = "h" },
      { $0.username = "u" }, { $0.userID = 1 }, { $0.groupID = 1 }, { $0.paths = ["/a", "/c"] },
      { $0.paths = ["/a"] }, { $0.tags = ["x"] }, { $0.excludes = ["*"] },
    ]
    for (number, change) in changes.enumerated() {
      var changed = other
      change(&changed)
      #expect(!one.isSame(as: changed), "change \(number)")
    }
  }

  @Test func `each group is whole before the next begins`() throws {
    let source = try CopyBench.source()
    let store = MemoryStore()
    _ = try CopyBench.differing(in: store)
    let recording = RecordingStore(store)
    // Groups of a byte: each snapshot by itself.
    try CopyBench.copy(from: source, to: recording) { $0.groupSize = 1 }
    let folders = recording.saves.map(\.folder)
    let firstSnapshot = try #require(folders.firstIndex(of: "snapshots"))
    #expect(folders[firstSnapshot...].contains("data"), "all data came before the first snapshot")
    #expect(folders.last == "snapshots")
    var isIndexed = true
    for folder in folders {
      if folder == "data" { isIndexed = false }
      if folder == "index" { isIndexed = true }
      if folder == "snapshots" { #expect(isIndexed, "a snapshot came before its index: \(folders)") }
    }
    #expect(try Repository.opened(store).examined().isSound)
  }

  @Test func `neighbouring blobs of a pack are read at once, pack after pack`() throws {
    let source = try CopyBench.source()
    let store = MemoryStore()
    _ = try CopyBench.differing(in: store)
    let index = try Repository.opened(source).loadIndex(cancellation: Cancellation()).index
    let runs = BlobRun.runs(of: (0..<index.count).shuffled(), in: index)
    #expect(runs.count == index.packs.count && index.packs.count > 3)
    #expect(runs.map(\.pack) == index.packs.map(\.id))
    #expect(runs.reduce(0) { $0 + $1.entries.count } == index.count)
    for run in runs {
      #expect(run.range.lowerBound == 0)
      let offsets = run.entries.map { index.location(ofEntry: $0).offset }
      #expect(offsets == offsets.sorted())
    }
  }

  @Test func `a dry run counts and writes nothing`() throws {
    let source = try CopyBench.source()
    let store = MemoryStore()
    _ = try CopyBench.differing(in: store)
    let before = store.contents
    let told = try CopyBench.copy(from: source, to: store) { $0.isDryRun = true }
    #expect(store.contents == before && told.copied.isEmpty)
    let done = try CopyBench.copy(from: source, to: store)
    #expect(told.counters.snapshotsCopied == 2 && told.counters.blobsTotal == done.counters.blobsDone)
    #expect(told.counters.bytesTotal == done.counters.bytesDone)
  }

  @Test func `a lost lock keeps the snapshot back`() throws {
    let source = try CopyBench.source()
    let store = MemoryStore()
    _ = try CopyBench.differing(in: store)
    #expect(throws: RepositoryError.lockLost(location: "memory")) {
      try CopyBench.copy(from: source, to: store) { request in
        request.confirmLock = { throw RepositoryError.lockLost(location: "memory") }
      }
    }
    #expect(store.paths(in: "snapshots").isEmpty)
  }
}
