import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Comparing snapshots")
struct SnapshotComparisonTests {
  private func compare(_ repository: Repository, _ before: TreeID, _ after: TreeID, metadata: Bool = false) throws -> (
    changes: [String], statistics: ComparisonStatistics, damaged: [String]
  ) {
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    var (changes, damaged) = ([String](), [String]())
    let comparison = SnapshotComparison(
      loader: BlobLoader(repository: repository, index: index), reportsMetadata: metadata, cancellation: Cancellation()
    ) {
      changes.append("\($0.modifier) \(displayed($0.path))")
    } damaged: {
      damaged.append(displayed($0.path))
    }
    let statistics = try comparison.compare(before, with: after)
    return (changes, statistics, damaged)
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `content that changed while nothing else did looks like damage on the disk`() throws {
    let forger = try Forger()
    let file = try forger.file(bytes("file"), [1])
    let rotten = try forger.file(bytes("file"), [2])
    let touched = try forger.file(bytes("file"), [3]) { $0.modified = $0.modified.adding(seconds: 1) }
    let trees = try [file, rotten, touched].map { try forger.tree([$0]) }
    #expect(try compare(forger.repository, trees[0], trees[1]).changes == ["M? /file"])
    #expect(try compare(forger.repository, trees[0], trees[2]).changes == ["M /file"])
    #expect(try compare(forger.repository, trees[0], trees[2]).statistics.changedFiles == 1)
  }

  @Test func `a new type is told, with no look inside`() throws {
    let forger = try Forger()
    let inner = try forger.tree([try forger.file(bytes("in it"), [1])])
    let before = try forger.tree([try forger.file(bytes("a"), [2]), Forger.directory(bytes("b"), inner)])
    var link = Node(name: bytes("b"), kind: .symlink)
    link.linkTarget = bytes("x")
    let after = try forger.tree([Forger.directory(bytes("a"), inner), link])
    let result = try compare(forger.repository, before, after)
    #expect(result.changes == ["T /a/", "T /b"])
    #expect(result.statistics.added.files == 0 && result.statistics.removed.directories == 0)
  }

  @Test func `what was moved, or is elsewhere in a directory that stayed, is not counted`() throws {
    let forger = try Forger()
    let content = seededBytes(1, count: 1000)
    let kept = try forger.tree([try forger.file(bytes("copy"), content)])
    let other = try forger.file(bytes("other"), [1, 2, 3])
    let before = try forger.tree([Forger.directory(bytes("kept"), kept), other])
    let after = try forger.tree([Forger.directory(bytes("kept"), kept), try forger.file(bytes("new"), content)])
    let result = try compare(forger.repository, before, after)
    #expect(result.changes == ["+ /new", "- /other"])
    #expect(result.statistics.added.files == 1 && result.statistics.added.dataBlobs == 0)
    #expect(result.statistics.removed.dataBlobs == 1 && result.statistics.removed.treeBlobs == 1)
    let index = try forger.repository.loadIndex(cancellation: Cancellation()).index
    #expect(result.statistics.removed.bytes == 3 + UInt64(try #require(index.plainLength(of: before, .tree))))
  }

  @Test func `metadata is compared whatever its zone and order`() throws {
    let forger = try Forger()
    let one = ExtendedAttribute(name: bytes("user.a"), value: [1])
    let two = ExtendedAttribute(name: bytes("user.b"), value: [2])
    let before = try forger.tree([
      try forger.file(bytes("file"), [1]) { $0.extendedAttributes = [one, two] }
    ])
    let same = try forger.tree([
      try forger.file(bytes("file"), [1]) { node in
        node.extendedAttributes = [two, one]
        node.modified = node.modified.at(utcOffset: 3600)
      }
    ])
    #expect(before != same)
    #expect(try compare(forger.repository, before, same, metadata: true).changes.isEmpty)
    let changes: [(inout Node) -> Void] = [
      { $0.mode = GoFileMode(.file, permissions: 0o600) }, { $0.userID = 5 }, { $0.extendedAttributes = [one] },
      { $0.changed = MemoryEntry.time }, { $0.inode = 9 }, { $0.user = "somebody" }, { $0.links = 2 },
    ]
    for change in changes {
      let other = try forger.tree([
        try forger.file(bytes("file"), [1]) { node in
          node.extendedAttributes = [one, two]
          change(&node)
        }
      ])
      #expect(try compare(forger.repository, before, other, metadata: true).changes == ["U /file"])
      #expect(try compare(forger.repository, before, other).changes.isEmpty)
    }
  }

  @Test func `a directory that cannot be read is named, and the rest is compared`() throws {
    let forger = try Forger()
    let lost = Digest(words: 9, 9, 9, 9)
    let good = try forger.tree([try forger.file(bytes("x"), [1])])
    let before = try forger.tree([Forger.directory(bytes("d"), good), Forger.directory(bytes("e"), good)])
    let after = try forger.tree([Forger.directory(bytes("d"), lost), try forger.file(bytes("f"), [1])])
    let result = try compare(forger.repository, before, after)
    #expect(result.changes == ["- /e/", "- /e/x", "+ /f"])
    // Once as a directory, once as a tree that no index knows.
    #expect(result.damaged == ["/d/", "/"])
    #expect(throws: ContentError.self) { _ = try compare(forger.repository, lost, after) }
  }

  @Test func `equal snapshots differ in nothing, and no directory is read`() throws {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    try repository.backUp([.directory("d", [.file("f", "1")])])
    let recording = RecordingStore(store)
    let opened = try Repository.opened(recording)
    let tree = try #require(try opened.soundSnapshots().first).snapshot.tree
    recording.forget()
    let result = try compare(opened, tree, tree, metadata: true)
    #expect(result.changes.isEmpty && result.statistics == ComparisonStatistics())
    #expect(recording.calls.allSatisfy { $0.folder == "index" })
  }

  @Test func `depth has no limit`() throws {
    let forger = try Forger()
    var blobs: [[UInt8]] = []
    var trees: [TreeID] = []
    for content: UInt8 in [1, 2] {
      var tree = Forger.encoded([try forger.file(bytes("deep"), [content])])
      for _ in 0..<3000 {
        blobs.append(tree)
        tree = Forger.encoded([Forger.directory(bytes("d"), forger.codec.hashed(tree))])
      }
      blobs.append(tree)
      trees.append(forger.codec.hashed(tree))
    }
    try forger.blobs(blobs, .tree)
    let result = try compare(forger.repository, trees[0], trees[1])
    #expect(result.changes.count == 1 && result.changes[0].hasSuffix("/d/d/deep"))
    #expect(result.statistics.added.treeBlobs == 3001)
  }
}
