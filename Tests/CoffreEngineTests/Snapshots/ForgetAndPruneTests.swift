import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreEngine
@testable import CoffreRepository

/// A forget and the prune after it, as `snapshot forget --prune` runs them.
@Suite("Forget and prune in a row")
struct ForgetAndPruneTests {
  private let store: MemoryStore

  init() throws { store = try .withTwoSnapshots() }

  private func access(_ store: any Store) -> RepositoryAccess {
    RepositoryAccess.ofTests(store).openedOnce(keepsLock: true)
  }

  private func forget(_ access: RepositoryAccess, keeping count: Int = 1) throws -> ForgetJob {
    var policy = RetentionPolicy()
    policy.counts[.each] = .atMost(count)
    let job = ForgetJob(access, options: ForgetJob.Options(.rules(policy, .hostAndPaths))) { _ in }
    _ = try job.perform(JobContext(events: EventLog(), cancellation: Cancellation()))
    return job
  }

  private func prune(
    _ access: RepositoryAccess, after forget: ForgetJob, quickBytes: Int64 = 1 << 20, quickTime: Duration = .seconds(60)
  )
    throws -> JobResult
  {
    var options = PruneJob.Options()
    options.request.maxUnused = .bytes(0)
    options.request.quickBytes = quickBytes
    options.request.quickTime = quickTime
    options.listedSnapshots = forget.left
    return try PruneJob(access, options: options).perform(
      JobContext(events: EventLog(), cancellation: Cancellation()))
  }

  private func lockByAnother(exclusive: Bool = false) throws {
    let lock = LockFile(
      time: Timestamp(seconds: 4_000_000_000, nanoseconds: 0), isExclusive: exclusive, hostname: "elsewhere",
      username: "somebody", processID: 4711)
    let repository = try Repository.opened(store)
    _ = try repository.saveUnpacked(.lock, lock.encoded().span, with: repository.makeCodec())
  }

  private func expectClean() throws {
    let examination = try Repository.opened(store).examined()
    #expect(examination.isSound && examination.hints.isEmpty)
    #expect(store.paths(in: "locks").isEmpty)
    #expect(store.paths(in: "snapshots").count == 1)
  }

  @Test func `one exclusive lock serves both`() throws {
    let recording = RecordingStore(store)
    let access = access(recording)
    let job = try forget(access)
    #expect(job.left?.count == 1)
    #expect(store.paths(in: "locks").count == 1, "it is kept")
    let result = try prune(access, after: job)
    #expect(result.exitCode == .done && result.count("snapshots") == 1)
    #expect(recording.saves.count { $0.folder == "locks" } == 1)
    #expect(recording.calls.count { $0.action == .list && $0.folder == "snapshots" } == 1)
    // No index but the last one is written, and nothing is removed to find out whether it can be.
    #expect(recording.saves.count { $0.folder == "index" } == 1)
    #expect(recording.calls.count { $0.action == .remove && $0.folder == "snapshots" } == 1)
    // What was repacked is looked at before its old place goes.
    let calls = recording.calls
    let lastSave = try #require(calls.lastIndex { $0.action == .save && $0.folder == "data" })
    let look = try #require(calls.lastIndex { $0.action == .list && $0.folder == "data" })
    let removal = try #require(calls.firstIndex { $0.action == .remove && $0.folder == "index" })
    #expect(lastSave < look && look < removal)
    try expectClean()
  }

  @Test func `much work is not done under the exclusive lock`() throws {
    let recording = RecordingStore(store)
    let access = access(recording)
    let job = try forget(access)
    let result = try prune(access, after: job, quickBytes: 0)
    #expect(result.exitCode == .done && result.count("snapshots") == 1)
    // Forget's, one to repack under, one to remove under.
    #expect(recording.saves.count { $0.folder == "locks" } == 3)
    let calls = recording.calls
    let release = try #require(calls.firstIndex { $0.action == .remove && $0.folder == "locks" })
    let repack = try #require(calls.firstIndex { $0.action == .save && $0.folder == "data" })
    #expect(release < repack)
    try expectClean()
  }

  @Test func `writing packs anew for long goes on beside others`() throws {
    let recording = RecordingStore(store)
    let access = access(recording)
    let job = try forget(access)
    let result = try prune(access, after: job, quickTime: .zero)
    #expect(result.exitCode == .done && result.count("snapshots") == 1)
    #expect(recording.saves.count { $0.folder == "locks" } == 3)
    let calls = recording.calls
    let release = try #require(calls.firstIndex { $0.action == .remove && $0.folder == "locks" })
    let repack = try #require(calls.firstIndex { $0.action == .save && $0.folder == "data" })
    #expect(release < repack)
    try expectClean()
  }

  /// The lock is let go of in the middle of the work: what was written by then is not written again.
  @Test func `what was written under the lock is kept`() throws {
    let store = try MemoryStore.withHalfUsedPacks(40)
    let slow = FaultyStore(store)
    slow.add(FaultyStore.Rule([.load], below: "data", .delay(.milliseconds(400))))
    let recording = RecordingStore(slow)
    let access = RepositoryAccess.ofTests(recording).openedOnce(keepsLock: true)
    let job = try forget(access)
    let result = try prune(access, after: job, quickTime: .seconds(3))
    #expect(recording.saves.count { $0.folder == "locks" } == 3)
    let saves = recording.calls.enumerated().filter { $0.element.action == .save && $0.element.folder == "data" }
    let release = try #require(recording.calls.firstIndex { $0.action == .remove && $0.folder == "locks" })
    #expect(saves.contains { $0.offset < release } && saves.contains { $0.offset > release })
    #expect(result.count("packsAdded") == saves.count)
    let examination = try Repository.opened(store).examined()
    #expect(examination.isSound && examination.hints.isEmpty)
  }

  @Test func `a snapshot that came once the lock was let go is kept whole`() throws {
    let meddled = MeddledStore(store, before: .save, "data") { [store] in
      _ = try? Repository.opened(store).backUp([.file("a", "first")], time: 1_700_003_000)
    }
    let access = access(meddled)
    let job = try forget(access)
    _ = try prune(access, after: job, quickBytes: 0)
    let examination = try Repository.opened(store).examined()
    #expect(examination.isSound)
    #expect(store.paths(in: "snapshots").count == 2)
  }

  @Test func `where nothing is to go, somebody else at work is no obstacle`() throws {
    try lockByAnother()
    let access = access(store)
    #expect(try forget(access, keeping: 2).removed.isEmpty)
    let error = #expect(throws: RepositoryError.self) { try forget(access) }
    #expect(error?.exitCode == .locked)
    #expect(store.paths(in: "snapshots").count == 2 && store.paths(in: "locks").count == 1)
  }

  @Test func `a lock that is not needed any more goes`() throws {
    let access = access(store)
    _ = try forget(access, keeping: 2)
    #expect(store.paths(in: "locks").count == 1)
    access.letGo()
    access.letGo()
    #expect(store.paths(in: "locks").isEmpty)
  }

  @Test func `a forget that fails keeps no lock`() throws {
    let faulty = FaultyStore(store)
    faulty.fail(.remove, below: "snapshots", with: .unreachable)
    #expect(throws: StoreError.self) { try forget(access(faulty)) }
    #expect(store.paths(in: "locks").isEmpty)
  }

  @Test func `a lock that was taken away between the two removes no packs`() throws {
    let access = access(store)
    let job = try forget(access)
    let packs = Set(store.paths(in: "data"))
    for path in store.paths(in: "locks") { store[path] = nil }
    #expect(throws: RepositoryError.lockLost(location: "memory")) { try prune(access, after: job) }
    #expect(packs.isSubset(of: Set(store.paths(in: "data"))))
  }

  /// Packs are written, the index that names them only when the old one goes: each order of the two must be safe.
  @Test(arguments: [FaultyStore.Remains.nothing, .whole])
  func `a crash at any call loses nothing, and the next run leaves nothing behind`(_ remains: FaultyStore.Remains)
    throws
  {
    for call in 1...1000 {
      let store = try MemoryStore.withHalfUsedPacks(3)
      let faulty = FaultyStore(store)
      faulty.crash(at: call, leaving: remains)
      let dying = access(faulty)
      let isDone = (try? prune(dying, after: try forget(dying))) != nil
      guard faulty.isDead else {
        #expect(isDone && call > 8, "\(call) calls")
        return
      }
      for path in store.paths(in: "locks") { store[path] = nil }
      #expect(try Repository.opened(store).examined().isSound, "call \(call)")
      let next = access(store)
      _ = try prune(next, after: try forget(next))
      let examination = try Repository.opened(store).examined()
      #expect(examination.isSound && examination.hints.isEmpty, "call \(call): \(examination)")
      #expect(store.paths(in: "snapshots").count == 1)
    }
  }
}
