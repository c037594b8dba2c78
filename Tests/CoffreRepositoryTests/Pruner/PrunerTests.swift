import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// Whole prunes in memory: what goes, what stays, and what stops them.
@Suite("Prune")
struct PrunerTests {
  /// The objects below a folder, and the snapshots restored.
  private func expectClean(_ store: MemoryStore, _ expected: [[PathBytes: MemoryRestore.Item]], _ what: Comment = "")
    throws
  {
    let repository = try Repository.opened(store)
    let examination = try repository.examined()
    #expect(examination.isSound && examination.hints.isEmpty, "\(what) \(examination.text)")
    #expect(try repository.restoredWhole() == expected, what)
    #expect(store.paths(in: "locks").isEmpty, what)
  }

  private func contents(_ store: MemoryStore) throws -> [[PathBytes: MemoryRestore.Item]] {
    try Repository.opened(store).restoredWhole()
  }

  @Test(arguments: [1, 2])
  func `frees what nobody needs, and nothing else`(_ version: Int) throws {
    let store = try PruneSample.store(version: version)
    let expected = try contents(store)
    let before = store.contents.values.reduce(0) { $0 + $1.count }
    let plan = try PruneSample.plan(store)
    #expect(plan.figures.unused.count > 0 && plan.packsToRepack.count > 0)
    let outcome = try PruneSample.prune(store)
    try expectClean(store, expected)
    let after = try PruneSample.plan(store)
    #expect(after.figures.unused.count == 0 && after.figures.duplicate.count == 0)
    #expect(after.figures.used == plan.figures.used)
    #expect(!after.removesPacks && after.unindexedPacks.isEmpty)
    #expect(outcome.packsDeleted > 0 && outcome.packsAdded > 0)
    let freed = before - store.contents.values.reduce(0) { $0 + $1.count }
    // Index files change too.
    #expect(abs(Int64(freed) - (outcome.bytesDeleted - outcome.bytesAdded)) < 4000)
  }

  @Test func `moves sealed blobs as they are`() throws {
    let store = try PruneSample.store()
    let before = store.contents.filter { $0.key.hasPrefix("data/") }
    try PruneSample.prune(store)
    let index = try Repository.opened(store).loadIndex(cancellation: Cancellation()).index
    let old = before.values.map { Array($0) }
    var moved = 0
    for (number, pack) in index.packs.enumerated() {
      let path = ObjectKind.pack.storeKey(of: pack.id).path
      guard before[path] == nil else { continue }
      let bytes = try #require(store[path])
      for entry in index.entriesByOffset(ofPack: number) {
        let location = index.location(ofEntry: entry)
        let sealed = bytes[Int(location.offset)..<Int(location.offset + location.length)]
        // Its random beginning is found in an old pack: it was not sealed anew.
        let start = Array(sealed.prefix(24))
        #expect(old.contains { pack in pack.indices.dropLast(24).contains { Array(pack[$0..<$0 + 24]) == start } })
        moved += 1
      }
    }
    #expect(moved > 0)
  }

  @Test func `new packs, index, index removed, packs removed: in this order`() throws {
    let recording = RecordingStore(try PruneSample.store())
    try PruneSample.prune(recording)
    let calls = recording.calls.filter {
      ["data", "index"].contains($0.folder) && [.save, .remove].contains($0.action)
    }
    func places(_ action: RecordingStore.Action, _ folder: String) -> [Int] {
      calls.indices.filter { calls[$0].action == action && calls[$0].folder == folder }
    }
    let order = [places(.save, "data"), places(.save, "index"), places(.remove, "index"), places(.remove, "data")]
    for (earlier, later) in zip(order, order.dropFirst()) {
      #expect((try #require(earlier.max())) < (try #require(later.min())))
    }
    #expect(places(.save, "snapshots").isEmpty && places(.remove, "snapshots").isEmpty)
  }

  @Test func `with nothing to do, nothing is written and no lock excludes others`() throws {
    let store = try PruneSample.store()
    try PruneSample.prune(store)
    let before = store.contents
    let recording = RecordingStore(store)
    let outcome = try PruneSample.prune(recording)
    #expect(outcome == PruneOutcome())
    #expect(recording.saves.count == 1, "one shared lock")
    #expect(store.contents == before)
  }

  @Test func `a plan changes nothing`() throws {
    let store = try PruneSample.store()
    let before = store.contents
    _ = try PruneSample.plan(store)
    #expect(store.contents == before)
  }

  @Test func `a plan may ignore snapshots`() throws {
    let store = try PruneSample.store()
    let newest = try #require(try Repository.opened(store).soundSnapshots().last)
    var request = PruneSample.thorough
    request.ignoredSnapshots = [newest.id]
    let plan = try PruneSample.plan(store, request)
    try PruneSample.forget(1, in: store)
    #expect(plan.figures == (try PruneSample.plan(store)).figures)
  }

  // MARK: What stops it

  /// Prunes, expecting an error and not a byte changed but copies added.
  private func expectStops(_ store: MemoryStore, _ text: String, _ request: PruneRequest = PruneSample.thorough) throws
  {
    let before = store.contents
    let error = #expect(throws: (any Error).self) { try PruneSample.prune(store, request) }
    let explanation = try #require(error as? any Explained).explanation
    let words =
      "\(explanation.problem) \(explanation.cause?.description ?? "") \(explanation.advice?.description ?? "")"
    #expect(words.contains(text), "\(words)")
    for (path, bytes) in before { #expect(store[path] == bytes, "\(path)") }
  }

  @Test func `a damaged snapshot`() throws {
    let store = try PruneSample.store()
    let path = store.paths(in: "snapshots")[0]
    store.edit(path) { $0[40] ^= 1 }
    try expectStops(store, "cannot tell what is still needed")
    try expectStops(store, path)
  }

  @Test func `a damaged tree`() throws {
    let store = try PruneSample.store()
    let repository = try Repository.opened(store)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let snapshot = try #require(try repository.soundSnapshots().first)
    let location = try #require(index.location(of: snapshot.snapshot.tree, .tree))
    store.edit(ObjectKind.pack.storeKey(of: location.pack).path) { $0[Int(location.offset) + 20] ^= 1 }
    try expectStops(store, "cannot tell what is still needed")
  }

  @Test func `a blob in no index`() throws {
    let count = try PruneSample.store().paths(in: "index").count
    #expect(count > 1)
    for number in 0..<count {
      let store = try PruneSample.store()
      store[store.paths(in: "index")[number]] = nil
      try expectStops(store, "it is in no index")
    }
  }

  @Test func `an index file that cannot be read`() throws {
    let store = try PruneSample.store()
    let path = store.paths(in: "index")[0]
    store.edit(path) { $0[20] ^= 1 }
    try expectStops(store, path)
  }

  @Test func `a needed pack that is gone, or cut short`() throws {
    let store = try PruneSample.store()
    let index = try Repository.opened(store).loadIndex(cancellation: Cancellation()).index
    let snapshot = try #require(try Repository.opened(store).soundSnapshots().last)
    // Packs of trees are read while planning; one of data is only listed.
    let content = try BlobLoader(repository: Repository.opened(store), index: index)
      .nodes(of: snapshot.snapshot.tree, for: "test").compactMap(\.subtree)
    let file = try BlobLoader(repository: Repository.opened(store), index: index)
      .nodes(of: try #require(content.first), for: "test").compactMap(\.content).flatMap { $0 }
    let blob = try #require(file.first)
    let location = try #require(index.location(of: blob, .data))
    let path = ObjectKind.pack.storeKey(of: location.pack).path
    let whole = try #require(store[path])
    store[path] = Array(whole.dropLast())
    try expectStops(store, "does not have its size")
    store[path] = nil
    try expectStops(store, "repair index")
  }

  @Test func `an index that contradicts itself`() throws {
    let store = try PruneSample.store()
    let forger = try Forger(in: store)
    let index = try forger.repository.loadIndex(cancellation: Cancellation()).index
    try forger.index([(index.packs[0].id, [index.entry(0)])])
    if index.packs[0].entries.count > 1 { try expectStops(store, "in two ways") }
  }

  @Test(arguments: [false, true])
  func `a damaged blob in a pack that is repacked`(_ isParanoid: Bool) throws {
    let store = try PruneSample.store()
    let pruner = try PruneSample.pruner(store)
    let plan = try pruner.makePlan()
    let index = try #require(pruner.loaded).index
    var moved: Int?
    plan.entriesToMove.forEach { entry in if index.kind(ofEntry: entry) == .data { moved = entry } }
    let location = index.location(ofEntry: try #require(moved))
    let path = ObjectKind.pack.storeKey(of: location.pack).path
    store.edit(path) { $0[Int(location.offset) + 18] ^= 1 }
    var request = PruneSample.thorough
    request.isParanoid = isParanoid
    try expectStops(store, "coffre repo repair packs \(location.pack)", request)
    // What was added is in order, and known.
    let damages = try Repository.opened(store).examined().damages
    #expect(damages.allSatisfy { $0.subject == path }, "\(damages)")
  }

  @Test func `a pack whose header and index disagree`() throws {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    let forger = try Forger(in: store)
    let texts = ["one", "two", "three"].map { Array($0.utf8) }
    let pack = try forger.pack(texts.map { ($0, .data) })
    // The seals are whole, but two names are exchanged, so that the index lies about both.
    var blobs = pack.blobs
    let (first, second) = (blobs[0], blobs[1])
    #expect(first.length == second.length)
    blobs[0] = IndexedBlob(id: second.id, kind: .data, offset: 0, length: first.length, uncompressedLength: 0)
    blobs[1] = IndexedBlob(
      id: first.id, kind: .data, offset: second.offset, length: second.length, uncompressedLength: 0)
    try forger.index([(pack.id, blobs)])
    try repository.backUp([.file("one", "one")])
    try expectStops(store, "disagree")
  }

  @Test func `no snapshot at all, unless that is meant`() throws {
    let store = try PruneSample.store()
    for path in store.paths(in: "snapshots") { store[path] = nil }
    try expectStops(store, "--allow-empty")
    var request = PruneSample.thorough
    request.allowsEmpty = true
    try PruneSample.prune(store, request)
    #expect(store.paths(in: "data").isEmpty && store.paths(in: "index").isEmpty)
    try expectClean(store, [])
  }

  @Test func `compression in version 1`() throws {
    var request = PruneSample.thorough
    request.compresses = true
    try expectStops(try PruneSample.store(version: 1), "version 1", request)
  }

  @Test func `a list that fails is not an empty one`() throws {
    for folder in ["snapshots", "index", "data"] {
      for call in 1...3 {
        for reason in [StoreError.Reason.failed, .unreachable] {
          let memory = try PruneSample.store()
          let expected = try contents(memory)
          let store = FaultyStore(memory)
          store.add(FaultyStore.Rule([.list], below: folder, calls: call...call, .failAfterListing(1, reason)))
          do { try PruneSample.prune(store) } catch {}
          for path in memory.paths(in: "locks") { memory[path] = nil }
          #expect(try Repository.opened(memory).examined().isSound, "\(folder) \(call)")
          #expect(try contents(memory) == expected)
        }
      }
    }
  }

  @Test func `a cancelled prune leaves all in order`() throws {
    let store = try PruneSample.store()
    let expected = try contents(store)
    let cancellation = Cancellation()
    cancellation.cancel(.interrupted)
    #expect(throws: Cancelled.self) {
      _ = try PruneSample.pruner(store, cancellation: cancellation).makePlan()
    }
    try PruneSample.prune(store)
    try expectClean(store, expected)
  }

  // MARK: Odd repositories

  @Test func `a pack that mixes data and trees is taken apart`() throws {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store, version: 1)
    try repository.backUp([.file("a", "content of a"), .directory("d", [.file("b", "content of b")])])
    let loader = BlobLoader(
      repository: repository, index: try repository.loadIndex(cancellation: Cancellation()).index)
    var blobs: [(plain: [UInt8], kind: BlobKind)] = [(Array("nobody needs this".utf8), .data)]
    for entry in 0..<loader.index.count {
      var plain: [UInt8] = []
      try loader.load(loader.index.id(ofEntry: entry), loader.index.kind(ofEntry: entry), for: "test", into: &plain)
      blobs.append((plain, loader.index.kind(ofEntry: entry)))
    }
    let forger = try Forger(in: store)
    for folder in ["data", "index"] { for path in store.paths(in: folder) { store[path] = nil } }
    let pack = try forger.pack(blobs)
    try forger.index([(pack.id, pack.blobs)])
    let expected = try contents(store)
    #expect(try repository.examined().hints.count == 1)
    try PruneSample.prune(store)
    try expectClean(store, expected)
    #expect(store.paths(in: "data").count == 2)
  }

  @Test func `packs listed in two index files are listed once afterwards`() throws {
    let store = try PruneSample.store()
    try PruneSample.prune(store)
    let expected = try contents(store)
    let forger = try Forger(in: store)
    let index = try forger.repository.loadIndex(cancellation: Cancellation()).index
    try forger.index([(index.packs[0].id, index.packs[0].entries.map { index.entry($0) })])
    #expect(try !forger.repository.examined().hints.isEmpty)
    try PruneSample.prune(store)
    try expectClean(store, expected)
  }

  @Test func `what rustic has marked stays, and so does its list`() throws {
    let store = try PruneSample.store()
    let expected = try contents(store)
    let forger = try Forger(in: store)
    let marked = try forger.pack([(Array("marked for deletion".utf8), .data)])
    let lost = try forger.pack([(Array("in no index".utf8), .data)])
    let list = "[{\"id\":\"\(marked.id)\",\"time\":\"2026-01-02T03:04:05Z\",\"blobs\":[]}]"
    // Into a file that prune has to rewrite: one with all packs of the first.
    let index = try forger.repository.loadIndex(cancellation: Cancellation()).index
    for path in store.paths(in: "index") { store[path] = nil }
    var writer = IndexFileWriter()
    for pack in index.packs { writer.append(pack: pack.id, blobs: pack.entries.map { index.entry($0) }) }
    try forger.index(json: writer.finish(packsToDelete: Array(list.utf8)))

    let outcome = try PruneSample.prune(store)
    #expect(outcome.indexFilesDeleted > 0)
    #expect(store[ObjectKind.pack.storeKey(of: marked.id).path] != nil)
    #expect(store[ObjectKind.pack.storeKey(of: lost.id).path] == nil)
    let files = try store.listObjects(.index).map { object in
      try forger.repository.loadUnpacked(.index, object, with: forger.codec)
    }
    let lists = try files.compactMap { try IndexFile.packsToDelete(in: $0) }
    #expect(lists.map { String(decoding: $0, as: UTF8.self) } == [list])
    #expect(try contents(store) == expected)
    #expect(try PruneSample.plan(store).figures.unused.count == 0)
  }

  @Test func `plain trees are compressed, data if asked for`() throws {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    try repository.backUp([.file("text", String(repeating: "compressible ", count: 900))])
    let loader = BlobLoader(
      repository: repository, index: try repository.loadIndex(cancellation: Cancellation()).index)
    // As restic 0.13 left them after an upgrade from version 1.
    let old = BlobCodec(key: repository.masterKey, version: 1)
    for folder in ["data", "index"] { for path in store.paths(in: folder) { store[path] = nil } }
    let plains = (0..<loader.index.count).map { entry in
      (loader.index.id(ofEntry: entry), loader.index.kind(ofEntry: entry))
    }
    #expect(plains.count == 2)
    let forged = try Forger(in: store)
    let source = MemoryStore()
    let other = try Repository.forTest(in: source)
    try other.backUp([.file("text", String(repeating: "compressible ", count: 900))])
    let otherLoader = BlobLoader(
      repository: other, index: try other.loadIndex(cancellation: Cancellation()).index)
    for (id, kind) in plains {
      var plain: [UInt8] = []
      try otherLoader.load(id, kind, for: "test", into: &plain)
      let builder = PackBuilder(into: MemoryDraft(in: store))
      try builder.append(old.seal(plain.span, id: id, kind: kind))
      let pack = try builder.finish(with: forged.codec)
      try pack.save()
      try forged.index([(pack.id, pack.blobs)])
    }
    let expected = try contents(store)
    func plainCount(_ kind: BlobKind) throws -> Int {
      let index = try repository.loadIndex(cancellation: Cancellation()).index
      return (0..<index.count).filter { index.kind(ofEntry: $0) == kind && index.entry($0).uncompressedLength == 0 }
        .count
    }
    #expect(try plainCount(.tree) == 1)
    try PruneSample.prune(store)
    #expect(try plainCount(.tree) == 0 && plainCount(.data) == 1)
    var request = PruneSample.thorough
    request.compresses = true
    try PruneSample.prune(store, request)
    #expect(try plainCount(.data) == 0)
    try expectClean(store, expected)
  }

  @Test func `paranoia looks at the copy that stays`() throws {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    try repository.backUp([.file("a", "content of a")])
    let forger = try Forger(in: store)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let data = try #require((0..<index.count).first { index.kind(ofEntry: $0) == .data })
    // A second copy beside something that nobody needs: it goes, and the first, by now damaged, stays.
    let twin = try forger.pack([(Array("content of a".utf8), .data), (Array("nobody needs this".utf8), .data)])
    try forger.index([(twin.id, twin.blobs)])
    let location = index.location(ofEntry: data)
    store.edit(ObjectKind.pack.storeKey(of: location.pack).path) { $0[Int(location.offset) + 20] ^= 1 }
    #expect(try PruneSample.plan(store).fates.contains(.remove))
    var request = PruneSample.thorough
    request.isParanoid = true
    try expectStops(store, "coffre repo repair packs \(location.pack)", request)
  }
}
