import CoffreCore
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreEngine
@testable import CoffreRepository

@Suite("Forget")
struct ForgetJobTests {
  private let bench: SnapshotBench

  init() throws { bench = try SnapshotBench() }

  private var last: RetentionPolicy {
    var policy = RetentionPolicy()
    policy.counts[.each] = .atMost(1)
    return policy
  }

  @discardableResult
  private func forget(
    _ choice: ForgetJob.Choice, through store: (any Store)? = nil,
    _ change: (inout ForgetJob.Options) -> Void = { _ in }, onPlan: @escaping @Sendable (ForgetPlan) -> Void = { _ in }
  ) throws -> (result: JobResult, job: ForgetJob) {
    var options = ForgetJob.Options(choice)
    change(&options)
    let job = ForgetJob(bench.access(through: store), options: options, onPlan: onPlan)
    return (try job.perform(bench.context), job)
  }

  private var byRule: ForgetJob.Choice { .rules(last, .hostAndPaths) }

  // MARK: What goes

  @Test func `removes what no rule keeps, in each group`() throws {
    try bench.add(day: 1)
    let kept = try bench.add(day: 2)
    let other = try bench.add(day: 1, host: "desk")
    let elsewhere = try bench.add(day: 1, paths: ["/etc"])
    let (result, job) = try forget(byRule)
    #expect(bench.ids == [kept, other, elsewhere])
    #expect(result.exitCode == .done && job.removed.count == 1)
    #expect(result.count("groups") == 3 && result.count("snapshotsKept") == 3)
    #expect(result.list("removed") == job.removed.map(\.description))
    #expect(bench.store.paths(in: "locks").isEmpty)
  }

  @Test func `a filter leaves all others alone`() throws {
    let ids = try [1, 2].map { try bench.add(day: $0) }
    let desk = try [1, 2].map { try bench.add(day: $0, host: "desk") }
    try forget(byRule) { $0.filter.hosts = ["desk"] }
    #expect(bench.ids == Set(ids + [desk[1]]))
  }

  @Test func `all of a filter go, where no rule is given`() throws {
    let ids = try [1, 2].map { try bench.add(day: $0) }
    try bench.add(day: 1, host: "desk")
    try forget(.all) { $0.filter.hosts = ["desk"] }
    #expect(bench.ids == Set(ids))
  }

  @Test func `named ones go, and no others`() throws {
    let ids = try (1...5).map { try bench.add(day: $0) }
    try forget(.named([ids[2].description, ids[0].short, ids[2].short]))
    #expect(bench.ids == [ids[1], ids[3], ids[4]])
    try forget(.named(["latest"]))
    #expect(bench.ids == [ids[1], ids[3]])
  }

  @Test func `latest must not choose between hosts`() throws {
    let ids = [try bench.add(day: 1), try bench.add(day: 2, host: "desk")]
    #expect(throws: RepositoryError.self) { try forget(.named(["latest"])) }
    #expect(bench.ids == Set(ids))
    try forget(.named(["latest"])) { $0.filter.hosts = ["shop"] }
    #expect(bench.ids == [ids[1]])
  }

  @Test func `a name that fits none or several removes nothing, not even the others named`() throws {
    let ids = try (1...40).map { try bench.add(day: $0) }
    let ambiguous = try #require(
      Dictionary(grouping: ids) { $0.description.prefix(1) }.first { $0.value.count > 1 }
    ).key
    for name in ["ffffffffffff", String(ambiguous), ""] {
      #expect(throws: RepositoryError.self) { try forget(.named([ids[0].description, name])) }
    }
    #expect(bench.ids == Set(ids))
  }

  @Test func `a dry run changes nothing and locks nobody out`() throws {
    let ids = try (1...3).map { try bench.add(day: $0) }
    try bench.lockByAnother()
    let before = bench.store.contents
    let (result, job) = try forget(byRule) { $0.isDryRun = true }
    #expect(bench.store.contents == before)
    #expect(job.removed == [ids[0], ids[1]] && result.count("snapshotsRemoved") == 2)
  }

  // MARK: Refusals

  @Test func `rules that keep nothing of a group remove nothing of any`() throws {
    var policy = RetentionPolicy()
    policy.tagLists = [["keep"]]
    let ids = [
      try bench.add(day: 1, tags: ["keep"]), try bench.add(day: 2), try bench.add(day: 1, host: "desk"),
    ]
    let error = #expect(throws: ForgetRefused.self) { try forget(.rules(policy, .hostAndPaths)) }
    #expect(error?.explanation.problem.contains("host 'desk', paths '/home'") == true)
    #expect(error?.exitCode == .failed)
    #expect(bench.ids == Set(ids))
  }

  @Test(arguments: [true, false])
  func `a snapshot that cannot be read stops rules`(_ isDryRun: Bool) throws {
    let ids = try (1...3).map { try bench.add(day: $0) }
    bench.damage(ids[2])
    for choice in [byRule, .all, .named(["latest"])] {
      let error = #expect(throws: ForgetRefused.self) { try forget(choice) { $0.isDryRun = isDryRun } }
      #expect(error?.explanation.problem.contains("1 snapshot cannot be read") == true)
      #expect(error?.explanation.cause?.contains(bench.path(ids[2])) == true)
    }
    #expect(bench.ids == Set(ids))
  }

  @Test func `a snapshot that cannot be loaded for a moment is not absent either`() throws {
    let ids = try (1...3).map { try bench.add(day: $0) }
    let faulty = FaultyStore(bench.store)
    faulty.fail(.load, below: bench.path(ids[2]))
    #expect(throws: ForgetRefused.self) { try forget(byRule, through: faulty) }
    #expect(bench.ids == Set(ids))
  }

  @Test(arguments: [0, 1, 2])
  func `a list that fails is never taken for a short one`(_ listed: Int) throws {
    let ids = try (1...3).map { try bench.add(day: $0) }
    // The plan lists once, the look under the lock once more.
    for call in 1...2 {
      let faulty = FaultyStore(bench.store)
      faulty.add(FaultyStore.Rule([.list], below: "snapshots", calls: call...call, .failAfterListing(listed, .failed)))
      #expect(throws: StoreError.self, "call \(call)") { try forget(byRule, through: faulty) }
      #expect(bench.ids == Set(ids))
    }
  }

  @Test func `one that cannot be read goes if it is named, with a word about it`() throws {
    let ids = try (1...3).map { try bench.add(day: $0) }
    bench.damage(ids[1])
    try forget(.named([ids[1].short]))
    #expect(bench.ids == [ids[0], ids[2]])
    #expect(bench.events.has("unreadable-snapshot", bench.path(ids[1])))
  }

  // MARK: Locks

  @Test func `somebody else's lock stops the removal`() throws {
    let ids = try (1...3).map { try bench.add(day: $0) }
    try bench.lockByAnother()
    let error = #expect(throws: RepositoryError.self) { try forget(byRule) }
    #expect(error?.exitCode == .locked)
    #expect(bench.ids == Set(ids))
  }

  @Test func `the lock is held around the removal, and not without need`() throws {
    try (1...3).forEach { try bench.add(day: $0) }
    let recording = RecordingStore(bench.store)
    try forget(byRule, through: recording)
    let writing = recording.calls.filter { [.save, .remove].contains($0.action) }
    #expect(writing.map(\.folder) == ["locks", "snapshots", "snapshots", "locks"])
    recording.forget()
    try forget(byRule, through: recording)
    #expect(recording.calls.allSatisfy { [.load, .list].contains($0.action) }, "there is nothing to remove any more")
  }

  @Test func `what comes meanwhile is decided on again`() throws {
    let bench = self.bench
    let ids = try (1...2).map { try bench.add(day: $0) }
    let meddled = MeddledStore(bench.store, before: .save, "locks") { _ = try? bench.add(day: 3) }
    let plans = Mutex([ForgetPlan]())
    let (_, job) = try forget(byRule, through: meddled, onPlan: { plan in plans.withLock { $0.append(plan) } })
    #expect(job.removed == ids && bench.ids.count == 1)
    #expect(plans.withLock { $0.map(\.removals) } == [ids], "only the last plan is told")
    #expect(bench.events.notes.contains { $0.contains("deciding again") })
  }

  @Test func `what goes meanwhile is decided on again, so that the last is not lost`() throws {
    let bench = self.bench
    let ids = try (1...2).map { try bench.add(day: $0) }
    let newest = bench.path(ids[1])
    let meddled = MeddledStore(bench.store, before: .save, "locks") { try? bench.store.remove(StoreKey(newest)) }
    let (result, _) = try forget(byRule, through: meddled)
    #expect(bench.ids == [ids[0]] && result.count("snapshotsRemoved") == 0)
  }

  @Test func `latest stays the one that it was`() throws {
    let bench = self.bench
    let ids = try (1...2).map { try bench.add(day: $0) }
    let meddled = MeddledStore(bench.store, before: .save, "locks") { _ = try? bench.add(day: 3) }
    let (_, job) = try forget(.named(["latest"]), through: meddled)
    #expect(job.removed == [ids[1]] && bench.ids.count == 2)
  }

  @Test func `nothing is removed once the lock is lost`() throws {
    let ids = try (1...3).map { try bench.add(day: $0) }
    let store = bench.store
    #expect(throws: RepositoryError.lockLost(location: "memory")) {
      try forget(byRule, onPlan: { _ in for path in store.paths(in: "locks") { try? store.remove(StoreKey(path)) } })
    }
    #expect(bench.ids == Set(ids))
  }

  // MARK: Trouble on the way

  @Test func `what cannot be removed is told, and the rest is removed`() throws {
    let ids = try (1...4).map { try bench.add(day: $0) }
    let faulty = FaultyStore(bench.store)
    faulty.fail(.remove, below: bench.path(ids[1]), with: .noPermission)
    let (result, job) = try forget(byRule, through: faulty)
    #expect(bench.ids == [ids[1], ids[3]] && job.removed == [ids[0], ids[2]])
    #expect(result.exitCode == .partial && result.count("snapshotsNotRemoved") == 1)
    #expect(bench.events.losses.map(\.subject) == [ids[1].description])
  }

  @Test func `a store that is gone ends the job, the newest are left`() throws {
    let ids = try (1...4).map { try bench.add(day: $0) }
    let faulty = FaultyStore(bench.store)
    faulty.fail(.remove, below: "snapshots", calls: 2...9, with: .unreachable)
    #expect(throws: StoreError.self) { try forget(byRule, through: faulty) }
    #expect(bench.ids == Set(ids[1...]))
  }

  @Test func `where nothing may ever be removed, one refusal says it all`() throws {
    let ids = try (1...3).map { try bench.add(day: $0) }
    let faulty = FaultyStore(bench.store)
    faulty.fail(.remove, below: "snapshots", with: .refused)
    let error = #expect(throws: RepositoryError.self) { try forget(byRule, through: faulty) }
    #expect(error?.exitCode == .destinationUnreachable)
    #expect("\(try #require(error).text)".contains("memory"))
    #expect(bench.ids == Set(ids) && bench.events.losses.isEmpty)
  }

  @Test func `a full store is no obstacle, unless somebody else is there`() throws {
    let ids = try (1...3).map { try bench.add(day: $0) }
    let full = FaultyStore(bench.store)
    full.fail(.save, with: .noSpace)
    let (result, _) = try forget(byRule, through: full)
    #expect(result.exitCode == .done && bench.ids == [ids[2]])
    #expect(bench.events.notes.contains { $0.contains("no lock could be written") })
    _ = try (4...5).map { try bench.add(day: $0) }
    try bench.lockByAnother()
    let error = #expect(throws: RepositoryError.self) { try forget(byRule, through: full) }
    #expect(error?.exitCode == .locked && bench.ids.count == 3)
  }

  @Test func `a wish to stop is heard before each removal`() throws {
    let ids = try (1...3).map { try bench.add(day: $0) }
    let cancellation = bench.cancellation
    #expect(throws: Cancelled.self) { try forget(byRule, onPlan: { _ in cancellation.cancel(.interrupted) }) }
    #expect(bench.ids == Set(ids) && bench.store.paths(in: "locks").isEmpty)
  }
}
