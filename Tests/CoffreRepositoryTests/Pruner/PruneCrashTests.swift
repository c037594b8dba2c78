import CoffreCore
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreRepository

/// A prune that dies, or fails, at any of its calls leaves a sound repository with every snapshot whole, and a second one
/// finishes.
@Suite("Interrupted prunes")
struct PruneCrashTests {
  private let start: MemoryStore.Contents
  private let expected: [[PathBytes: MemoryRestore.Item]]

  init() throws {
    let store = try PruneSample.store()
    // Garbage of an interrupted backup too.
    _ = try Forger(in: store).pack([(Array("in no index".utf8), .data)])
    start = store.contents
    expected = try Repository.opened(store).restoredWhole()
  }

  private func expectFinishes(_ store: MemoryStore, _ what: String) throws {
    let comment = Comment(rawValue: what)
    for path in store.paths(in: "locks") { store[path] = nil }
    let repository = try Repository.opened(store)
    let examination = try repository.examined()
    #expect(examination.isSound, "\(what)\n\(examination.text)")
    #expect(try repository.restoredWhole() == expected, comment)

    try PruneSample.prune(store)
    let second = try repository.examined()
    #expect(second.isSound && second.hints.isEmpty, "\(what), second prune\n\(second.text)")
    #expect(try repository.restoredWhole() == expected, comment)
    let plan = try PruneSample.plan(store)
    #expect(plan.figures.unused.count == 0 && plan.figures.duplicate.count == 0, comment)
    #expect(!plan.removesPacks && plan.unindexedPacks.isEmpty, comment)
    let stray = store.paths(in: "data").filter { Digest(hex: StoreKey($0).name) != nil }
    #expect(stray.count == plan.fates.count, comment)
  }

  @Test(arguments: [FaultyStore.Remains.nothing, .whole, .leftover(37)])
  func `dead at every write or removal`(_ remains: FaultyStore.Remains) throws {
    for call in 1...300 {
      let memory = MemoryStore(start)
      let store = FaultyStore(memory)
      store.crash(at: call, leaving: remains)
      let result = Result { try PruneSample.prune(store) }
      guard store.isDead else {
        #expect(call > 12, "locks, packs, index files, removals: these are more than \(call)")
        return
      }
      if case .success(let outcome) = result { #expect(outcome.packsDeleted > 0, "only the last lock may be left") }
      try expectFinishes(memory, "dead at call \(call), which left \(remains)")
    }
    Issue.record("it never came to its end")
  }

  @Test func `a killed process twice in a row`() throws {
    for first in stride(from: 2, through: 26, by: 3) {
      for second in stride(from: 2, through: 20, by: runsAllTests ? 3 : 9) {
        let memory = MemoryStore(start)
        for call in [first, second] {
          let store = FaultyStore(memory)
          store.crash(at: call, leaving: .nothing)
          _ = Result { try PruneSample.prune(store) }
          for path in memory.paths(in: "locks") { memory[path] = nil }
        }
        try expectFinishes(memory, "dead at call \(first), then at \(second)")
      }
    }
  }

  @Test(
    arguments: runsAllTests ? [StoreError.Reason.failed, .unreachable, .noPermission, .noSpace] : [.failed, .noSpace])
  func `an error at every write or removal`(_ reason: StoreError.Reason) throws {
    let counting = FaultyStore(MemoryStore(start))
    try PruneSample.prune(counting)
    for call in 1...counting.mutatingCalls {
      for effect in [FaultyStore.Effect.fail(reason), .failAfterwards(reason)] {
        let memory = MemoryStore(start)
        let store = FaultyStore(memory)
        store.add(FaultyStore.Rule([.save, .remove], calls: call...call, effect))
        let events = EventLog()
        do {
          try PruneSample.prune(store, events: events)
        } catch {
          // A first lock that could not be removed stands in the way of the second.
          let isLocked = (error as? RepositoryError)?.exitCode == .locked && !memory.paths(in: "locks").isEmpty
          #expect((error as? StoreError)?.reason == reason || isLocked, "call \(call): \(error)")
        }
        try expectFinishes(memory, "\(reason) at call \(call)")
      }
    }
  }

  @Test(arguments: runsAllTests ? [StoreError.Reason.failed, .unreachable, .notFound] : [.notFound])
  func `an error at every read`(_ reason: StoreError.Reason) throws {
    for call in 1...400 {
      let memory = MemoryStore(start)
      let recording = RecordingStore(memory)
      let store = FaultyStore(recording)
      store.add(FaultyStore.Rule([.load], calls: call...call, .fail(reason)))
      let result = Result { try PruneSample.prune(store) }
      let reads = recording.calls.filter { $0.action == .load }.count
      try expectFinishes(memory, "\(reason) at read \(call)")
      if case .success = result, reads < call { return }
    }
    Issue.record("it never came to its end")
  }

  @Test func `bytes that change on the way from the store are never taken over`() throws {
    for call in stride(from: 3, through: 80, by: 1) {
      let memory = MemoryStore(start)
      let store = FaultyStore(memory)
      store.add(
        FaultyStore.Rule(
          [.load], below: "data", calls: call...call,
          .corrupt { bytes in if !bytes.isEmpty { bytes[bytes.count / 2] ^= 4 } }))
      _ = Result { try PruneSample.prune(store) }
      try expectFinishes(memory, "a byte changed in read \(call)")
    }
  }

  @Test func `a removal that fails is told, and the others go on`() throws {
    let memory = MemoryStore(start)
    let store = FaultyStore(memory)
    store.add(FaultyStore.Rule([.remove], below: "data", calls: 2...3, .fail(.noPermission)))
    let events = EventLog()
    let outcome = try PruneSample.prune(store, events: events)
    #expect(events.warnings.map(\.code) == ["not-removed", "not-removed"])
    #expect(outcome.packsDeleted > 2)
    try expectFinishes(memory, "two packs could not be removed")
  }
}
