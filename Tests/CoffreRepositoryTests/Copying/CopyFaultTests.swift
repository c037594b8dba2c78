import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// A copy that goes wrong anywhere leaves a sound destination, tells why, and goes on when it is run again.
@Suite("Faults of a copy")
struct CopyFaultTests {
  private let source: MemoryStore
  private let empty: MemoryStore.Contents
  private let whole: [[PathBytes: MemoryRestore.Item]]

  init() throws {
    source = try CopyBench.source()
    whole = try Repository.opened(source).restoredWhole()
    let store = MemoryStore()
    _ = try CopyBench.differing(in: store)
    empty = store.contents
  }

  /// What must hold after any end, and after a second try.
  private func expectSound(_ store: MemoryStore, _ what: Comment) throws {
    let repository = try Repository.opened(store)
    let examination = try repository.examined()
    #expect(examination.isSound, "\(what)\n\(examination.text)")
    for restored in try repository.restoredWhole() { #expect(whole.contains(restored), what) }
    try CopyBench.copy(from: source, to: store)
    let again = try repository.examined()
    #expect(again.isSound, "\(what)\n\(again.text)")
    #expect(try repository.restoredWhole() == whole, what)
  }

  // MARK: The destination

  @Test(arguments: [FaultyStore.Remains.nothing, .whole, .leftover(37)], [1, Int64(4) << 30])
  func `dying at any write leaves what the next copy goes on from`(_ remains: FaultyStore.Remains, groupSize: Int64)
    throws
  {
    for call in 1...200 {
      let memory = MemoryStore(empty)
      let store = FaultyStore(memory)
      store.crash(at: call, leaving: remains)
      let result = Result { try CopyBench.copy(from: source, to: store) { $0.groupSize = groupSize } }
      guard store.isDead else {
        #expect(call > 7, "packs, an index, two snapshots: these are more writes than \(call)")
        return
      }
      if memory.paths(in: "snapshots").count < 2 {
        #expect(throws: (any Error).self, "call \(call)") { try result.get() }
      }
      try expectSound(memory, "dead at write \(call), which left \(remains)")
    }
    Issue.record("it never came to its end")
  }

  @Test(arguments: [StoreError.Reason.failed, .noSpace, .unreachable])
  func `a write that fails ends the copy with its reason`(_ reason: StoreError.Reason) throws {
    for call in 1...100 {
      let memory = MemoryStore(empty)
      let store = FaultyStore(memory)
      store.add(FaultyStore.Rule([.save], calls: call...call, .fail(reason)))
      do {
        try CopyBench.copy(from: source, to: store)
        #expect(call > 7)
        return
      } catch {
        #expect((error as? StoreError)?.reason == reason, "save \(call): \(error)")
      }
      try expectSound(memory, "save \(call) failed with \(reason)")
    }
    Issue.record("it never came to its end")
  }

  @Test func `what was brought before the end is not read again`() throws {
    let memory = MemoryStore(empty)
    let store = FaultyStore(memory)
    store.fail(.save, below: "snapshots", with: .unreachable)
    #expect(throws: StoreError.self) { try CopyBench.copy(from: source, to: store) }
    let packs = memory.paths(in: "data")
    #expect(packs.count > 3 && memory.paths(in: "snapshots").isEmpty)
    let again = try CopyBench.copy(from: source, to: memory)
    #expect(again.counters.blobsDone == 0 && memory.paths(in: "data") == packs)
    #expect(try Repository.opened(memory).restoredWhole() == whole)
  }

  @Test func `a pack that the destination lost is brought again`() throws {
    let memory = MemoryStore(empty)
    try CopyBench.copy(from: source, to: memory)
    for path in memory.paths(in: "snapshots") { memory[path] = nil }
    let lost = try #require(memory.paths(in: "data").first)
    memory[lost] = nil
    try CopyBench.copy(from: source, to: memory)
    #expect(try Repository.opened(memory).restoredWhole() == whole)
  }

  @Test func `an interrupted copy keeps what it has brought`() throws {
    let memory = MemoryStore(empty)
    let cancellation = Cancellation()
    let slow = FaultyStore(source)
    slow.add(
      FaultyStore.Rule([.load], below: "data", calls: 8...8, .corrupt { _ in cancellation.cancel(.interrupted) }))
    #expect(throws: Cancelled(reason: .interrupted)) {
      try CopyBench.copy(from: slow, to: memory, cancellation: cancellation)
    }
    try expectSound(memory, "interrupted")
  }

  // MARK: The source

  @Test func `whatever load of the source fails, the copy is whole or says what it lacks`() throws {
    for reason in [StoreError.Reason.failed, .unreachable, .notFound] {
      for call in 1...100 {
        let memory = MemoryStore(empty)
        let store = FaultyStore(source)
        store.add(FaultyStore.Rule([.load], calls: call...call, .fail(reason)))
        var isDone = false
        do {
          let outcome = try CopyBench.copy(from: store, to: memory)
          isDone = outcome.copied.count == 2
          // A snapshot that is gone when it is read was forgotten since it was listed.
          let isForgotten = reason == .notFound && outcome.copied.count == outcome.counters.snapshotsTotal
          #expect(
            isDone || isForgotten || !outcome.events.losses.isEmpty, "load \(call) failed with \(reason), in silence")
        } catch {
          #expect(error is any Explained, "load \(call): \(error)")
        }
        try expectSound(memory, "load \(call) failed with \(reason)")
        if isDone, call > 25 { break }
      }
    }
  }

  @Test func `a list of the source that fails is no empty source`() throws {
    for folder in ["keys", "snapshots", "index"] {
      let store = FaultyStore(source)
      store.add(FaultyStore.Rule([.list], below: folder, .failAfterListing(0, .unreachable)))
      #expect(throws: StoreError.self, "\(folder)") { try CopyBench.copy(from: store, to: MemoryStore(empty)) }
    }
  }

  /// Every byte of every pack in turn would take too long: the middle of each blob does.
  @Test func `a damaged blob keeps back the snapshots that need it, and no other`() throws {
    let repository = try Repository.opened(source)
    let snapshots = try repository.soundSnapshots()
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let needs = try snapshots.map { try blobs(of: $0, in: repository, index) }
    for number in 0..<index.count {
      let (blob, location) = (index.entry(number), index.location(ofEntry: number))
      let damaged = source.copied()
      damaged.edit("data/\(location.pack.description.prefix(2))/\(location.pack)") {
        $0[Int(location.offset) + Int(location.length) / 2] ^= 1
      }
      let memory = MemoryStore(empty)
      let outcome = try CopyBench.copy(from: damaged, to: memory)
      let expected = zip(snapshots, needs).filter { !$1.contains(blob.id) }.map(\.0.id)
      #expect(outcome.copied.map(\.source) == expected, "blob \(number)")
      #expect(outcome.counters.snapshotsFailed == 2 - expected.count)
      #expect(outcome.events.losses.contains { $0.code == "damaged" && $0.message.description.contains(blob.id.short) })
      for snapshot in snapshots {
        let isNamed = outcome.events.has("not-copied", "snapshot \(snapshot.id.short)")
        #expect(isNamed == !expected.contains(snapshot.id), "blob \(number)")
      }
      let examination = try Repository.opened(memory).examined()
      #expect(examination.isSound, "\(examination.text)")
      // Once the source is whole again, the rest comes.
      try CopyBench.copy(from: source, to: memory)
      #expect(try Repository.opened(memory).restoredWhole() == whole)
    }
  }

  private func blobs(of snapshot: StoredSnapshot, in repository: Repository, _ index: BlobIndex) throws -> Set<BlobID> {
    var found: Set<BlobID> = [snapshot.snapshot.tree]
    let walk = SnapshotWalk(loader: BlobLoader(repository: repository, index: index), snapshot: snapshot)
    try walk.visit(below: [], deeply: true) { node, _ in
      found.formUnion(node.content ?? [])
      if let subtree = node.subtree { found.insert(subtree) }
    }
    return found
  }

  @Test func `the file that cannot be had is named with its path`() throws {
    let repository = try Repository.opened(source)
    let snapshots = try repository.soundSnapshots()
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    var lost: BlobID?
    let loader = BlobLoader(repository: repository, index: index)
    try SnapshotWalk(loader: loader, snapshot: snapshots[1]).visit(below: [], deeply: true) { node, path in
      if displayed(path) == "/many/file-7" { lost = node.content?.first }
    }
    let file = try #require(lost)
    let location = try #require(index.location(of: file, .data))
    let damaged = source.copied()
    damaged.edit("data/\(location.pack.description.prefix(2))/\(location.pack)") { $0[Int(location.offset) + 40] ^= 1 }
    for groupSize in [1, Int64(1) << 40] {
      let outcome = try CopyBench.copy(from: damaged, to: MemoryStore(empty)) { $0.groupSize = groupSize }
      let loss = try #require(outcome.events.losses.first { $0.code == "not-copied" })
      #expect(loss.subject == "snapshot \(snapshots[1].id.short)")
      #expect(loss.message.description.contains("'/many/file-7'"), "\(loss.message)")
    }
  }

  @Test func `a damaged copy of a blob is passed over for a good one in another pack`() throws {
    let forger = try Forger()
    let file = try forger.file(Array("f".utf8), Array("twice stored".utf8))
    _ = try forger.blob(Array("twice stored".utf8), .data)
    try forger.snapshot(of: try forger.tree([file]))
    let repository = try Repository.opened(forger.store)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let content = try #require(file.content?.first)
    let places = index.locations(of: content, .data)
    #expect(places.count == 2)
    for place in places {
      let damaged = forger.store.copied()
      damaged.edit("data/\(place.pack.description.prefix(2))/\(place.pack)") { $0[Int(place.offset) + 5] ^= 1 }
      let outcome = try CopyBench.copy(from: damaged, to: MemoryStore(empty))
      #expect(outcome.copied.count == 1 && outcome.events.losses.isEmpty, "\(outcome.events.text)")
    }
  }

  @Test func `a blob that no index knows keeps the snapshot back`() throws {
    let forger = try Forger()
    let node = try forger.file(Array("f".utf8), Array("content".utf8)) { $0.content = [digest(7)] }
    try forger.snapshot(of: try forger.tree([node]))
    let outcome = try CopyBench.copy(from: forger.store, to: MemoryStore(empty))
    #expect(outcome.copied.isEmpty && outcome.counters.snapshotsFailed == 1)
    #expect(outcome.events.text.contains(digest(7).short), "\(outcome.events.text)")
  }
}
