import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// What repaired snapshots look like.
@Suite("Repaired snapshots")
struct SnapshotRepairTests {
  private func forged(_ nodes: (Forger) throws -> [Node]) throws -> (Forger, StoredSnapshot) {
    let forger = try Forger()
    return (forger, try forger.snapshot(of: forger.tree(try nodes(forger))))
  }

  private func root(_ forger: Forger) throws -> (snapshot: StoredSnapshot, nodes: [Node]) {
    let snapshot = try #require(try forger.repository.soundSnapshots().last { $0.snapshot.tags.contains("repaired") })
    let index = try forger.repository.loadIndex(cancellation: Cancellation()).index
    return (
      snapshot, try BlobLoader(repository: forger.repository, index: index).nodes(of: snapshot.snapshot.tree, for: "")
    )
  }

  private static let lostID = Digest(words: 1, 2, 3, 4)

  @Test func `a file keeps what it has, its size fits, and its name tells`() throws {
    let (forger, old) = try forged { forger in
      [
        try forger.file(Array("half".utf8), Array("rest".utf8)) {
          $0.content?.insert(Self.lostID, at: 0)
          $0.size = 4 + 100
        },
        try forger.file(Array("whole".utf8), Array("whole".utf8)),
      ]
    }
    let treatment = try Repairs.snapshots(forger.store, forgets: false)
    let (snapshot, nodes) = try root(forger)
    #expect(nodes.map { displayed($0.name) } == ["half.incomplete", "whole"])
    #expect(nodes[0].size == 4 && nodes[0].content?.count == 1)
    #expect(treatment.lostPaths == ["/half"])
    #expect(treatment.events.text.contains("100 B of its 104 B are lost"))
    #expect(snapshot.snapshot.original == old.id && snapshot.snapshot.tags == ["repaired"])
    #expect(snapshot.snapshot.time == old.snapshot.time)
    // The original is still there, as it was.
    #expect(try forger.repository.soundSnapshots().contains { $0.id == old.id })
    #expect(forger.store.paths(in: "snapshots").count == 2)
  }

  @Test func `without a suffix names stay, as restic leaves them`() throws {
    let (forger, _) = try forged { forger in
      [try forger.file(Array("half".utf8), Array("rest".utf8)) { $0.content?.append(Self.lostID) }]
    }
    _ = try Repairs.snapshots(forger.store, forgets: false, suffix: "")
    #expect(try root(forger).nodes.map(\.name) == [Array("half".utf8)])
  }

  @Test func `a folder whose tree is gone becomes an empty one under another name`() throws {
    let (forger, _) = try forged { forger in
      [Forger.directory(Array("gone".utf8), Self.lostID), try forger.file(Array("z".utf8), [1])]
    }
    let treatment = try Repairs.snapshots(forger.store)
    #expect(treatment.lostPaths == ["/gone"])
    let repository = forger.repository
    #expect(try repository.examined().isSound)
    let items = try repository.restoredWhole()[0]
    #expect(Set(items.keys.map { displayed($0) }) == ["/gone.incomplete", "/z"])
  }

  @Test func `every snapshot is told what it lost, not only the first`() throws {
    let (forger, first) = try forged { forger in
      let inner = try forger.tree([try forger.file(Array("f".utf8), [1]) { $0.content = [Self.lostID] }])
      return [Forger.directory(Array("d".utf8), inner)]
    }
    let second = try forger.snapshot(of: first.snapshot.tree)
    let treatment = try Repairs.snapshots(forger.store, forgets: false)
    for snapshot in [first, second] {
      #expect(treatment.events.has("lost", "snapshot \(snapshot.id.short):/d/f"))
    }
  }

  @Test func `a snapshot without a readable root goes only when it is to be forgotten`() throws {
    let forger = try Forger()
    let lost = try forger.snapshot(of: Self.lostID)
    let kept = try Repairs.snapshots(forger.store, forgets: false)
    #expect(kept.result.map(\.kind) == [.lost] && kept.lostPaths == ["/"])
    #expect(forger.store.paths(in: "snapshots").count == 1)
    let gone = try Repairs.snapshots(forger.store)
    #expect(gone.result.filter(\.isForgotten).map(\.old.id) == [lost.id])
    #expect(forger.store.paths(in: "snapshots").isEmpty)
  }

  @Test func `repairing again makes no second copy, and forgetting later finds the first`() throws {
    let (forger, old) = try forged { forger in
      [try forger.file(Array("f".utf8), [1]) { $0.content?.append(Self.lostID) }]
    }
    let first = try Repairs.snapshots(forger.store, forgets: false)
    let again = try Repairs.snapshots(forger.store, forgets: false)
    #expect(first.result[0].kind == .rewritten)
    #expect(again.result.first { $0.old.id == old.id }?.kind == .alreadyRewritten)
    #expect(forger.store.paths(in: "snapshots").count == 2)
    _ = try Repairs.snapshots(forger.store)
    #expect(try forger.repository.soundSnapshots().map(\.id) == [try #require(first.result[0].newID)])
    #expect(try forger.repository.examined().isSound)
  }

  /// The index knows the empty tree, but its pack does not give it.
  @Test func `a lost empty tree is simply stored again`() throws {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    try repository.backUp([.directory("empty", [])])
    let forger = try Forger(in: store)
    let empty = forger.codec.hashed(Forger.encoded([]))
    let pack = try #require(try forger.indexed().first { $0.blobs.contains { $0.id == empty } })
    let blob = try #require(pack.blobs.first { $0.id == empty })
    store.edit(ObjectKind.pack.storeKey(of: pack.id).path) { $0[Int(blob.offset) + 18] ^= 1 }
    #expect(try !repository.examined(data: .none).isSound)
    let treatment = try Repairs.snapshots(store)
    #expect(treatment.lostPaths.isEmpty)
    let items = try repository.restoredWhole()[0]
    #expect(items[Array("/empty".utf8)]?.kind == .directory)
  }

  /// Nobody writes such trees but by mistake or malice; a repaired snapshot has none of it.
  @Test func `what no tree may hold is put right and named`() throws {
    let (forger, _) = try forged { forger in
      var irregular = Node(name: Array("odd".utf8), kind: .other("irregular"))
      irregular.modified = MemoryEntry.time
      var link = Node(name: Array("link".utf8), kind: .symlink)
      link.modified = MemoryEntry.time
      return [
        try forger.file(Array("b".utf8), Array("second".utf8)),
        try forger.file(Array("a".utf8), Array("first".utf8)),
        try forger.file(Array("a".utf8), Array("twin".utf8)),
        try forger.file(Array("..".utf8), Array("up".utf8)),
        try forger.file(Array("x/y".utf8), Array("slash".utf8)),
        try forger.file([], Array("nameless".utf8)),
        try forger.file(Array("size".utf8), Array("four".utf8)) { $0.size = 5 },
        try forger.file(Array("null".utf8), Array("none".utf8)) { $0.content = nil },
        try forger.file(Array("timeless".utf8), Array("t".utf8)) { $0.modified = .missing },
        Forger.directory(Array("treeless".utf8), nil), irregular, link,
      ]
    }
    #expect(try !forger.repository.examined().isSound)
    let treatment = try Repairs.snapshots(forger.store)
    let examination = try forger.repository.examined()
    #expect(examination.isSound, "\(examination.text)")
    #expect(treatment.lostPaths == ["/null", "/treeless", "/odd", "/link"])
    let items = try forger.repository.restoredWhole()[0]
    let contents = Dictionary(items.compactMap { path, item in item.content.map { (displayed(path), displayed($0)) } })
    {
      first, _ in first
    }
    #expect(
      contents == [
        "/a": "first", "/a.2": "twin", "/b": "second", "/_..": "up", "/x_y": "slash", "/unnamed": "nameless",
        "/size": "four", "/null.incomplete": "", "/timeless": "t",
      ])
  }

  @Test func `a long name is cut between characters, so that its mark fits`() throws {
    let name = String(repeating: "ü", count: 127)
    let (forger, _) = try forged { forger in
      [try forger.file(Array(name.utf8), [1]) { $0.content = [Self.lostID] }]
    }
    _ = try Repairs.snapshots(forger.store)
    let found = try #require(try forger.repository.restoredWhole()[0].keys.first)
    #expect(found.count <= 256 && displayed(found).hasSuffix("ü.incomplete"))
    #expect(String(validating: found, as: UTF8.self) != nil)
  }

  @Test func `a tree hundreds of thousands of levels deep is repaired without running out of stack`() throws {
    let forger = try Forger()
    var tree = try forger.tree([try forger.file(Array("f".utf8), [1]) { $0.content = [Self.lostID] }])
    var blobs: [[UInt8]] = []
    for _ in 0..<2000 {
      let bytes = Forger.encoded([Forger.directory(Array("d".utf8), tree)])
      blobs.append(bytes)
      tree = forger.codec.hashed(bytes)
    }
    try forger.blobs(blobs, .tree)
    try forger.snapshot(of: tree)
    let treatment = try Repairs.snapshots(forger.store)
    #expect(treatment.lostPaths.count == 1)
    #expect(try forger.repository.examined().isSound)
  }
}
