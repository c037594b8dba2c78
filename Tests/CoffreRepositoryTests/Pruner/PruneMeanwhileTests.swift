import CoffreCore
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

/// What others do while a prune plans and repacks, before it has the repository for itself.
@Suite("Prune beside others")
struct PruneMeanwhileTests {
  private func items(_ entries: [MemoryEntry]) throws -> [PathBytes: MemoryRestore.Item] {
    try BackupSample.restored(entries)
  }

  /// The second state, whose snapshot was forgotten: its blobs are still there, and planned to go.
  @Test func `a backup that uses again what was to go loses nothing`() throws {
    let store = try PruneSample.store()
    var expected = try Repository.opened(store).restoredWhole()
    let packs = try PruneSample.plan(store)
    let outcome = try PruneSample.prune(store) {
      let result = try Repository.opened(store).backUp(MemorySession(PruneSample.second), time: 1_700_005_000)
      #expect(result.summary.dataBlobs == 0, "it found all of its data in packs that were to go")
    }
    #expect(outcome.packsNeededAgain > 0 && packs.removesPacks)
    expected.append(try items(PruneSample.second))
    let repository = try Repository.opened(store)
    let examination = try repository.examined()
    #expect(examination.isSound && examination.hints.isEmpty, "\(examination.text)")
    #expect(try repository.restoredWhole() == expected)
    // What was moved already lies there twice now; the next prune tidies that.
    try PruneSample.prune(store)
    #expect(try PruneSample.plan(store).figures.bytesUnusedAfter == 0)
    #expect(try repository.restoredWhole() == expected)
    #expect(try repository.examined().isSound)
  }

  @Test func `a backup of something new stays out of harm's way`() throws {
    let store = try PruneSample.store()
    var expected = try Repository.opened(store).restoredWhole()
    let new = [MemoryEntry.file("new", BackupSample.noise(20_000, seed: 77))]
    let outcome = try PruneSample.prune(store) {
      try Repository.opened(store).backUp(MemorySession(new), time: 1_700_005_000) { $0.packSize = 8 << 10 }
    }
    #expect(outcome.packsNeededAgain == 0 && outcome.packsDeleted > 0)
    expected.append(try items(new))
    let repository = try Repository.opened(store)
    #expect(try repository.examined().isSound)
    #expect(try repository.restoredWhole() == expected)
    #expect(try PruneSample.plan(store).figures.unused.count == 0)
  }

  @Test func `packs that somebody is just writing are no orphans`() throws {
    let store = try PruneSample.store()
    let forger = try Forger(in: store)
    let old = try forger.pack([(Array("left behind".utf8), .data)])
    var young: PackID?
    try PruneSample.prune(store) {
      // By a program that takes no locks.
      young = try forger.pack([(Array("not in an index yet".utf8), .data)]).id
    }
    #expect(store[ObjectKind.pack.storeKey(of: old.id).path] == nil)
    #expect(store[ObjectKind.pack.storeKey(of: try #require(young)).path] != nil)
  }

  @Test func `a second prune in between is no trouble`() throws {
    let store = try PruneSample.store()
    let expected = try Repository.opened(store).restoredWhole()
    let events = EventLog()
    try PruneSample.prune(store, events: events) {
      try PruneSample.prune(store)
    }
    #expect(events.notes.contains { "\($0)".contains("planning anew") })
    let repository = try Repository.opened(store)
    let examination = try repository.examined()
    #expect(examination.isSound && examination.hints.isEmpty, "\(examination.text)")
    #expect(try repository.restoredWhole() == expected)
    #expect(try PruneSample.plan(store).figures.bytesUnusedAfter == 0)
  }

  @Test func `a snapshot that came meanwhile and cannot be read stops the removal`() throws {
    let store = try PruneSample.store()
    let expected = try Repository.opened(store).restoredWhole()
    let before = store.contents
    var path = ""
    #expect(throws: PruneError.self) {
      try PruneSample.prune(store) {
        let id = try Repository.opened(store).backUp(PruneSample.second, time: 1_700_005_000).snapshotID
        path = ObjectKind.snapshot.storeKey(of: try #require(id)).path
        store.edit(path) { $0[30] ^= 1 }
      }
    }
    for (name, bytes) in before { #expect(store[name] == bytes, "\(name)") }
    store[path] = nil
    #expect(try Repository.opened(store).restoredWhole() == expected)
  }

  @Test func `without a lock nothing is removed`() throws {
    struct Lost: Error {}
    for call in 1...3 {
      let store = try PruneSample.store()
      let expected = try Repository.opened(store).restoredWhole()
      let pruner = try PruneSample.pruner(store)
      _ = try pruner.makePlan()
      try pruner.repack()
      let packs = store.paths(in: "data")
      let calls = CallCount()
      #expect(throws: Lost.self) {
        _ = try pruner.remove { if calls.next() == call { throw Lost() } }
      }
      #expect(store.paths(in: "data") == packs, "lost at question \(call)")
      #expect(try Repository.opened(store).examined().isSound)
      #expect(try Repository.opened(store).restoredWhole() == expected)
    }
  }
}

private final class CallCount: Sendable {
  private let count = Atomic<Int>(0)
  func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
