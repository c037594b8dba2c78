import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Finding")
struct FindingTests {
  // MARK: Prefixes

  @Test func `the beginning of an id matches exactly the ids that begin so`() throws {
    let id = try #require(Digest(hex: "0123456789abcdef" + String(repeating: "5a", count: 24)))
    for length in 1...64 { #expect(try #require(IDPrefix(String(id.description.prefix(length)))).matches(id)) }
    for wrong in ["1", "02", "0123456789abcdee", "0123456789abcdef6", id.description.dropLast() + "b"] {
      #expect(try !#require(IDPrefix(wrong)).matches(id), "\(wrong)")
    }
    for text in ["", "0x1", "g", "ABC", " 1", id.description + "0"] { #expect(IDPrefix(text) == nil, "\(text)") }
  }

  // MARK: Walks

  private static func entries(_ changed: String) -> [MemoryEntry] {
    [
      .directory("same", (0..<30).map { .directory("d\($0)", [.file("x\($0)", "same"), .file("y", "z")]) }),
      .directory("other", [.file("x-here", changed), .directory("deep", [.file("x-deep", changed)])]),
      .directory("copy", (0..<30).map { .directory("d\($0)", [.file("x\($0)", "same"), .file("y", "z")]) }),
    ]
  }

  private func find(_ criteria: FindCriteria, in repository: Repository, together: Bool) throws -> (
    found: [[String]], treesRead: Int, damaged: [String]
  ) {
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let loader = BlobLoader(repository: repository, index: index)
    let snapshots = try repository.soundSnapshots()
    var shared = SnapshotFinder(criteria, loader: loader, snapshotCount: snapshots.count)
    var (found, damaged, read) = ([[String]](), [String](), 0)
    for snapshot in snapshots {
      var finder = together ? shared : SnapshotFinder(criteria, loader: loader, snapshotCount: 1)
      var paths: [String] = []
      try finder.look(through: snapshot, cancellation: Cancellation()) {
        paths.append(displayed($0.path))
      } damaged: {
        damaged.append(displayed($0.path))
      }
      if together { shared = finder } else { read += finder.treesRead }
      found.append(paths)
    }
    return (found, together ? shared.treesRead : read, damaged)
  }

  private func criteria(_ patterns: String...) throws -> FindCriteria {
    var criteria = FindCriteria()
    criteria.patterns = try patterns.map { try Pattern($0, allowsNegation: false) }
    return criteria
  }

  @Test(arguments: [["x*"], ["deep"], ["/same/d1*/x*"], ["y", "other"], ["*"], ["nothing"], ["/copy/**"], ["d7/x7"]])
  func `snapshots together give what each gives alone, and cost less`(_ patterns: [String]) throws {
    let repository = try Repository.forTest(in: MemoryStore())
    for number in 0..<5 {
      try repository.backUp(Self.entries("content \(number)"), time: 1_700_000_000 + Int64(number))
    }
    var criteria = FindCriteria()
    criteria.patterns = try patterns.map { try Pattern($0, allowsNegation: false) }
    let together = try find(criteria, in: repository, together: true)
    let alone = try find(criteria, in: repository, together: false)
    #expect(together.found == alone.found)
    #expect(together.found.count == 5)
    #expect(
      together.treesRead < alone.treesRead / 2 || alone.treesRead < 20, "\(together.treesRead), \(alone.treesRead)")
  }

  @Test func `a directory that matches brings all that lies in it`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    try repository.backUp(Self.entries("1"))
    let (found, _, _) = try find(criteria("other"), in: repository, together: true)
    #expect(found == [["/other", "/other/deep", "/other/deep/x-deep", "/other/x-here"]])
  }

  @Test func `times, sizes and types narrow it down`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    let time = MemoryEntry.time
    try repository.backUp([
      .file("old", "1", modified: time.adding(seconds: -100)), .file("at", "22", modified: time),
      .file("new", "333", modified: time.adding(seconds: 100)), .symlink("link", to: "x"), .directory("folder", []),
      .fifo("fifo"),
    ])
    func names(_ change: (inout FindCriteria) -> Void) throws -> [String] {
      var criteria = try criteria("*")
      change(&criteria)
      return try find(criteria, in: repository, together: true).found[0].map { String($0.dropFirst()) }
    }
    #expect(try names { $0.oldest = time } == ["at", "fifo", "folder", "link", "new"])
    #expect(try names { $0.newest = time } == ["at", "fifo", "folder", "link", "old"])
    #expect(try names { $0.largerThan = 1 } == ["at", "new"])
    #expect(try names { $0.smallerThan = 2 } == ["old"])
    #expect(
      try names {
        $0.largerThan = 1; $0.smallerThan = 3
      } == ["at"])
    #expect(try names { $0.kinds = [.fifo, .symlink] } == ["fifo", "link"])
  }

  @Test func `a damaged directory is told once, and hides nothing else`() throws {
    let forger = try Forger()
    let inner = try forger.tree([try forger.file(Array("x1".utf8), [1])])
    let lost = Digest(words: 1, 1, 1, 1)
    for number in 0..<3 {
      let root = try forger.tree([
        Forger.directory(Array("a".utf8), inner), Forger.directory(Array("b".utf8), lost),
        try forger.file(Array("x\(number)".utf8), [UInt8(number)]),
      ])
      try forger.snapshot(of: root)
    }
    let (found, _, damaged) = try find(criteria("x*"), in: forger.repository, together: true)
    #expect(Set(found) == [["/a/x1", "/x0"], ["/a/x1", "/x1"], ["/a/x1", "/x2"]])
    #expect(damaged == ["/b"])
  }

  @Test func `packs lead to files, also a pack that is in no index`() throws {
    let forger = try Forger()
    let file = try forger.file(Array("file".utf8), Array("content".utf8))
    try forger.snapshot(of: forger.tree([file]))
    let blob = try #require(file.content?.first)
    let orphan = try forger.pack([(Array("content".utf8), .data)])
    let index = try forger.repository.loadIndex(cancellation: Cancellation()).index
    let indexed = try #require(index.location(of: blob, .data)).pack
    for pack in [indexed, orphan.id] {
      let prefix = try #require(IDPrefix(String(pack.description.prefix(20))))
      let sought = try forger.repository.objects(inPacks: [prefix], index: index)
      let loader = BlobLoader(repository: forger.repository, index: index)
      var finder = ObjectFinder(sought, loader: loader, snapshotCount: 1)
      var found: [String] = []
      try finder.look(through: try #require(try forger.repository.soundSnapshots().first), cancellation: Cancellation())
      {
        found.append("\($0.kind) \(displayed($0.path)) \($0.id == blob)")
      } damaged: { _ in
      }
      #expect(found == ["data /file true"])
    }
    #expect(throws: RepositoryError.noSuchObject(kind: "pack", "00000000000000")) {
      _ = try forger.repository.objects(inPacks: [try #require(IDPrefix("00000000000000"))], index: index)
    }
  }
}
