import CoffreCore
import CoffreRepository
import CoffreTestKit
import FuseKit
import Testing

@testable import CoffreMount

/// What the kernel would be told, without a kernel.
@Suite("A repository as a file system")
struct RepositoryFileSystemTests {
  private let store = MemoryStore()
  private let repository: Repository
  private let events = EventLog()

  init() throws {
    repository = try Repository.forTest(in: store)
    try repository.backUp(Self.entries)
  }

  private static let oddName: [UInt8] = [0x66, 0xFF, 0x0A]

  private static var entries: [MemoryEntry] {
    let linked = { (name: String) in
      MemoryEntry.file(name, Array("one file".utf8), inode: 77).with { $0.attributes.links = 2 }
    }
    return [
      .file("file", "content"), .file("empty", ""), linked("link-1"), .file("odd", "odd").with { $0.name = oddName },
      .directory(
        "folder",
        [
          linked("link-2"), .symlink("symlink", to: "../file"), .fifo("fifo"),
          .directory("deep", [.file("deepest", "at last")]),
        ]),
      .file("special", "x").with { entry in
        entry.attributes.permissions = 0o4755
        entry.attributes.userID = 4_000_000_000
        entry.details.extendedAttributes = [ExtendedAttribute(name: Array("user.a".utf8), value: [0, 1])]
      },
    ]
  }

  private func mounted(_ change: (inout RepositoryMount.Settings) -> Void = { _ in }) throws -> RepositoryFileSystem {
    var settings = RepositoryMount.Settings()
    settings.refreshInterval = .zero
    change(&settings)
    let mount = RepositoryMount(of: repository, settings, events: events, cancellation: Cancellation())
    return try mount.makeFileSystem(
      SnapshotRoster(of: repository, filter: settings.filter), MountReports(events))
  }

  private func find(_ path: String, in fileSystem: RepositoryFileSystem) throws(FileSystemFailure) -> NumberedEntry {
    try find(path.split(separator: "/").map { Array($0.utf8) }, in: fileSystem)
  }

  private func find(_ path: [[UInt8]], in fileSystem: RepositoryFileSystem) throws(FileSystemFailure) -> NumberedEntry {
    var found = try fileSystem.look(at: topNode)
    for name in path { found = try fileSystem.lookUp(name, in: found.node) }
    return found
  }

  /// The newest snapshot.
  private func top(of fileSystem: RepositoryFileSystem) throws -> String {
    let link = try find("snapshots/latest", in: fileSystem)
    return "snapshots/\(displayed(try fileSystem.details(of: link.node).linkTarget))"
  }

  private func names(_ path: String, in fileSystem: RepositoryFileSystem) throws -> [[UInt8]] {
    let folder = try fileSystem.openFolder(find(path, in: fileSystem).node)
    return (0..<folder.count).map { folder.entry(at: $0).name }
  }

  private func content(_ path: String, in fileSystem: RepositoryFileSystem) throws -> String {
    let file = try fileSystem.openFile(find(path, in: fileSystem).node)
    var bytes = [UInt8](repeating: 0, count: 100)
    var span = bytes.mutableSpan
    return displayed(bytes[..<(try file.read(at: 0, into: &span))])
  }

  @Test func `lists and finds every entry, under its very bytes`() throws {
    let fileSystem = try mounted()
    let top = try top(of: fileSystem)
    let expected = Self.entries.map(\.name).sorted { $0.lexicographicallyPrecedes($1) }
    #expect(try names(top, in: fileSystem) == expected)
    let folder = try fileSystem.openFolder(find(top, in: fileSystem).node)
    for position in 0..<folder.count {
      let (name, listed) = folder.entry(at: position)
      #expect(try fileSystem.lookUp(name, in: find(top, in: fileSystem).node) == listed)
      #expect(try fileSystem.look(at: listed.node) == listed)
    }
    #expect(throws: FileSystemFailure.notFound) { try find("\(top)/nothing", in: fileSystem) }
    #expect(throws: FileSystemFailure.notAFolder) { try find("\(top)/file/x", in: fileSystem) }
    #expect(throws: FileSystemFailure.notAFolder) {
      try fileSystem.openFolder(find("\(top)/file", in: fileSystem).node)
    }
    #expect(throws: FileSystemFailure.isAFolder) { try fileSystem.openFile(find("\(top)/folder", in: fileSystem).node) }
    #expect(throws: FileSystemFailure.isAFolder) { try fileSystem.openFile(topNode) }
    #expect(throws: FileSystemFailure.stale) { try fileSystem.look(at: 1 << 60) }
    #expect(throws: FileSystemFailure.notAFolder) { try find("snapshots/latest/file", in: fileSystem) }
  }

  @Test func `reads files, link targets and attributes`() throws {
    let fileSystem = try mounted()
    let top = try top(of: fileSystem)
    #expect(try content("\(top)/file", in: fileSystem) == "content")
    #expect(try content("\(top)/empty", in: fileSystem) == "")
    #expect(try content("\(top)/folder/deep/deepest", in: fileSystem) == "at last")
    let symlink = try find("\(top)/folder/symlink", in: fileSystem)
    #expect(symlink.attributes.kind == .symlink && symlink.attributes.size == 7)
    #expect(try fileSystem.details(of: symlink.node).linkTarget == Array("../file".utf8))
    let special = try find("\(top)/special", in: fileSystem)
    #expect(special.attributes.permissions == 0o4755 && special.attributes.userID == 4_000_000_000)
    #expect(special.attributes.modified == MemoryEntry.time)
    #expect(
      try fileSystem.details(of: special.node).extendedAttributes == [
        ExtendedAttribute(name: Array("user.a".utf8), value: [0, 1])
      ])
    #expect(try find("\(top)/folder/fifo", in: fileSystem).attributes.kind == .fifo)
  }

  @Test func `two names of one file have one inode number, everything else its own`() throws {
    let fileSystem = try mounted()
    let top = try top(of: fileSystem)
    let first = try find("\(top)/link-1", in: fileSystem).attributes
    let second = try find("\(top)/folder/link-2", in: fileSystem).attributes
    #expect(first.inode == second.inode && first.links == 2 && second.links == 2)
    var numbers: Set<UInt64> = [first.inode]
    let paths =
      ["", "snapshots", "ids", "hosts", "snapshots/latest", top]
      + ["file", "empty", "folder", "folder/fifo"].map { "\(top)/\($0)" }
    for path in paths { #expect(numbers.insert(try find(path, in: fileSystem).attributes.inode).inserted, "\(path)") }
    #expect(!numbers.contains(0))
  }

  @Test func `inode numbers are the same at the next mount, and differ between snapshots`() throws {
    let (one, two) = (try mounted(), try mounted())
    let before = try top(of: one)
    for path in ["", "snapshots", before, "\(before)/file", "\(before)/link-1", "\(before)/folder/deep"] {
      #expect(try find(path, in: one).attributes.inode == find(path, in: two).attributes.inode)
    }
    // A file that changed between two snapshots is not one file: `diff -r` must not take it for unchanged.
    try repository.backUp(MemorySession(Self.entries), time: 1_700_009_000)
    let after = try top(of: one)
    #expect(after != before)
    for path in ["file", "link-1"] {
      #expect(
        try find("\(before)/\(path)", in: one).attributes.inode != find("\(after)/\(path)", in: one).attributes.inode)
    }
  }

  @Test func `keeps nothing of what the kernel has forgotten`() throws {
    let fileSystem = try mounted()
    let top = try top(of: fileSystem)
    var kept: [NodeNumber] = []
    for _ in 0..<3 {
      var found = try fileSystem.look(at: topNode)
      for name in "\(top)/folder/deep/deepest".split(separator: "/") {
        found = try fileSystem.lookUp(Array(name.utf8), in: found.node)
        kept.append(found.node)
      }
    }
    // The kernel names the same entry by the same number all the while.
    #expect(Set(kept).count == kept.count / 3)
    #expect(fileSystem.folders.count == 3)
    do {
      let folder = try fileSystem.openFolder(kept[2])
      folder.keep(0)
      for node in kept { fileSystem.forget(node, mentions: 1) }
      #expect(fileSystem.folders.count == 1, "an open folder stays")
      fileSystem.forget(folder.entry(at: 0).found.node, mentions: 1)
      #expect(fileSystem.folders.count == 1)
    }
    #expect(fileSystem.folders.count == 0)
    // What fails leaves nothing behind either.
    let snapshot = try find(top, in: fileSystem)
    _ = try? fileSystem.lookUp(Array("nothing".utf8), in: snapshot.node)
    #expect(fileSystem.folders.count == 0)
  }

  @Test func `shows new snapshots and reads what they brought, and drops those that are gone`() throws {
    let fileSystem = try mounted()
    let before = try top(of: fileSystem)
    let held = try find("\(before)/folder", in: fileSystem)
    try Repository.opened(store).backUp([.file("new", "brand new")], time: 1_700_009_000)
    #expect(try names("snapshots", in: fileSystem).count == 3)
    let after = try top(of: fileSystem)
    #expect(try content("\(after)/new", in: fileSystem) == "brand new")

    let old = try #require(try repository.soundSnapshots().first)
    store["snapshots/\(old.id)"] = nil
    #expect(try names("ids", in: fileSystem).count == 1)
    #expect(throws: FileSystemFailure.notFound) { try find(before, in: fileSystem) }
    // Whoever is in it may go on as long as its data are there.
    #expect(try fileSystem.openFolder(held.node).count == 4)
  }

  @Test func `a name that another snapshot takes over is another folder`() throws {
    let fileSystem = try mounted()
    let path = try top(of: fileSystem)
    let before = try find(path, in: fileSystem)
    let old = try #require(try repository.soundSnapshots().first)
    store["snapshots/\(old.id)"] = nil
    try repository.backUp(MemorySession([.file("other", "x")]), parent: false)
    let after = try find(path, in: fileSystem)
    #expect(after.node != before.node && after.attributes.inode != before.attributes.inode)
    #expect(try names(path, in: fileSystem) == [Array("other".utf8)])
  }

  @Test func `a list that fails changes nothing and is told once`() throws {
    let faulty = FaultyStore(store)
    let opened = try Repository.opened(faulty)
    var settings = RepositoryMount.Settings()
    settings.refreshInterval = .zero
    let fileSystem = try RepositoryMount(of: opened, settings, events: events, cancellation: Cancellation())
      .makeFileSystem(SnapshotRoster(of: opened), MountReports(events))
    faulty.add(FaultyStore.Rule([.list], below: "snapshots", .fail(.unreachable)))
    for _ in 0..<3 { #expect(try names("ids", in: fileSystem).count == 1) }
    #expect(events.warnings.map(\.code) == ["not-listed"])
  }

  @Test func `damage is an error for what it concerns, told once with its path`() throws {
    let content = seededBytes(3, count: 3000)
    try repository.backUp([.file("damaged", content), .file("well", "all well")], time: 1_700_009_000)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let loader = BlobLoader(repository: repository, index: index)
    let newest = try #require(try repository.soundSnapshots().last)
    let node = try #require(try loader.nodes(of: newest.snapshot.tree, for: "the test").first)
    let blob = try #require(node.content?.first)
    let location = try #require(index.location(of: blob, .data))
    store[ObjectKind.pack.storeKey(of: location.pack).path]?[Int(location.offset) + 50] ^= 1
    let fileSystem = try mounted()
    let top = try top(of: fileSystem)
    for _ in 0..<2 {
      #expect(throws: FileSystemFailure.damaged) { try self.content("\(top)/damaged", in: fileSystem) }
    }
    #expect(try self.content("\(top)/well", in: fileSystem) == "all well")
    #expect(events.warnings.count == 1 && events.has("unreadable", "\(newest.id.short):/damaged"), "\(events.text)")
    #expect(events.losses.count == 1)
  }

  @Test func `a folder whose tree is lost is an error, its neighbours are not`() throws {
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let newest = try #require(try repository.soundSnapshots().last)
    let nodes = try BlobLoader(repository: repository, index: index).nodes(of: newest.snapshot.tree, for: "the test")
    let tree = try #require(nodes.first { $0.name == Array("folder".utf8) }?.subtree)
    let location = try #require(index.location(of: tree, .tree))
    store[ObjectKind.pack.storeKey(of: location.pack).path]?[Int(location.offset) + 20] ^= 1
    let fileSystem = try mounted()
    let top = try top(of: fileSystem)
    let folder = try find("\(top)/folder", in: fileSystem)
    #expect(throws: FileSystemFailure.damaged) { try fileSystem.openFolder(folder.node) }
    #expect(throws: FileSystemFailure.damaged) { try find("\(top)/folder/deep", in: fileSystem) }
    #expect(try content("\(top)/file", in: fileSystem) == "content")
    #expect(events.warnings.map(\.subject) == ["\(newest.id.short):/folder"], "\(events.text)")
  }

  @Test func `everything belongs to root if that is wished`() throws {
    let fileSystem = try mounted { $0.isOwnedByRoot = true }
    let special = try find("\(top(of: fileSystem))/special", in: fileSystem).attributes
    #expect(special.userID == 0 && special.groupID == 0)
  }

  @Test func `one folder of a snapshot may be the top`() throws {
    let stored = try #require(try repository.soundSnapshots().last)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let nodes = try BlobLoader(repository: repository, index: index).nodes(of: stored.snapshot.tree, for: "the test")
    let node = try #require(nodes.first { $0.name == Array("folder".utf8) })
    let only = SnapshotTop(stored, folder: node, at: Array("/folder".utf8), tree: try #require(node.subtree))
    let fileSystem = try mounted { $0.only = only }
    #expect(try names("", in: fileSystem).count == 4)
    #expect(try content("deep/deepest", in: fileSystem) == "at last")
    #expect(try fileSystem.look(at: topNode).attributes.permissions == 0o755)
    #expect(try fileSystem.look(at: topNode).attributes.modified == MemoryEntry.time)
  }
}
