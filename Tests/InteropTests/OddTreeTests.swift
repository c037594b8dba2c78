import CoffreTestKit
import Testing

/// Coffre alone, with what restic cannot do.
@Suite("Everything that Unix holds")
struct OddTreeTests {
  @Test func `comes back as it was`() throws {
    let workshop = try Workshop()
    try OddTree.build(at: "\(workshop.path)/tree")
    let first = try workshop.coffreBackup(["tree"], in: workshop.path)
    #expect(first.warnings("socket-skipped").count == 1)
    #expect(first.lines(of: "warning").count == 1, "\(first)")
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/restored", "--verify"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/restored/tree")

    let again = try workshop.coffreBackup(["tree"], in: workshop.path)
    #expect(again.tree == first.tree)
    #expect(again.dataAdded == 0)
  }

  @Test func `restored over itself changes nothing`() throws {
    let workshop = try Workshop()
    try OddTree.build(at: "\(workshop.path)/tree")
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let target = "\(workshop.path)/restored"
    for _ in 0..<2 {
      let restore = try workshop.coffreJSON(["restore", "latest", "--to", target])
      #expect(restore.status == 0, "\(restore)")
    }
    try expectEqualTrees("\(workshop.path)/tree", "\(target)/tree")
  }

  @Test func `a comparison sees every kind of difference`() throws {
    let scratch = try WorkFolder()
    let (one, two) = ("\(scratch.path)/one", "\(scratch.path)/two")
    try OddTree.build(at: one)
    try OddTree.build(at: two)
    var strict = TreeComparison.Tolerance()
    strict.sockets = false
    // Both were made at another moment: only the times of what was not given one may differ.
    let differences = try TreeComparison.differences(between: one, and: two, tolerating: strict)
    #expect(differences.allSatisfy { $0.contains(": time ") || $0.contains("more") }, "\(differences)")

    func expectSeen(_ word: String, _ change: (RealFolder) throws -> Void, location: SourceLocation = #_sourceLocation)
      throws
    {
      let (left, right) = ("\(scratch.path)/left", "\(scratch.path)/right")
      for path in [left, right] {
        try removeRealTree(path)
        try makeRealFolder(path)
        let folder = try RealFolder(path)
        try folder.makeFile(Array("file".utf8), Array("content".utf8))
        try folder.makeFile(Array("linked".utf8), Array("content".utf8))
        try folder.makeFile(Array("other".utf8), Array("content".utf8))
        try folder.makeLink(Array("link".utf8), to: Array("linked".utf8), in: folder)
        try folder.makeSymlink(Array("symlink".utf8), to: Array("target".utf8))
        for name in try folder.names() { try folder.setTime(name, seconds: 1) }
      }
      try change(try RealFolder(right))
      let differences = try TreeComparison.differences(between: left, and: right)
      #expect(differences.contains { $0.contains(word) }, "\(word): \(differences)", sourceLocation: location)
    }

    let file = Array("file".utf8)
    try expectSeen("time 1 s 0 ns became 1 s 1 ns") { try $0.setTime(file, seconds: 1, nanoseconds: 1) }
    try expectSeen("mode") { try $0.setMode(file, 0o4644) }
    try expectSeen("attribute user.a") { try $0.setAttribute(file, "user.a", []) }
    try expectSeen("only in the second") { try $0.makeFile(Array("new".utf8)) }
    try expectSeen("only in the first") { _ in try removeRealTree("\(scratch.path)/right/file") }
    try expectSeen("size") { _ in try writeRealFile("\(scratch.path)/right/file", "longer content") }
    try expectSeen("content differs from byte 3") { _ in try writeRealFile("\(scratch.path)/right/file", "conTent") }
    try expectSeen("target target became nowhere") { folder in
      try removeRealTree("\(scratch.path)/right/symlink")
      try folder.makeSymlink(Array("symlink".utf8), to: Array("nowhere".utf8))
    }
    try expectSeen("is one file with") { folder in
      try removeRealTree("\(scratch.path)/right/link")
      try folder.makeFile(Array("link".utf8), Array("content".utf8))
    }
    try expectSeen("file became folder") { folder in
      try removeRealTree("\(scratch.path)/right/file")
      try folder.makeFolder(file)
    }
    if isRoot { try expectSeen("owner") { try $0.setOwner(file, user: 1, group: 1) } }
  }
}
