import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// Snapshots made anew without what patterns name.
@Suite("Rewriting snapshots")
struct SnapshotRewriterTests {
  private static let entries: [MemoryEntry] = [
    .directory(
      "a",
      [
        .file("keep", "kept"), .file("Secret.KEY", "a secret"), .directory("cache", [.file("x", "rubbish")]),
        .directory("deep", [.directory("cache", [.file("y", "more rubbish")]), .symlink("l", to: "keep")]),
      ]),
    .directory("untouched", [.file("u", "as it is")]),
  ]

  private let store = MemoryStore()
  private let repository: Repository
  private let original: StoredSnapshot

  init() throws {
    repository = try Repository.forTest(in: store)
    try repository.backUp(Self.entries)
    original = try repository.soundSnapshots()[0]
  }

  private struct Rewriting {
    let outcomes: [SnapshotOutcome]
    let events: EventLog
    var new: SnapshotID? { outcomes[0].newID }
  }

  private func rewrite(
    _ excludes: [String] = [], ignoringCase: [String] = [], in other: (any Store)? = nil,
    _ change: (inout SnapshotEdit) -> Void = { _ in }
  ) throws -> Rewriting {
    let repository = try Repository.opened(other ?? store)
    let events = EventLog()
    var settings = SnapshotEdit(tag: "rewrite")
    change(&settings)
    let all = try repository.snapshots().found
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let rewriter = SnapshotRewriter(
      repository: repository, index: index, change: settings,
      progress: RewriteProgress(events: events, reportsItems: true),
      cancellation: Cancellation())
    let rule = try ExcludeRule(PatternList(excludes, ignoringCase: ignoringCase))
    let made = try rewriter.save(try rewriter.rewrite(all, among: all, excluding: rule), confirm: {})
    return Rewriting(outcomes: try rewriter.forget(made, confirm: {}), events: events)
  }

  private func paths(_ id: SnapshotID?) throws -> Set<String> {
    let snapshot = try #require(try repository.soundSnapshots().first { $0.id == id })
    return Set(try repository.restored(snapshot).keys.map { displayed($0) })
  }

  private static let everything: Set<String> = [
    "/a", "/a/keep", "/a/Secret.KEY", "/a/cache", "/a/cache/x", "/a/deep", "/a/deep/cache", "/a/deep/cache/y",
    "/a/deep/l", "/untouched", "/untouched/u",
  ]

  @Test(
    arguments: [
      (["cache"], ["/a/cache", "/a/cache/x", "/a/deep/cache", "/a/deep/cache/y"]),
      (["/a/cache"], ["/a/cache", "/a/cache/x"]), (["/a/*/cache"], ["/a/deep/cache", "/a/deep/cache/y"]),
      (["cache/*"], ["/a/cache/x", "/a/deep/cache/y"]), (["cache/*", "!y"], ["/a/cache/x"]),
      (["*.KEY"], ["/a/Secret.KEY"]), (["/"], ["/a", "/untouched"]),
    ])
  func `what matches is gone, all else is as it was`(_ patterns: [String], _ gone: [String]) throws {
    let rewriting = try rewrite(patterns)
    let left = Self.everything.filter { path in !gone.contains { path == $0 || patterns == ["/"] } }
    #expect(try paths(rewriting.new) == left)
    #expect(try repository.examined().isSound)
    let (before, after) = (try repository.restored(original), try #require(rewriting.outcomes[0].new))
    let items = try repository.restored(
      StoredSnapshot(id: try #require(rewriting.new), snapshot: after))
    for (path, item) in items { #expect(before[path] == item) }
    // As much is told as there is.
    let files = items.values.compactMap(\.content)
    #expect(after.summary?.totalFiles == UInt64(files.count))
    #expect(after.summary?.totalBytes == UInt64(files.reduce(0) { $0 + $1.count }))
    #expect(after.summary?.start == original.snapshot.summary?.start)
    #expect(after.original == original.id && after.tags == ["rewrite"] && after.time == original.snapshot.time)
  }

  @Test func `case counts, unless it shall not`() throws {
    #expect(try rewrite(["secret.key"]).outcomes[0].kind == .unchanged)
    let folded = try rewrite(ignoringCase: ["SECRET.key"])
    #expect(try paths(folded.new) == Self.everything.subtracting(["/a/Secret.KEY"]))
  }

  @Test func `where nothing matches, nothing is written`() throws {
    let start = store.contents
    let rewriting = try rewrite(["nothing-is-called-so", "/a/keep/below-a-file"])
    #expect(rewriting.outcomes.map(\.kind) == [.unchanged])
    #expect(store.contents == start)
  }

  @Test func `trees that do not change keep their ids`() throws {
    let rewriting = try rewrite(["/a/keep"])
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let loader = BlobLoader(repository: repository, index: index)
    let old = try loader.nodes(of: original.snapshot.tree, for: "")
    let new = try loader.nodes(of: try #require(rewriting.outcomes[0].new?.tree), for: "")
    #expect(old[1] == new[1] && old[0].subtree != new[0].subtree)
    // One file less, and that is all: the node keeps its times.
    #expect(old[0].modified == new[0].modified)
  }

  @Test func `a dry run writes nothing and tells the same`() throws {
    let start = store.contents
    let planned = try rewrite(["cache"]) { $0.isDryRun = true }
    #expect(store.contents == start && planned.new == nil)
    let done = try rewrite(["cache"])
    #expect(planned.outcomes[0].new == done.outcomes[0].new)
  }

  @Test func `the same tree in many snapshots is rewritten once`() throws {
    for time in 1...5 { try repository.backUp(Self.entries, time: 1_700_002_000 + Int64(time)) }
    let recorded = RecordingStore(store)
    let rewriting = try rewrite(["cache"], in: recorded)
    #expect(rewriting.outcomes.count == 6 && Set(rewriting.outcomes.map { $0.new?.tree }).count == 1)
    // root, a, deep: three new trees in one pack.
    #expect(recorded.saves.count { $0.folder == "data" } == 1)
    #expect(try repository.examined().isSound)
  }

  @Test func `the same tree at another path is another matter`() throws {
    try repository.backUp(
      [
        .directory("one", [.directory("d", [.file("f", "1")])]),
        .directory("two", [.directory("d", [.file("f", "1")])]),
      ], time: 1_700_003_000)
    let rewriting = try rewrite(["/one/d/f"])
    let outcome = try #require(rewriting.outcomes.first { $0.kind == .rewritten })
    #expect(try paths(outcome.newID) == ["/one", "/one/d", "/two", "/two/d", "/two/d/f"])
  }

  @Test func `host and time can be given anew`() throws {
    let time = Timestamp(seconds: 1_600_000_000, nanoseconds: 0, utcOffset: 7200)
    let rewriting = try rewrite { change in
      change.hostName = "other"
      change.time = time
    }
    let new = try #require(rewriting.outcomes[0].new)
    #expect(new.hostname == "other" && new.time == time && new.tree == original.snapshot.tree)
    #expect(new.summary == original.snapshot.summary && new.original == original.id)
    #expect(try rewrite { $0.hostName = "machine" }.outcomes.first { $0.old.id == original.id }?.kind == .unchanged)
  }

  // MARK: What cannot be rewritten

  @Test func `a tree that would lose something is refused, and only its snapshot`() throws {
    let forger = try Forger(in: store)
    let file = try forger.file(Array("f".utf8), [1])
    let text = displayed(Forger.encoded([file, try forger.file(Array("g".utf8), [2])]))
    let richer = text.replacing("\"type\":\"file\"", with: "\"type\":\"file\",\"colour\":\"red\"")
    let strange = try forger.snapshot(of: try forger.blob(Array(richer.utf8), .tree))
    let rewriting = try rewrite(["f", "cache"])
    let outcome = try #require(rewriting.outcomes.first { $0.old.id == strange.id })
    #expect(outcome.kind == .refused && outcome.newID == nil)
    #expect(rewriting.events.has("refused", "snapshot \(strange.id.short)"))
    #expect(rewriting.outcomes.first { $0.old.id == original.id }?.kind == .rewritten)
    // Where nothing of it changes, what it holds more does no harm.
    #expect(try rewrite(["cache"]).outcomes.first { $0.old.id == strange.id }?.kind == .unchanged)
  }

  @Test func `a snapshot with a lost tree stays as it is, even if it is to be forgotten`() throws {
    let forger = try Forger(in: store)
    let broken = try forger.snapshot(of: forger.tree([Forger.directory(Array("gone".utf8), Digest(words: 1, 2, 3, 4))]))
    let rewriting = try rewrite(["cache"]) { $0.forgets = true }
    #expect(rewriting.outcomes.first { $0.old.id == broken.id }?.kind == .refused)
    #expect(rewriting.events.text.contains("'/gone' in snapshot \(broken.id.short)"))
    let left = Set(try repository.soundSnapshots().map(\.id))
    #expect(left.contains(broken.id) && !left.contains(original.id) && left.count == 2)
    // Leaving the lost folder out is a way to be rid of it.
    #expect(try rewrite(["gone"]).outcomes.first { $0.old.id == broken.id }?.kind == .rewritten)
  }

  // MARK: Again and again

  @Test func `rewriting again makes no second copy; forgetting later keeps the first`() throws {
    let first = try rewrite(["cache"])
    let again = try rewrite(["cache"])
    #expect(again.outcomes.first { $0.old.id == original.id }?.kind == .alreadyRewritten)
    #expect(store.paths(in: "snapshots").count == 2)
    _ = try rewrite(["cache"]) { $0.forgets = true }
    #expect(try repository.soundSnapshots().map(\.id) == [try #require(first.new)])
  }

  /// Between the two locks somebody may have forgotten the new one.
  @Test func `the old snapshot stays if the new one is gone when its turn comes`() throws {
    var change = SnapshotEdit(tag: "rewrite")
    change.forgets = true
    let events = EventLog()
    let rewriter = SnapshotRewriter(
      repository: repository, index: try repository.loadIndex(cancellation: Cancellation()).index, change: change,
      progress: RewriteProgress(events: events), cancellation: Cancellation())
    let rule = ExcludeRule(try PatternList(["cache"]))
    let made = try rewriter.save(try rewriter.rewrite([original], among: [original], excluding: rule), confirm: {})
    store["snapshots/\(try #require(made[0].newID))"] = nil
    let left = try rewriter.forget(made, confirm: {})
    #expect(!left[0].isForgotten && events.has("refused", "snapshot \(original.id.short)"))
    #expect(try repository.soundSnapshots().map(\.id) == [original.id])
  }

  @Test func `forgetting at once leaves one snapshot without a tag, with its origin`() throws {
    let rewriting = try rewrite(["cache"]) { $0.forgets = true }
    let left = try repository.soundSnapshots()
    #expect(left.map(\.id) == [try #require(rewriting.new)])
    #expect(left[0].snapshot.tags.isEmpty && left[0].snapshot.original == original.id)
    #expect(rewriting.outcomes[0].isForgotten)
  }

  @Test(arguments: [FaultyStore.Remains.nothing, .whole])
  func `dead at any write, every snapshot is there, and the next run ends the work`(_ remains: FaultyStore.Remains)
    throws
  {
    let start = store.contents
    for call in 1...30 {
      let memory = MemoryStore(start)
      let faulty = FaultyStore(memory)
      faulty.crash(at: call, leaving: remains)
      let result = Result { try rewrite(["cache"], in: faulty) { $0.forgets = true } }
      guard faulty.isDead else {
        #expect(call > 4, "a pack, an index, a snapshot, and one removed")
        return
      }
      #expect(throws: (any Error).self) { try result.get() }
      let repository = try Repository.opened(memory)
      #expect(try repository.examined().isSound, "write \(call)")
      #expect(try !repository.soundSnapshots().isEmpty, "write \(call)")
      _ = try rewrite(["cache"], in: memory) { $0.forgets = true }
      let left = try repository.soundSnapshots()
      #expect(left.count == 1 && left[0].snapshot.original == original.id, "write \(call)")
      #expect(try repository.examined().isSound, "write \(call)")
    }
    Issue.record("it never came to its end")
  }
}
