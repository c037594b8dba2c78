import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

/// Trees that only a malicious or broken writer makes: the check names them, a restore takes what is good and nothing else.
@Suite("Hostile trees")
struct HostileTreeTests {
  /// Restores into a folder whose neighbour must stay untouched, and returns what lies below the folder.
  private func restoreIntoFolder(_ forger: Forger, _ snapshot: StoredSnapshot) throws -> (Set<String>, EventLog) {
    let outer = try TestFolder()
    try outer.write("neighbour", [1])
    let events = EventLog()
    let target = try FolderRestore(FolderRestoreSettings(target: outer.path("target")), cancellation: Cancellation())
    try forger.repository.restore(snapshot, to: target, events: events)
    #expect(try names(in: outer.path) == ["neighbour", "target"])
    #expect(try readFile(outer.path("neighbour"), limit: 10) == [1])
    return (try names(in: outer.path("target")), events)
  }

  private func names(in folder: PathBytes) throws -> Set<String> {
    var names: Set<String> = []
    try FileDescriptor.openDirectory(path: folder).listEntries(filter: { _ in true }) { name, _, _ in
      var text: [UInt8] = []
      append(name, to: &text)
      names.insert(displayed(text))
    }
    return names
  }

  // MARK: Names

  static let hostileNames: [[UInt8]] = [
    [], Array(".".utf8), Array("..".utf8), Array("a/b".utf8), Array("/".utf8), Array("../neighbour".utf8),
    Array("/tmp/coffre-hostile".utf8), [0], [97, 0, 98], Array("neighbour\0".utf8),
  ]

  @Test(arguments: hostileNames)
  func `a name that no file may have is named by the check and never made`(_ name: [UInt8]) throws {
    let forger = try Forger()
    let inner = try forger.tree([try forger.file(Array("inner".utf8), [3])])
    for hostile in [try forger.file(name, [1]), Forger.directory(name, inner)] {
      let good = try forger.file(Array("good".utf8), [2])
      let nodes = [hostile, good].sorted { $0.name.lexicographicallyPrecedes($1.name) }
      let snapshot = try forger.snapshot(of: forger.tree(nodes))
      #expect(!(try forger.repository.examined().isSound))
      let (names, events) = try restoreIntoFolder(forger, snapshot)
      #expect(names == ["good"])
      #expect(events.losses.map(\.code) == ["hostile-name"], Comment(rawValue: events.text))
      forger.store[ObjectKind.snapshot.storeKey(of: snapshot.id).path] = nil
    }
  }

  @Test func `a link and a directory of one name cannot be used to write through the link`() throws {
    let forger = try Forger()
    var link = Node(name: Array("way".utf8), kind: .symlink)
    link.modified = MemoryEntry.time
    link.linkTarget = Array("..".utf8)
    let inner = try forger.tree([try forger.file(Array("neighbour".utf8), [9, 9])])
    for nodes in [
      [link, Forger.directory(Array("way".utf8), inner)], [Forger.directory(Array("way".utf8), inner), link],
    ] {
      let snapshot = try forger.snapshot(of: forger.tree(nodes))
      #expect(try forger.repository.examined().names("has the name of another entry"))
      let (names, _) = try restoreIntoFolder(forger, snapshot)
      #expect(names == ["way"])
      forger.store[ObjectKind.snapshot.storeKey(of: snapshot.id).path] = nil
    }
  }

  @Test func `a hard link to a link does not lead outside`() throws {
    let forger = try Forger()
    func linked(_ name: String, _ kind: NodeKind) throws -> Node {
      var node = try forger.file(Array(name.utf8), [5])
      node.kind = kind
      node.inode = 77
      node.links = 2
      if kind == .symlink {
        node.linkTarget = Array("../neighbour".utf8)
        node.content = nil
        node.size = 0
      }
      return node
    }
    let snapshot = try forger.snapshot(of: forger.tree([try linked("a", .symlink), try linked("b", .file)]))
    let (names, _) = try restoreIntoFolder(forger, snapshot)
    #expect(names == ["a", "b"])
  }

  // MARK: Shape

  @Test(.timeLimit(.minutes(10))) func `ten thousand directories, one in the other, are checked and restored`() throws {
    let depth = 10_000
    let forger = try Forger()
    var blobs: [[UInt8]] = [Forger.encoded([try forger.file(Array("deep".utf8), [1])])]
    for _ in 0..<depth {
      let id = forger.codec.hashed(blobs[blobs.count - 1])
      blobs.append(Forger.encoded([Forger.directory(Array("d".utf8), id)]))
    }
    let top = try #require(try forger.blobs(blobs, .tree).last)
    let snapshot = try forger.snapshot(of: top)
    let examination = try forger.repository.examined()
    #expect(examination.isSound, Comment(rawValue: String(examination.text.prefix(500))))
    #expect(examination.counters.trees == depth + 1)
    let target = CountingRestore()
    try forger.repository.restore(snapshot, to: target)
    #expect(target.placed == depth + 1)
  }

  @Test func `thousands of entries without a name are all refused`() throws {
    let forger = try Forger()
    let node = Forger.encoded([Forger.directory([], digest(1))]).dropFirst(10).dropLast(3)
    var json = Array(#"{"nodes":["#.utf8)
    for number in 0..<2_000 {
      if number > 0 { json.append(UInt8(ascii: ",")) }
      json.append(contentsOf: node)
    }
    json.append(contentsOf: "]}\n".utf8)
    let snapshot = try forger.snapshot(of: forger.blob(json, .tree))
    #expect(!(try forger.repository.examined().isSound))
    #expect(try forger.repository.restored(snapshot).isEmpty)
  }

  // MARK: Content

  struct Lie: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What the check says.
    let finding: String
    let tell: @Sendable (inout Node) -> Void
  }

  static let lies: [Lie] = [
    Lie(testDescription: "a size too large", finding: "its size is given as 4 bytes") { $0.size = 4 },
    Lie(testDescription: "a size too small", finding: "its size is given as 0 bytes") { $0.size = 0 },
    Lie(testDescription: "a huge size", finding: "its size is given as") { $0.size = .max },
    Lie(testDescription: "no list of blobs", finding: "without a list of blobs") { $0.content = nil },
    Lie(testDescription: "a blob in no index", finding: "is in no index") { $0.content = [digest(1)] },
    Lie(testDescription: "a blob more that is in no index", finding: "is in no index") {
      $0.content?.append(digest(1))
    },
    Lie(testDescription: "an unknown type", finding: "unknown type 'irregular'") { $0.kind = .other("irregular") },
    Lie(testDescription: "an empty type", finding: "has no type") { $0.kind = .other("") },
    Lie(testDescription: "a directory without a tree", finding: "directory without a tree") {
      $0.kind = .directory
      $0.content = nil
    },
    Lie(testDescription: "a directory whose tree is nowhere", finding: "is in no index") {
      $0.kind = .directory
      $0.content = nil
      $0.subtree = digest(2)
    },
    Lie(testDescription: "a link without target", finding: "link without a target") {
      $0.kind = .symlink
      $0.content = nil
    },
    Lie(testDescription: "no time", finding: "no modification time") { $0.modified = .missing },
  ]

  @Test(arguments: lies)
  func `a lie is named by the check, restores nothing wrong, and spares the neighbours`(_ lie: Lie) throws {
    let forger = try Forger()
    let liar = try forger.file(Array("liar".utf8), [1, 2, 3], lie.tell)
    let good = try forger.file(Array("good".utf8), [4, 5])
    let snapshot = try forger.snapshot(of: forger.tree([good, liar]))
    let examination = try forger.repository.examined()
    #expect(examination.names(lie.finding), Comment(rawValue: examination.text))
    #expect(examination.names("liar"), Comment(rawValue: examination.text))
    let events = EventLog()
    let items = try forger.repository.restored(snapshot, events: events)
    #expect(items[Array("/good".utf8)]?.content == [4, 5])
    if let content = items[Array("/liar".utf8)]?.content { #expect(content == [1, 2, 3] || content.isEmpty) }
    if lie.testDescription != "no time" {
      #expect(
        events.warnings.contains { $0.subject.contains("liar") } || !items.keys.contains(Array("/liar".utf8))
          || items[Array("/liar".utf8)]?.kind == .symlink, Comment(rawValue: events.text))
    }
    _ = try restoreIntoFolder(forger, snapshot)
  }

  @Test func `blobs of the wrong kind are not taken for each other`() throws {
    let forger = try Forger()
    let data = try forger.blob(Forger.encoded([]), .data)
    let asTree = try forger.snapshot(of: data)
    #expect(try forger.repository.examined().names("is in no index"))
    #expect(throws: RepositoryError.self) { try forger.repository.restored(asTree) }
  }

  // MARK: Text that is no tree

  static let texts: [String] = [
    "", "{", "[]", "{}", "null", "\u{0}", #"{"nodes":null}"#, #"{"nodes":[null]}"#, #"{"nodes":[{}]}"#,
    #"{"nodes":[{"name":"a"}]}"#, #"{"nodes":[{"name":"\\q","type":"file"}]}"#, #"{"nodes":[],"nodes":[]}"#,
    #"{"nodes":[{"name":"a","type":"file","size":-1}]}"#, #"{"nodes":[{"name":"a","type":"file","uid":4294967296}]}"#,
    #"{"nodes":[{"name":"a","type":"file","mtime":"10000-01-01T00:00:00Z"}]}"#,
    #"{"nodes":[{"name":"a","type":"file","content":["short"]}]}"#,
    #"{"x":"# + String(repeating: "[", count: 100_000),
    #"{"nodes":[{"x":"# + String(repeating: "{\"a\":", count: 50_000),
  ]

  @Test(arguments: texts.indices)
  func `text that is no tree is an error that names the tree`(_ number: Int) throws {
    let forger = try Forger()
    let tree = try forger.blob(Array(Self.texts[number].utf8), .tree)
    let snapshot = try forger.snapshot(of: tree)
    // An empty object, or an empty list, is a tree of nothing; the check may let it pass, a restore finds no entry.
    do {
      #expect(try forger.repository.restored(snapshot).values.allSatisfy { $0.content?.isEmpty ?? true })
    } catch let error as any Explained {
      #expect(
        error.text.contains(tree.description) || error.text.contains(tree.short),
        Comment(rawValue: error.text.description))
      #expect(!(try forger.repository.examined().isSound))
    }
  }

  @Test func `a snapshot without a tree is damaged`() throws {
    let forger = try Forger()
    for json in [
      #"{"time":"2024-01-01T00:00:00Z","paths":["/"]}"#, #"{"time":"2024-01-01T00:00:00Z","tree":"","paths":["/"]}"#,
      #"{"time":"2024-01-01T00:00:00Z","tree":null,"paths":["/"]}"#, "{}", "[]",
      #"{"tree":"\#(digest(1))","time":"x"}"#,
    ] {
      let id = try forger.repository.saveUnpacked(.snapshot, Array(json.utf8).span, with: forger.codec)
      let path = ObjectKind.snapshot.storeKey(of: id).path
      let error = #expect(throws: RepositoryError.self) { try forger.repository.soundSnapshots() }
      #expect(error?.text.contains(path) == true)
      #expect(try forger.repository.examined().names(path))
      forger.store[path] = nil
    }
  }
}

/// Counts, keeps nothing.
private final class CountingRestore: RestoreSession {
  private let count = Atomic<Int>(0)
  var placed: Int { count.load(ordering: .relaxed) }

  func place(_ entry: RestoredEntry) throws(SourceError) -> Placement {
    count.add(1, ordering: .relaxed)
    return entry.attributes.kind == .file ? .write : .done
  }
  func write(_ bytes: Span<UInt8>, of entry: Int, at offset: Int64) throws(SourceError) {}
  func complete(_ entry: Int) throws(SourceError) -> [SourceError] { [] }
  func abandon(_ entry: Int) {}
  func finish(_ failed: (SourceError) -> Void) throws(Cancelled) {}
  func finishDirectories(_ failed: (SourceError) -> Void) throws(Cancelled) {}
  func read(_ entry: Int, at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int { 0 }
  func close() {}
}
