import CoffreCore
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

@Suite("Order of truth")
struct OrderOfTruthTests {
  /// Packs that the index files of a store name.
  private func packs(inIndex path: String, of repository: Repository) throws -> [PackID] {
    let id = try #require(Digest(hex: StoreKey(path).name))
    let size = try #require(try repository.store.listObjects(.index).first { $0.id == id }).sizeInBytes
    let json = try repository.loadUnpacked(
      .index, ListedObject(id: id, sizeInBytes: size), with: repository.makeCodec())
    var packs: [PackID] = []
    _ = try IndexFile.decode(json, repositoryVersion: 2, beginPack: { packs.append($0) }, blob: { _, _ in })
    return packs
  }

  @Test(arguments: [Duration.seconds(10), .milliseconds(2)])
  func `packs are saved before the index that names them, and the snapshot comes last`(_ interval: Duration) throws {
    var indexes = 0
    for _ in 0..<5 {
      let memory = try BackupSample.store()
      let slow = FaultyStore(memory)
      slow.add(FaultyStore.Rule([.save], below: "data", .delay(.milliseconds(10))))
      let recording = RecordingStore(slow)
      try BackupSample.backUpSecond(in: recording, indexInterval: interval, delay: .milliseconds(2))
      let repository = try Repository.opened(memory)
      let saves = recording.saves.filter { $0.folder != "locks" }
      #expect(saves.last?.folder == "snapshots")
      #expect(saves.filter { $0.folder == "snapshots" }.count == 1)
      var saved: Set<String> = []
      var indexed = 0
      for save in saves {
        if save.folder == "data" { saved.insert(StoreKey(save.path).name) }
        guard save.folder == "index" else { continue }
        let packs = try packs(inIndex: save.path, of: repository)
        indexed += packs.count
        for pack in packs { #expect(saved.contains(pack.description), "\(pack) is named before it is saved") }
      }
      #expect(indexed == saved.count && saved.count >= 4)
      indexes = max(indexes, saves.filter { $0.folder == "index" }.count)
      // Nothing but the lock is ever removed.
      #expect(recording.calls.filter { $0.action == .remove }.allSatisfy { $0.folder == "locks" })
    }
    // On a busy machine some runs are over before the first interval is.
    if interval < .seconds(1) { #expect(indexes > 1) }
  }

  @Test func `snapshots are listed before the index is read, by the check and the restore`() throws {
    let memory = try BackupSample.store()
    let recording = RecordingStore(memory)
    let repository = try Repository.opened(recording)
    recording.forget()
    _ = try repository.examined()
    let lists = recording.calls.filter { $0.action == .list }.map(\.path)
    let snapshots = try #require(lists.firstIndex(of: "snapshots"))
    let index = try #require(lists.firstIndex(of: "index"))
    #expect(snapshots < index)
    #expect(lists[(snapshots + 1)..<index].contains("data") && !lists[(index + 1)...].contains("data"))
  }

  @Test func `the check looks twice at packs that do not fit the index`() throws {
    let memory = try BackupSample.store()
    let lies: [@Sendable ([StoredObject]) -> [StoredObject]] = [
      // One came, and was indexed, after the first list; one was removed after it; one was being written.
      { Array($0.dropFirst()) },
      { $0 + [StoredObject(key: ObjectKind.pack.storeKey(of: Digest(words: 1, 2, 3, 4)), sizeInBytes: 100)] },
      { $0.dropLast() + $0.suffix(1).map { StoredObject(key: $0.key, sizeInBytes: $0.sizeInBytes - 1) } },
    ]
    for (number, lie) in lies.enumerated() {
      let faulty = FaultyStore(memory)
      faulty.add(FaultyStore.Rule([.list], below: "data", calls: 1...1, .lie(lie)))
      let examination = try Repository.opened(faulty).examined()
      #expect(examination.isSound && examination.hints.isEmpty, "\(number): \(examination.text)")
    }
    let blind = FaultyStore(memory)
    blind.add(FaultyStore.Rule([.list], below: "data", .lie { Array($0.dropFirst()) }))
    #expect(try !Repository.opened(blind).examined().isSound)
  }

  @Test func `far away the check reads the keys that did not open the repository`() throws {
    let memory = try BackupSample.store()
    let other = Digest(words: .max, 0, 0, 1)
    memory[ObjectKind.key.storeKey(of: other).path] = [1]
    let recording = RecordingStore(MemoryStore(memory.contents, listsAtOnce: false))
    let repository = try Repository.open(store: recording, password: .ofTests)
    recording.forget()
    let examination = try repository.examined()
    #expect(examination.names(other.description))
    #expect(recording.calls.filter { $0.folder == "keys" }.count == 1)
  }

  @Test func `a slow source: what was read is named by an index while the backup still runs`() throws {
    let memory = try BackupSample.store()
    let early = BackupSample.noise(5000, seed: 77)
    let found = Atomic<Bool>(false)
    let indexes = memory.paths(in: "index").count
    let slow = MemoryEntry.file("z", BackupSample.noise(3000, seed: 78)).failing { faults in
      faults.willRead = {
        guard !found.load(ordering: .relaxed) else { return }
        for _ in 0..<500 {
          if memory.paths(in: "index").count > indexes { return found.store(true, ordering: .relaxed) }
          try? pause(for: .milliseconds(10), unless: Cancellation())
        }
      }
    }
    let repository = try Repository.opened(memory)
    let entries = BackupSample.first + [.directory("a", [.file("early", early)]), .directory("z", [slow])]
    let id = repository.makeCodec().hashed(early)
    try repository.backUp(MemorySession(entries)) { request in
      request.rhythm = IndexRhythm(every: .milliseconds(100), closesPacks: true)
      // One thread: what comes before is read before.
      request.threadCount = 1
    }
    let wasFound = found.load(ordering: .relaxed)
    #expect(wasFound, "no index appeared within five seconds")
    #expect(try repository.loadIndex(cancellation: Cancellation()).index.contains(id, .data))
    #expect(memory.paths(in: "index").count >= indexes + 2)
    #expect(try repository.examined().isSound)
  }

  @Test func `packs are as large as asked for, save the last of each kind`() throws {
    let memory = MemoryStore()
    let repository = try Repository.forTest(in: memory)
    let files = (0..<60).map { MemoryEntry.file("file-\($0)", BackupSample.noise(1000, seed: UInt64($0))) }
    try repository.backUp(MemorySession([.directory("d", files)])) { $0.packSize = 10_000 }
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let sizes = index.packs.indices.filter { index.packs[$0].hasData }.map { index.packSize($0) }
    #expect(sizes.filter { $0 < 10_000 }.count <= 1)
    #expect(sizes.allSatisfy { $0 < 10_000 + 1100 + 60 * 41 })
    #expect(sizes.count >= 5)
    #expect(index.packs.allSatisfy { !$0.isMixed })
  }

  @Test func `blobs do not lie in the order of the files`() throws {
    let memory = MemoryStore()
    let repository = try Repository.forTest(in: memory)
    let contents = (0..<40).map { BackupSample.noise(200, seed: UInt64($0)) }
    let files = contents.enumerated().map { MemoryEntry.file("file-\(10 + $0.offset)", $0.element) }
    try repository.backUp(MemorySession(files)) { $0.threadCount = 1 }
    let codec = repository.makeCodec()
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let offsets = contents.compactMap { index.location(of: codec.hashed($0), .data)?.offset }
    #expect(offsets.count == 40)
    // By chance once in 40! runs.
    #expect(offsets != offsets.sorted())
  }

  @Test func `equal contents are stored once, whichever thread brings them`() throws {
    for _ in 0..<10 {
      let memory = MemoryStore()
      let repository = try Repository.forTest(in: memory)
      let directories = (0..<8).map { number in
        MemoryEntry.directory("d\(number)", [.file("same", BackupSample.noise(4000, seed: 5))])
      }
      let result = try repository.backUp(MemorySession(directories)) { $0.threadCount = 4 }
      #expect(result.summary.dataBlobs == 1)
      #expect(result.summary.treeBlobs == 2)
      let index = try repository.loadIndex(cancellation: Cancellation()).index
      #expect(index.count(of: .data) == 1 && index.count(of: .tree) == 2)
    }
  }
}
