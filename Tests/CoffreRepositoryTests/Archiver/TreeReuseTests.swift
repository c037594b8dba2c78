import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// A folder whose nodes are all as the parent snapshot has them keeps its tree. Whatever differs, were it one field, must
/// give the tree that a backup without a parent gives.
@Suite("Trees taken over from the parent", .timeLimit(.minutes(10)))
struct TreeReuseTests {
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (inout [MemoryEntry]) -> Void

    init(_ description: String, _ make: @escaping @Sendable (inout [MemoryEntry]) -> Void) {
      testDescription = description
      self.make = make
    }
  }

  /// `top`, with `deep` in it, and beside it `still`, which never changes.
  private static let entries: [MemoryEntry] = [
    .directory(
      "top",
      [
        .directory(
          "deep", [file, .symlink("link", to: "file"), .file("other", Array("other".utf8), permissions: 0o600)]),
        .file("beside", "beside"),
      ]),
    .directory("still", [.file("x", "x"), .directory("empty", [])]),
  ]

  private static let file = MemoryEntry.file("file", Array("content".utf8), inode: 77).with { entry in
    entry.details.extendedAttributes = [extendedAttribute("user.a", 1), extendedAttribute("user.b")]
  }

  private static func extendedAttribute(_ name: String, _ value: UInt8...) -> ExtendedAttribute {
    ExtendedAttribute(name: Array(name.utf8), value: value)
  }

  private static let aMoment = Timestamp(
    seconds: MemoryEntry.time.seconds, nanoseconds: MemoryEntry.time.nanoseconds + 1)

  /// Changes of the entries of `deep`, all but the last ones of one field only.
  static let changes: [Change] = [
    Change("modification time, one nanosecond") { $0[0].attributes.modified = aMoment },
    Change("change time, one nanosecond") { $0[0].attributes.changed = aMoment },
    Change("mode") { $0[0].attributes.permissions = 0o640 },
    Change("setuid") { $0[0].attributes.permissions |= 0o4000 },
    Change("user") { $0[0].attributes.userID += 1 },
    Change("group") { $0[0].attributes.groupID += 1 },
    Change("inode") { $0[0].attributes.inode += 1 },
    Change("device") { $0[0].attributes.device += 1 },
    Change("links") { $0[0].attributes.links += 1 },
    Change("value of an extended attribute") { $0[0].details.extendedAttributes[0] = extendedAttribute("user.a", 2) },
    Change("name of an extended attribute") { $0[0].details.extendedAttributes[0] = extendedAttribute("user.aa", 1) },
    Change("an extended attribute more") { $0[2].details.extendedAttributes = [extendedAttribute("user.c")] },
    Change("extended attributes gone") { $0[0].details.extendedAttributes = [] },
    Change("extended attributes in another order") { $0[0].details.extendedAttributes.reverse() },
    Change("content alone, where attributes prove nothing") {
      $0[0].isComparable = false
      $0[0].parts = [Array("CONTENT".utf8)]
    },
    Change("name") { $0[0].name = Array("filf".utf8) },
    Change("name, to another place in the order") { $0[0].name = Array("zzz".utf8) },
    Change("names exchanged") { ($0[0].name, $0[2].name) = ($0[2].name, $0[0].name) },
    Change("link target") { $0[1].details.linkTarget.append(0x32) },
    Change("link instead of a file") { $0[2] = .symlink("other", to: "file") },
    Change("folder instead of a file") { $0[2] = .directory("other", []) },
    Change("a file less") { $0.removeLast() },
    Change("the first file less") { $0.removeFirst() },
    Change("nothing left") { $0 = [] },
    Change("a file more") { $0.append(.file("more", "")) },
    Change("an empty folder more") { $0.append(.directory("more", [])) },
    Change("a file for another") { $0[2] = .file("third", Array("other".utf8), permissions: 0o600) },
    Change("content, its size and time") {
      $0[2] = .file("other", Array("more than before".utf8), permissions: 0o600, modified: later)
    },
  ]

  private static let later = MemoryEntry.time.adding(seconds: 60)

  private static func changed(_ change: (inout [MemoryEntry]) -> Void) -> [MemoryEntry] {
    var entries = entries
    change(&entries[0].children[0].children)
    return entries
  }

  /// Extended attributes are asked for again, whatever the change time says.
  private func ignoreChangeTime(_ request: inout ArchiveRequest) { request.change.ignoresChangeTime = true }

  /// The root tree in a repository that never saw anything else.
  private func lonelyTree(of entries: [MemoryEntry]) throws -> TreeID {
    try Repository.forTest(in: MemoryStore()).backUp(MemorySession(entries), parent: false).tree
  }

  @Test func `nothing changed: the same tree, and nothing but the snapshot is written`() throws {
    let store = RecordingStore(MemoryStore())
    let repository = try Repository.forTest(in: store)
    let first = try repository.backUp(MemorySession(Self.entries))
    store.forget()
    let again = try repository.backUp(MemorySession(Self.entries), time: 1_700_002_000)
    #expect(again.tree == first.tree && again.isUnchanged)
    #expect(store.saves.map(\.folder) == ["snapshots"])
    #expect(again.summary.unmodifiedDirectories == 4 && again.summary.changedDirectories == 0)
    #expect(again.summary.treeBlobs == 0)
  }

  @Test func `the order of a listing is no change`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    let first = try repository.backUp(MemorySession(Self.entries))
    let again = try repository.backUp(MemorySession(Self.changed { $0.reverse() }.reversed()), time: 1_700_002_000)
    #expect(again.tree == first.tree && again.summary.treeBlobs == 0)
  }

  @Test(arguments: changes)
  func `one change gives the tree of a backup without a parent`(_ change: Change) throws {
    let repository = try Repository.forTest(in: MemoryStore())
    let first = try repository.backUp(MemorySession(Self.entries), ignoreChangeTime)
    let entries = Self.changed(change.make)
    let second = try repository.backUp(MemorySession(entries), time: 1_700_002_000, ignoreChangeTime)
    #expect(second.tree != first.tree)
    #expect(try second.tree == lonelyTree(of: entries))
    #expect(second.summary.changedDirectories == 2, "top and deep")
    #expect(second.summary.unmodifiedDirectories == 2, "still and empty")
    let examination = try repository.examined()
    #expect(examination.isSound, Comment(rawValue: examination.text))
    #expect(try repository.restoredWhole()[1] == BackupSample.restored(entries))
  }

  @Test func `access times count where they are stored`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    let first = try repository.backUp(MemorySession(Self.entries)) { $0.nodeFields.accessTime = true }
    let read = Self.changed { $0[0].attributes.accessed = Self.later }
    let second = try repository.backUp(MemorySession(read), time: 1_700_002_000) { $0.nodeFields.accessTime = true }
    #expect(second.tree != first.tree)
    let third = try repository.backUp(MemorySession(Self.entries), time: 1_700_003_000)
    #expect(third.tree == first.tree, "not stored: the modification time stands in its place")
  }

  // MARK: Trees of others

  /// The parent's tree of `f`, an older snapshot of the same path, as somebody else wrote it.
  private func backUp(after tree: [UInt8], in forger: Forger) throws -> (result: ArchiveResult, subtree: TreeID) {
    let subtree = try forger.blob(tree, .tree)
    try forger.snapshot(of: forger.tree([Forger.directory(Array("f".utf8), subtree)]))
    return (try forger.repository.backUp(MemorySession([Self.folder]), time: 1_700_002_000), subtree)
  }

  private static let folder = MemoryEntry.directory("f", [.file("a", ""), .file("b", "")])

  /// The nodes of `folder` as a backup stores them.
  private func nodes(in forger: Forger) throws -> [Node] {
    let result = try forger.repository.backUp(MemorySession(Self.folder.children), parent: false)
    let index = try forger.repository.loadIndex(cancellation: Cancellation()).index
    for path in forger.store.paths(in: "snapshots") { forger.store[path] = nil }
    return try BlobLoader(repository: forger.repository, index: index, codec: forger.codec)
      .nodes(of: result.tree, for: "a test")
  }

  @Test func `a tree that says the same in other bytes is kept`() throws {
    let forger = try Forger()
    let text = try Forger.encoded(nodes(in: forger))
    let (result, subtree) = try backUp(after: text.dropLast() + [0x20, 0x0A], in: forger)
    #expect(result.summary.unmodifiedDirectories == 1 && result.summary.treeBlobs == 1, "the root's only")
    let index = try forger.repository.loadIndex(cancellation: Cancellation()).index
    let root = try BlobLoader(repository: forger.repository, index: index, codec: forger.codec)
      .nodes(of: result.tree, for: "a test")
    #expect(root.map(\.subtree) == [subtree])
    #expect(try forger.repository.examined().isSound)
  }

  @Test func `a tree that is not sorted is written anew`() throws {
    let forger = try Forger()
    let (result, _) = try backUp(after: Forger.encoded(nodes(in: forger).reversed()), in: forger)
    #expect(try result.tree == lonelyTree(of: [Self.folder]))
  }

  @Test func `a tree that names one file twice is written anew`() throws {
    let forger = try Forger()
    let nodes = try nodes(in: forger)
    let (result, _) = try backUp(after: Forger.encoded([nodes[0], nodes[1], nodes[1]]), in: forger)
    #expect(try result.tree == lonelyTree(of: [Self.folder]))
  }

  /// Nothing is known of it: no folder is as it was, an empty one neither.
  @Test(arguments: [true, false])
  func `a tree that cannot be read is never taken over`(_ isIndexed: Bool) throws {
    let forger = try Forger()
    let full = try forger.tree([forger.file(Array("gone".utf8), [1, 2, 3])])
    try forger.snapshot(of: forger.tree([Forger.directory(Array("f".utf8), full)]))
    if isIndexed {
      let index = try forger.repository.loadIndex(cancellation: Cancellation()).index
      let place = try #require(index.location(of: full, .tree))
      forger.store.edit(ObjectKind.pack.storeKey(of: place.pack).path) { $0[Int(place.offset) + 20] ^= 1 }
    } else {
      try forger.rewriteIndex { packs in packs.removeAll { $0.blobs.contains { $0.id == full } } }
    }
    let events = EventLog()
    let empty = MemoryEntry.directory("f", [])
    let result = try forger.repository.backUp(MemorySession([empty]), events: events, time: 1_700_002_000)
    #expect(events.has("parent-unreadable", "/f"))
    #expect(try result.tree == lonelyTree(of: [empty]))
  }
}
