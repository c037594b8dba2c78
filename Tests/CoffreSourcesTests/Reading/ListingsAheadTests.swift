import CoffreCore
import CoffreSystem
import CoffreTestKit
import Glibc
import Testing

@testable import CoffreRepository
@testable import CoffreSources

@Suite("Listings ahead", .timeLimit(.minutes(10)))
struct ListingsAheadTests {
  private let workshop: Workshop

  init() throws {
    workshop = try Workshop()
    try workshop.make([
      "tree/a/one", "tree/a/deep/two", "tree/a/deep/er/three", "tree/b/x.tmp", "tree/b/four", "other/five",
    ])
  }

  private func session(_ targets: String..., change: (inout FilesSettings) -> Void = { _ in }) throws -> FilesSession {
    var settings = FilesSettings(
      targets: targets.map { Array($0.utf8) }, workingDirectory: Array(workshop.path.utf8))
    change(&settings)
    return try FilesSession(settings)
  }

  /// Prepared, and all of it listed.
  private func prepared(_ session: FilesSession, folders: Int) throws -> FilesSession {
    session.prepare()
    for _ in 0..<2000 where session.context.ahead.count < folders { usleep(5000) }
    try #require(session.context.ahead.count == folders)
    return session
  }

  private func paths(_ session: FilesSession) throws -> [String] {
    defer { session.close() }
    return try session.allEntries().map(\.path).sorted()
  }

  @Test func `what was listed ahead is what would have been listed, and is used once`() throws {
    let session = try prepared(try session("tree", "other/five", "other"), folders: 6)
    #expect(try paths(session) == paths(try self.session("tree", "other/five", "other")))
    #expect(session.context.ahead.count == 0)
  }

  @Test func `patterns and markers hold`() throws {
    try workshop.make(["tree/c/stop", "tree/c/gone/six", "tree/own/seven"])
    let excludes = try PatternList([Pattern("*.tmp"), Pattern("deep")])
    let change = { (settings: inout FilesSettings) in
      settings.excludes = excludes
      settings.markers = [FilesSettings.Marker(name: Array("stop".utf8))]
      settings.ownFolders = [Array("\(workshop.path)/tree/own".utf8)]
    }
    let expected = try paths(try session("tree", change: change))
    #expect(!expected.contains { $0.contains("deep") || $0.contains("gone") || $0.contains("seven") })
    #expect(try paths(prepared(try session("tree", change: change), folders: 4)) == expected)
  }

  @Test func `files are read, and new folders found, though nothing was open`() throws {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    let first = try repository.backUp(prepared(try session("tree"), folders: 5))
    #expect(first.losses == 0)
    let second = try repository.backUp(try session("tree"), time: 1_700_002_000)
    #expect(second.tree == first.tree)
    try writeRealFile("\(workshop.path)/tree/a/deep/er/three", "changed")
    let third = try repository.backUp(prepared(try session("tree"), folders: 5), time: 1_700_003_000)
    #expect(third.summary.changedFiles == 1)
    let text = try repository.restored(try #require(try repository.soundSnapshots().last))
      .first { displayed($0.key).hasSuffix("three") }
    #expect(text?.value.content == Array("changed".utf8))
  }

  @Test func `what vanishes or is replaced after it was listed is no loss that is silent`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    let session = try prepared(try session("tree"), folders: 5)
    try removeRealTree("\(workshop.path)/tree/a/deep")
    try removeRealTree("\(workshop.path)/tree/b")
    try workshop.make(["tree/b/secret"])
    let events = EventLog()
    let result = try repository.backUp(session, events: events)
    #expect(events.warnings.filter { $0.code == "vanished" }.count >= 2, "\(events.text)")
    let restored = try repository.restored(try #require(try repository.soundSnapshots().last))
    #expect(!restored.keys.contains { displayed($0).hasSuffix("secret") || displayed($0).hasSuffix("three") })
    #expect(result.summary.totalFiles == 1)
  }

  @Test func `who never begins, and who begins at once, waits for nothing`() throws {
    for _ in 0..<50 {
      let unused = try session("tree", "other")
      unused.prepare()
      unused.close()
      let hasty = try session("tree")
      hasty.prepare()
      #expect(try paths(hasty).count == 10)
    }
  }
}
