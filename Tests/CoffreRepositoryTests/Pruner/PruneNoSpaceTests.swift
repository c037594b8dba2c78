import CoffreCore
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

/// The prune that needs no space: what dies in it is healed by an index repair, what fails in it is put back.
@Suite("Prunes without any space")
struct PruneNoSpaceTests {
  private let start: MemoryStore.Contents
  private let expected: [[PathBytes: MemoryRestore.Item]]

  private static var request: PruneRequest {
    var request = PruneSample.thorough
    request.maxRepackBytes = 0
    return request
  }

  init() throws {
    let store = try PruneSample.store()
    try PruneSample.forget(0, in: store)
    _ = try Forger(in: store).pack([(Array("in no index".utf8), .data)])
    start = store.contents
    expected = try Repository.opened(store).restoredWhole()
  }

  /// A store on which the first index file finds no space, nor any lock before packs are gone.
  private func full(_ base: any Store) -> FaultyStore {
    let store = FaultyStore(base)
    store.fail(.save, below: "index", calls: 1...1, with: .noSpace)
    store.fail(.save, below: "locks", with: .noSpace)
    return store
  }

  @discardableResult
  private func recover(
    _ store: any Store, cancellation: Cancellation = Cancellation(), onPlan: () throws -> Void = {}
  ) throws -> PruneOutcome {
    let repository = try Repository.opened(store)
    let pruner = Pruner(
      repository: repository, request: Self.request, progress: PruneProgress(events: EventLog()),
      cancellation: cancellation)
    let lock = LockRequest(
      mode: .exclusive, waiver: .whereFull, machine: .ofTests, record: LockRecord(folder: nil))
    return try repository.withLock(lock, cancellation: cancellation, note: { _ in }) { confirm in
      _ = try pruner.makePlan()
      try onPlan()
      return try pruner.removeWithoutSpace(confirm: confirm)
    }
  }

  private func expectWhole(_ store: MemoryStore, _ what: String) throws {
    for path in store.paths(in: "locks") { store[path] = nil }
    let repository = try Repository.opened(store)
    let examination = try repository.examined()
    #expect(examination.isSound, "\(what)\n\(examination.text)")
    #expect(try repository.restoredWhole() == expected, Comment(rawValue: what))
  }

  @Test func `index files go first, then packs, and the new index comes last`() throws {
    let memory = MemoryStore(start)
    let record = RecordingStore(memory)
    let outcome = try recover(full(record))
    #expect(outcome.packsDeleted > 1 && outcome.packsAdded == 0)
    #expect(outcome.indexFilesDeleted > 0 && outcome.indexFilesAdded > 0)
    let changes = record.calls.filter { $0.action == .save || $0.action == .remove }
    let order = changes.map { "\($0.action) \($0.folder)" }.reduce(into: [String]()) { order, change in
      if order.last != change { order.append(change) }
    }
    #expect(order == ["remove index", "remove data", "save index"])
    try expectWhole(memory, "without space")
    #expect(try Repository.opened(memory).examined().hints.isEmpty)
    let left = try PruneSample.plan(memory, Self.request)
    #expect(!left.removesPacks && left.unindexedPacks.isEmpty)
  }

  @Test func `where there is space the new index comes first, as ever`() throws {
    let memory = MemoryStore(start)
    let record = RecordingStore(memory)
    try recover(record)
    let changes = record.calls.filter { $0.folder != "locks" && ($0.action == .save || $0.action == .remove) }
    #expect(changes.first?.action == .save && changes.first?.folder == "index")
    let firstPack = try #require(changes.firstIndex { $0.folder == "data" })
    let lastIndex = try #require(changes.lastIndex { $0.folder == "index" })
    #expect(lastIndex < firstPack)
    try expectWhole(memory, "with space")
  }

  @Test(arguments: [FaultyStore.Remains.nothing, .whole, .leftover(37)])
  func `dead at every write or removal, an index repair heals it`(_ remains: FaultyStore.Remains) throws {
    var healed = 0
    for call in 1...300 {
      let memory = MemoryStore(start)
      let store = full(memory)
      store.crash(at: call, leaving: remains)
      _ = Result { try recover(store) }
      guard store.isDead else {
        #expect(call > 8 && healed > 3, "index files, packs, a new index: these are more than \(call)")
        return
      }
      if try !Repository.opened(memory).examined().isSound {
        healed += 1
        #expect(throws: (any Error).self, "needed packs are in no index: a prune must not take them") {
          try PruneSample.prune(memory)
        }
        _ = try Repairs.index(memory)
      }
      try expectWhole(memory, "dead at call \(call), which left \(remains)")
      try PruneSample.prune(memory)
      try expectWhole(memory, "dead at call \(call), then pruned")
    }
    Issue.record("it never came to its end")
  }

  @Test(arguments: [StoreError.Reason.failed, .unreachable, .noSpace, .noPermission])
  func `what fails is put back, or said to need an index repair`(_ reason: StoreError.Reason) throws {
    let counting = full(MemoryStore(start))
    try recover(counting)
    for call in 1...counting.mutatingCalls {
      for effect in [FaultyStore.Effect.fail(reason), .failAfterwards(reason)] {
        let memory = MemoryStore(start)
        let store = FaultyStore(full(memory))
        store.add(FaultyStore.Rule([.save, .remove], calls: call...call, effect))
        let failure = Result { try recover(store) }
        if try !Repository.opened(memory).examined().isSound {
          guard case .failure(PruneError.indexIncomplete(_, _)) = failure else {
            Issue.record("call \(call), \(reason): nobody says that the index is incomplete: \(failure)")
            return
          }
          _ = try Repairs.index(memory)
        }
        try expectWhole(memory, "\(reason) at call \(call)")
      }
    }
  }

  @Test func `an index file that cannot be removed leaves all as it was`() throws {
    let memory = MemoryStore(start)
    let store = full(memory)
    store.fail(.remove, below: "index", calls: 2...2, with: .unreachable)
    let error = #expect(throws: StoreError.self) { try recover(store) }
    #expect(error?.action == .remove && memory.contents == start)
  }

  @Test func `somebody who comes in the last moment has everything put back`() throws {
    let memory = MemoryStore(start)
    let visited = VisitedStore(full(memory)) { key in
      guard key.path.hasPrefix("index/"), memory.paths(in: "locks").isEmpty else { return }
      let repository = try? Repository.opened(memory)
      let lock = LockFile(
        time: Timestamp(seconds: 4_000_000_000, nanoseconds: 0, utcOffset: 0), isExclusive: false,
        hostname: "elsewhere",
        username: "somebody", processID: 4711)
      if let repository {
        _ = try? repository.saveUnpacked(.lock, lock.encoded().span, with: repository.makeCodec())
      }
    }
    let error = #expect(throws: RepositoryError.self) { try recover(visited) }
    #expect(error?.exitCode == .locked && memory.paths(in: "locks").count == 1)
    for path in memory.paths(in: "locks") { memory[path] = nil }
    #expect(memory.contents == start)
  }

  @Test func `a cancellation waits until the new index stands`() throws {
    let memory = MemoryStore(start)
    let cancellation = Cancellation()
    let visited = VisitedStore(full(memory)) { _ in cancellation.cancel(.interrupted) }
    #expect(throws: Cancelled.self) { try recover(visited, cancellation: cancellation) }
    try expectWhole(memory, "cancelled in the middle")
    #expect(memory.paths(in: "data").count < start.keys.count { $0.hasPrefix("data/") })
  }

  @Test func `a cancellation before it begins leaves all as it was`() throws {
    let memory = MemoryStore(start)
    let cancellation = Cancellation()
    #expect(throws: Cancelled.self) {
      try recover(full(memory), cancellation: cancellation) { cancellation.cancel(.interrupted) }
    }
    #expect(memory.contents == start)
  }
}

/// Calls back after each removal.
private struct VisitedStore: Store {
  let base: any Store
  let onRemoval: @Sendable (StoreKey) -> Void

  init(_ base: any Store, onRemoval: @escaping @Sendable (StoreKey) -> Void) {
    self.base = base
    self.onRemoval = onRemoval
  }

  var traits: StoreTraits { base.traits }

  func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) { try base.save(bytes, at: key) }

  func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError) -> Int {
    try base.load(key, range: range, into: &buffer)
  }

  func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    try base.list(prefix, each)
  }

  func remove(_ key: StoreKey) throws(StoreError) {
    try base.remove(key)
    onRemoval(key)
  }
}
