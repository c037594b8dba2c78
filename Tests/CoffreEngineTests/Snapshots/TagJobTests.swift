import CoffreCore
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreEngine
@testable import CoffreRepository

@Suite("Tag")
struct TagJobTests {
  private let bench: SnapshotBench

  init() throws { bench = try SnapshotBench() }

  @discardableResult
  private func tag(
    _ change: TagJob.Change, through store: (any Store)? = nil, _ edit: (inout TagJob.Options) -> Void = { _ in }
  ) throws -> JobResult {
    var options = TagJob.Options(change)
    edit(&options)
    return try TagJob(bench.access(through: store), options: options) { _ in }.perform(bench.context)
  }

  // MARK: Tags

  @Test(arguments: [
    (TagJob.Change.set(["x", "y", "x"]), ["x", "y"]), (.set([]), []),
    (.modify(adding: ["c", "a"], removing: []), ["a", "b", "c"]),
    (.modify(adding: [], removing: ["a", "z"]), ["b"]), (.modify(adding: ["d"], removing: ["a"]), ["b", "d"]),
    (.modify(adding: ["A"], removing: ["B"]), ["a", "b", "A"]),
  ])
  func `change as asked`(_ example: (change: TagJob.Change, tags: [String])) {
    #expect(example.change.applied(to: ["a", "b"]) == example.tags)
  }

  @Test func `are compared byte for byte`() {
    let change = TagJob.Change.modify(adding: ["cafe\u{301}"], removing: [])
    #expect(change.applied(to: ["caf\u{E9}"]).count == 2)
  }

  // MARK: Rewriting

  @Test func `everything else of a snapshot stays, and its first id is remembered`() throws {
    var snapshot = Snapshot(
      time: Timestamp(seconds: 1_700_000_000, nanoseconds: 5, utcOffset: -34_200), tree: Digest(words: 1, 2, 3, 4),
      paths: ["/b", "/a"])
    snapshot.parent = Digest(words: 5, 6, 7, 8)
    snapshot.hostname = "shop"
    snapshot.username = "u"
    snapshot.userID = 7
    snapshot.groupID = 8
    snapshot.excludes = ["*.o"]
    snapshot.programVersion = "restic 0.19.1"
    snapshot.summary = SnapshotSummary()
    snapshot.summary?.totalBytes = 99
    let first = try bench.repository.save(snapshot, with: bench.repository.makeCodec())
    try tag(.modify(adding: ["one"], removing: []))
    try tag(.modify(adding: ["two"], removing: []))
    let stored = try #require(try bench.repository.soundSnapshots().first)
    #expect(bench.ids == [stored.id] && stored.id != first)
    var expected = snapshot
    expected.tags = ["one", "two"]
    expected.original = first
    #expect(stored.snapshot == expected)
  }

  @Test func `only what changes is rewritten`() throws {
    let same = try bench.add(day: 1, tags: ["x"])
    let other = try bench.add(day: 2)
    let result = try tag(.modify(adding: ["x"], removing: []))
    #expect(bench.ids.contains(same) && !bench.ids.contains(other) && bench.ids.count == 2)
    #expect(result.count("snapshots") == 2 && result.count("snapshotsChanged") == 1)
    #expect(result.list("replaced") == [other.description])
    #expect(result.list("new") == bench.ids.filter { $0 != same }.map(\.description))
    let recording = RecordingStore(bench.store)
    try tag(.modify(adding: ["x"], removing: []), through: recording)
    #expect(recording.calls.allSatisfy { [.load, .list].contains($0.action) }, "nothing changes: no lock, no writing")
  }

  @Test func `names and filters choose`() throws {
    let ids = try (1...3).map { try bench.add(day: $0) }
    let desk = try bench.add(day: 9, host: "desk")
    try tag(.set(["n"])) { $0.names = [ids[0].short, ids[1].description, ids[0].description] }
    try tag(.set(["f"])) { $0.filter.hosts = ["desk"] }
    let tags = try bench.repository.soundSnapshots().map(\.tags)
    #expect(tags == [["n"], ["n"], [], ["f"]])
    #expect(bench.ids.contains(ids[2]) && !bench.ids.contains(desk))
  }

  @Test func `a dry run changes nothing`() throws {
    try bench.add(day: 1)
    let before = bench.store.contents
    let result = try tag(.set(["x"])) { $0.isDryRun = true }
    #expect(bench.store.contents == before && result.count("snapshotsChanged") == 1)
  }

  // MARK: Order and trouble

  @Test func `the new file is there before the old one goes, under an exclusive lock`() throws {
    try (1...2).forEach { try bench.add(day: $0) }
    let recording = RecordingStore(bench.store)
    try tag(.set(["x"]), through: recording)
    let writing = recording.calls.filter { [.save, .remove].contains($0.action) }
    #expect(writing.map(\.folder) == ["locks"] + Array(repeating: "snapshots", count: 5) + ["locks"])
    // The first removal asks whether there may be any.
    #expect(writing.map(\.action) == [.save, .remove, .save, .remove, .save, .remove, .remove])
    try bench.lockByAnother()
    let error = #expect(throws: RepositoryError.self) { try tag(.set(["y"])) }
    #expect(error?.exitCode == .locked)
  }

  @Test(arguments: [FaultyStore.Remains.nothing, .whole, .leftover(20)])
  func `whatever call is the last, no snapshot is lost`(_ remains: FaultyStore.Remains) throws {
    for call in 1...8 {
      let bench = try SnapshotBench()
      for day in 1...3 { try bench.add(day: Int64(day), tree: UInt64(day)) }
      let faulty = FaultyStore(bench.store)
      faulty.crash(at: call, leaving: remains)
      let job = TagJob(bench.access(through: faulty), options: TagJob.Options(.set(["x"]))) { _ in }
      _ = try? job.perform(bench.context)
      #expect(faulty.isDead || call == 8)
      let trees = try Set(Repository.opened(bench.store).soundSnapshots().map(\.snapshot.tree.word3))
      #expect(trees == [1, 2, 3], "after call \(call)")
    }
  }

  @Test func `a new file that cannot be saved leaves the old one`() throws {
    let id = try bench.add(day: 1)
    let faulty = FaultyStore(bench.store)
    faulty.fail(.save, below: "snapshots", with: .noSpace)
    let error = #expect(throws: StoreError.self) { try tag(.set(["x"]), through: faulty) }
    #expect(error?.exitCode == .noSpace && bench.ids == [id])
  }

  @Test func `where nothing may be removed, nothing is made anew`() throws {
    let id = try bench.add(day: 1)
    let faulty = FaultyStore(bench.store)
    faulty.fail(.remove, below: "snapshots", with: .refused)
    let error = #expect(throws: RepositoryError.self) { try tag(.set(["x"]), through: faulty) }
    #expect(error?.exitCode == .destinationUnreachable && bench.ids == [id])
  }

  @Test func `an old file that cannot be removed is told`() throws {
    let id = try bench.add(day: 1)
    let faulty = FaultyStore(bench.store)
    faulty.fail(.remove, below: "snapshots")
    let result = try tag(.set(["x"]), through: faulty)
    #expect(result.exitCode == .partial && bench.ids.count == 2)
    #expect(bench.events.losses.map(\.subject) == [id.description])
  }

  @Test func `what was forgotten meanwhile does not come back`() throws {
    let ids = try (1...2).map { try bench.add(day: $0) }
    let store = bench.store
    let gone = bench.path(ids[0])
    let meddled = MeddledStore(store, before: .save, "locks") { try? store.remove(StoreKey(gone)) }
    let result = try tag(.set(["x"]), through: meddled)
    #expect(bench.ids.count == 1 && result.count("snapshotsChanged") == 1)
  }

  @Test func `one that cannot be read stays as it is and is told`() throws {
    let ids = try (1...2).map { try bench.add(day: $0) }
    bench.damage(ids[0])
    let result = try tag(.set(["x"]))
    #expect(result.exitCode == .partial && bench.ids.contains(ids[0]) && !bench.ids.contains(ids[1]))
    #expect(bench.events.has("unreadable-snapshot", bench.path(ids[0])))
    #expect(throws: RepositoryError.self) { try tag(.set(["x"])) { $0.names = [ids[0].short] } }
  }
}
