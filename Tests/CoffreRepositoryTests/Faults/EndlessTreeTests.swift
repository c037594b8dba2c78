import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// Few trees that stand for more entries than anybody can store, and very deep ones.
@Suite("Endless trees")
struct EndlessTreeTests {
  /// Directories in directories, each naming the next one `width` times.
  private func snapshot(_ forger: Forger, width: Int, depth: Int) throws -> StoredSnapshot {
    var blobs: [[UInt8]] = [Forger.encoded([try forger.file(Array("leaf".utf8), [1])])]
    for _ in 0..<depth {
      let id = forger.codec.hashed(blobs[blobs.count - 1])
      blobs.append(Forger.encoded((0..<width).map { Forger.directory(Array("d\($0 + 100)".utf8), id) }))
    }
    let top = try forger.blobs(blobs + [Forger.encoded([try forger.file(Array("good".utf8), [2])])], .tree)
    let both = try forger.tree([
      Forger.directory(Array("bomb".utf8), top[top.count - 2]),
      Forger.directory(Array("honest".utf8), top[top.count - 1]),
    ])
    return try forger.snapshot(of: both)
  }

  @Test(.timeLimit(.minutes(10))) func `trees that name each other again and again are cut off, the rest is restored`()
    throws
  {
    let forger = try Forger()
    let snapshot = try snapshot(forger, width: 100, depth: 6)  // 10^12 files
    let events = EventLog()
    let target = MemoryRestore()
    try forger.repository.restore(snapshot, to: target, events: events) { $0.repetitionLimit = 5_000 }
    #expect(target.items.count < 20_000, "\(target.items.count)")
    #expect(
      events.losses.count == 1 && events.losses.first?.message.description.contains("too often") == true,
      "\(events.text)")
    #expect(target.items[Array("/honest/good".utf8)]?.content == [2])
  }

  @Test func `a folder that stands twice is restored twice`() throws {
    let forger = try Forger()
    let snapshot = try snapshot(forger, width: 2, depth: 4)
    let events = EventLog()
    let target = MemoryRestore()
    try forger.repository.restore(snapshot, to: target, events: events) { $0.repetitionLimit = 100 }
    #expect(events.losses.isEmpty, "\(events.text)")
    #expect(target.items.values.filter { $0.kind == .file }.count == 17)
  }

  /// One in the other, with one file at the end.
  private func deep(_ levels: Int, fault: SourceError.Reason? = nil) -> MemoryEntry {
    let end = MemoryEntry.file("end", "x").failing { $0.open = fault }
    return (0..<levels).reduce(end) { entry, _ in .directory("a folder of a deep tree", [entry]) }
  }

  @Test(.timeLimit(.minutes(10))) func `a deep source is stored, and its places are told whole`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    let events = EventLog()
    try repository.backUp(MemorySession([deep(500, fault: .noPermission)]), events: events)
    let path = String(repeating: "/a folder of a deep tree", count: 500) + "/end"
    #expect(events.losses.map(\.subject) == [path])
  }

  /// Releases that release each other would exhaust the threads' stacks.
  @Test(.timeLimit(.minutes(10))) func `a long chain of folders is let go of`() {
    var last: DirectoryWork?
    let unopened = MemorySession([]).top
    for _ in 0..<200_000 {
      last = DirectoryWork(
        parent: last, node: Node(name: [0x61], kind: .directory), unopened: unopened, parentTree: nil)
    }
    #expect(last?.path.count == 400_000)
    last = nil
  }
}
