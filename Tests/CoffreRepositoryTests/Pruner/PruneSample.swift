import CoffreCore
import CoffreTestKit

@testable import CoffreRepository

/// A repository of three backups in many small packs, of which the first and the last are there, and what prune is asked.
enum PruneSample {
  static let packSize = 8 << 10

  private static func state(_ numbers: Range<Int>, text: String) -> [MemoryEntry] {
    let files = numbers.map { MemoryEntry.file("file-\($0)", BackupSample.noise(2500, seed: 500 + UInt64($0))) }
    return [
      .directory("many", files), .directory(text, [.file("text", String(repeating: text, count: 400))]),
      .directory("same", [.file("same", "the same in all")]),
    ]
  }

  // Files 14 to 24 are in the second only, which is forgotten: eleven, no multiple of the three or four that fill a pack,
  // so that one pack at least holds both what is needed and what is not.
  static let first = state(0..<14, text: "first")
  static let second = state(8..<30, text: "second")
  static let third = state(25..<40, text: "third")

  /// - Parameter version: of the repository.
  static func store(version: Int = 2) throws -> MemoryStore {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store, version: version)
    for (number, entries) in [first, second, third].enumerated() {
      try repository.backUp(MemorySession(entries), time: 1_700_001_000 + Int64(number)) {
        $0.packSize = packSize
        // With several, what lies together in a pack would be chance.
        $0.threadCount = 1
      }
    }
    try forget(1, in: store)
    return store
  }

  /// Removes a snapshot, counted from the oldest.
  static func forget(_ number: Int, in store: MemoryStore) throws {
    let snapshot = try Repository.opened(store).soundSnapshots()[number]
    store[ObjectKind.snapshot.storeKey(of: snapshot.id).path] = nil
  }

  /// Nothing unused may stay, and no pack counts as small.
  static var thorough: PruneRequest {
    var request = PruneRequest(threadCount: 2)
    request.maxUnused = .bytes(0)
    request.smallPackBytes = 1
    request.packSize = packSize
    return request
  }

  static func pruner(
    _ store: any Store, _ request: PruneRequest = thorough, events: EventLog = EventLog(),
    cancellation: Cancellation = Cancellation()
  ) throws -> Pruner {
    Pruner(
      repository: try Repository.opened(store), request: request, progress: PruneProgress(events: events),
      cancellation: cancellation)
  }

  /// Prunes as the job does, under one lock after the other.
  ///
  /// - Parameter between: what others do while no lock is held.
  @discardableResult
  static func prune(
    _ store: any Store, _ request: PruneRequest = thorough, events: EventLog = EventLog(),
    between: () throws -> Void = {}
  ) throws -> PruneOutcome {
    let cancellation = Cancellation()
    let repository = try Repository.opened(store)
    let pruner = Pruner(
      repository: repository, request: request, progress: PruneProgress(events: events), cancellation: cancellation)
    func lock(_ mode: LockRequest.Mode) -> LockRequest {
      LockRequest(mode: mode, machine: .ofTests, record: LockRecord(folder: nil))
    }
    try repository.withLock(lock(.shared), cancellation: cancellation, note: { _ in }) { _ in
      _ = try pruner.makePlan()
      try pruner.repack()
    }
    try between()
    guard pruner.mustRemove else { return PruneOutcome() }
    return try repository.withLock(lock(.exclusive), cancellation: cancellation, note: { _ in }) { confirm in
      try pruner.remove(confirm: confirm)
    }
  }

  /// What a second prune finds to do; nothing, after a first one.
  static func plan(_ store: any Store, _ request: PruneRequest = thorough) throws -> PrunePlan {
    try pruner(store, request).makePlan()
  }
}
