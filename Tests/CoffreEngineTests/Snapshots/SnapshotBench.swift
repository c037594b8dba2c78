import CoffreCore
import CoffreTestKit
import Synchronization

@testable import CoffreEngine
@testable import CoffreRepository

/// A repository in memory with snapshots of no content, for jobs that work on snapshots alone.
final class SnapshotBench: Sendable {
  let store: MemoryStore
  let repository: Repository
  let events = EventLog()
  let cancellation = Cancellation()

  init() throws {
    store = MemoryStore()
    repository = try Repository.forTest(in: store)
  }

  var context: JobContext { JobContext(events: events, cancellation: cancellation) }

  /// - Parameter store: what stands between the job and the memory.
  func access(through store: (any Store)? = nil) -> RepositoryAccess {
    .ofTests(store ?? self.store)
  }

  /// Saves a snapshot; `tree` tells it from others, also when it is rewritten.
  @discardableResult
  func add(
    day: Int64, host: String = "shop", paths: [String] = ["/home"], tags: [String] = [], tree: UInt64 = 0
  ) throws -> SnapshotID {
    var snapshot = Snapshot(
      time: Timestamp(seconds: 1_700_000_000 + day * 86_400, nanoseconds: 0), tree: Digest(words: 7, 7, 7, tree),
      paths: paths)
    snapshot.hostname = host
    snapshot.tags = tags
    return try repository.save(snapshot, with: repository.makeCodec())
  }

  /// Flips a byte of a snapshot's file.
  func damage(_ id: SnapshotID) { store.edit(path(id)) { $0[$0.count / 2] ^= 1 } }

  func path(_ id: SnapshotID) -> String { ObjectKind.snapshot.storeKey(of: id).path }

  var ids: Set<SnapshotID> { Set(store.paths(in: "snapshots").compactMap { Digest(hex: StoreKey($0).name) }) }

  /// A shared lock of somebody else.
  func lockByAnother() throws {
    let lock = LockFile(
      time: Timestamp(seconds: 4_000_000_000, nanoseconds: 0), isExclusive: false, hostname: "elsewhere",
      username: "somebody", processID: 4711)
    _ = try repository.saveUnpacked(.lock, lock.encoded().span, with: repository.makeCodec())
  }
}

extension RepositoryAccess {
  /// Opens it anew for each job, and waits for no lock.
  static func ofTests(_ store: any Store) -> RepositoryAccess {
    RepositoryAccess(
      location: "memory", machine: .ofTests, lockRecord: LockRecord(folder: nil), patience: .zero,
      open: { _ in try Repository.opened(store) })
  }
}

extension MemoryStore {
  /// A repository with two snapshots of one group; the older needs more.
  static func withTwoSnapshots() throws -> MemoryStore {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    try repository.backUp([.file("a", "first"), .file("b", "both")], time: 1_700_001_000)
    try repository.backUp([.file("b", "both")], time: 1_700_002_000)
    return store
  }

  /// Two snapshots; the second needs every other file of the first, of which there are two in a pack.
  static func withHalfUsedPacks(_ count: Int) throws -> MemoryStore {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    let files = (0..<2 * count).map { number in
      MemoryEntry.file("f\(1000 + number)", seededBytes(UInt64(number), count: 40 << 10))
    }
    try repository.backUp(MemorySession(files)) {
      $0.packSize = 80 << 10
      // With several, which files share a pack would be chance.
      $0.threadCount = 1
    }
    let kept = files.indices.filter { $0.isMultiple(of: 2) }.map { files[$0] }
    try repository.backUp(kept, time: 1_700_002_000)
    return store
  }
}

/// A store around a store in which something happens just before the first call that fits.
final class MeddledStore: Store {
  private let base: any Store
  private let action: RecordingStore.Action
  private let prefix: String
  private let meddling: Mutex<(@Sendable () -> Void)?>

  init(
    _ base: any Store, before action: RecordingStore.Action, _ prefix: String, _ meddle: @escaping @Sendable () -> Void
  ) {
    self.base = base
    self.action = action
    self.prefix = prefix
    meddling = Mutex(meddle)
  }

  var traits: StoreTraits { base.traits }

  private func look(_ action: RecordingStore.Action, _ key: StoreKey) {
    guard action == self.action, key.path.hasPrefix(prefix) else { return }
    let meddle = meddling.withLock { meddling in
      defer { meddling = nil }
      return meddling
    }
    meddle?()
  }

  func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    look(.save, key)
    try base.save(bytes, at: key)
  }

  func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError) -> Int {
    look(.load, key)
    return try base.load(key, range: range, into: &buffer)
  }

  func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    look(.list, prefix)
    try base.list(prefix, each)
  }

  func remove(_ key: StoreKey) throws(StoreError) {
    look(.remove, key)
    try base.remove(key)
  }
}

extension JobResult {
  func count(_ name: String) -> Int? {
    if case .count(let count) = facts.first(where: { $0.name == name })?.value { count } else { nil }
  }
  func list(_ name: String) -> [String]? {
    if case .list(let list) = facts.first(where: { $0.name == name })?.value { list } else { nil }
  }
}
