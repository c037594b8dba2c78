import CoffreCore
import CoffreRepository
import CoffreTestKit
import Testing

@testable import CoffreEngine

@Suite("Prune job")
struct PruneJobTests {
  private let store: MemoryStore

  /// Two snapshots, of which the first is gone.
  init() throws {
    store = try .withTwoSnapshots()
    let first = try Repository.opened(store).soundSnapshots()[0]
    store[ObjectKind.snapshot.storeKey(of: first.id).path] = nil
  }

  private func job(_ store: any Store, isDryRun: Bool = false, _ change: (inout PruneJob.Options) -> Void = { _ in })
    -> PruneJob
  {
    var options = PruneJob.Options()
    options.request.maxUnused = .bytes(0)
    options.isDryRun = isDryRun
    change(&options)
    return PruneJob(.ofTests(store), options: options)
  }

  private func perform(_ job: PruneJob, _ events: EventLog = EventLog()) throws -> JobResult {
    try job.perform(JobContext(events: events, cancellation: Cancellation()))
  }

  private func count(_ name: String, _ result: JobResult) -> Int? {
    guard case .count(let count) = result.facts.first(where: { $0.name == name })?.value else { return nil }
    return count
  }

  @Test func `a dry run writes nothing but its lock and tells what a real one does`() throws {
    let recording = RecordingStore(store)
    let before = store.contents
    let planned = try perform(job(recording, isDryRun: true))
    #expect(store.contents == before)
    #expect(recording.saves.map(\.folder) == ["locks"])
    let done = try perform(job(store))
    for name in ["blobsUsed", "blobsUnused", "packsRemoved", "packsRepacked", "packsKept", "blobsRemaining"] {
      #expect(count(name, planned) == count(name, done), "\(name)")
    }
    #expect(count("packsDeleted", planned) == 0)
    #expect(try #require(count("packsDeleted", done)) > 0)
    #expect(done.exitCode == .done)
    let examination = try Repository.opened(store).examined()
    #expect(examination.isSound && examination.hints.isEmpty)
  }

  @Test func `a dry run may count snapshots as gone`() throws {
    let newest = try #require(try Repository.opened(store).soundSnapshots().last)
    let result = try perform(
      job(store, isDryRun: true) {
        $0.request.ignoredSnapshots = [newest.id]
        $0.request.allowsEmpty = true
      })
    #expect(count("blobsUsed", result) == 0)
    #expect(count("packsRemoved", result) == store.paths(in: "data").count)
  }

  @Test func `is not allowed beside an exclusive lock at all`() throws {
    let before = store.contents
    let repository = try Repository.opened(store)
    let request = LockRequest(mode: .exclusive, machine: .ofTests, record: LockRecord(folder: nil))
    try repository.withLock(request, cancellation: Cancellation(), note: { _ in }) { _ in
      let error = #expect(throws: RepositoryError.self) { try perform(job(store)) }
      #expect(error?.exitCode == .locked)
    }
    #expect(store.contents == before)
  }

  @Test func `beside a backup it repacks, removes nothing, and says so`() throws {
    let repository = try Repository.opened(store)
    let request = LockRequest(mode: .shared, machine: .ofTests, record: LockRecord(folder: nil))
    let packs = Set(store.paths(in: "data"))
    try repository.withLock(request, cancellation: Cancellation(), note: { _ in }) { _ in
      let error = #expect(throws: RepositoryError.self) { try perform(job(store)) }
      #expect(error?.exitCode == .locked)
      #expect(error?.explanation.advice?.description.contains("Nothing was removed") == true)
    }
    #expect(packs.isSubset(of: store.paths(in: "data")))
    #expect(try repository.examined().isSound)
    // The next one has less to do.
    let result = try perform(job(store))
    #expect(count("packsRepacked", result) == 0)
    #expect(try #require(count("packsDeleted", result)) > 0)
    #expect(try repository.examined().isSound)
  }

  @Test func `a pack that cannot be removed makes it partial`() throws {
    let faulty = FaultyStore(store)
    faulty.fail(.remove, below: "data", with: .noPermission)
    let events = EventLog()
    let result = try perform(job(faulty), events)
    #expect(result.exitCode == .partial)
    #expect(events.warnings.allSatisfy { $0.code == "not-removed" } && !events.warnings.isEmpty)
    #expect(count("notRemoved", result) == events.warnings.count)
    #expect(try Repository.opened(store).examined().isSound)
  }

  @Test func `tells its plan before it begins`() throws {
    let events = EventLog()
    _ = try perform(job(store), events)
    #expect(events.notes.contains { $0.hasPrefix("keeping ") })
  }
}
