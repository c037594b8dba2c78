import CoffreTestKit
import Testing

/// restic writes; Coffre checks, lists, restores, and finds nothing to add.
@Suite("restic writes, Coffre reads")
struct ResticWritesTests {
  @Test(arguments: Tool.restics)
  func `a tree of odd files comes back through Coffre`(_ restic: ResticProgram) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    try workshop.resticInit(restic)
    try buildOddTree(at: "\(workshop.path)/tree", for: restic)
    let first = try workshop.resticBackup(restic, ["tree"], in: workshop.path)
    try workshop.expectCoffreFindsNoErrors()
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/restored", "--verify"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/restored/tree")

    let again = try workshop.coffreBackup(["tree"], in: workshop.path)
    #expect(again.tree == first.tree, "Coffre makes another tree of the same files")
    #expect(again.dataAdded == 0)
    #expect(again.summary?["filesChanged"]?.int == 0 && again.summary?["filesNew"]?.int == 0)
    try workshop.expectResticFindsNoErrors(restic)
  }

  @Test(.tags(.slow), arguments: Tool.restics)
  func `a system folder comes back through Coffre`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let first = try workshop.resticBackup(restic, ["/usr/include", "/usr/share/perl"])
    try workshop.expectCoffreFindsNoErrors()
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/restored"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees("/usr/include", "\(workshop.path)/restored/usr/include")
    try expectEqualTrees("/usr/share/perl", "\(workshop.path)/restored/usr/share/perl")
    let again = try workshop.coffreBackup(["/usr/include", "/usr/share/perl"])
    #expect(again.tree == first.tree)
    #expect(again.dataAdded == 0)
    #expect(again.summary?["filesNew"]?.int == 0 && again.summary?["filesChanged"]?.int == 0)
  }

  @Test(.tags(.slow), .enabled(if: runsAllTests), arguments: Tool.restics)
  func `all of usr-share comes back through Coffre`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let first = try workshop.resticBackup(restic, ["/usr/share"])
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/restored"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees("/usr/share", "\(workshop.path)/restored/usr/share")
    let again = try workshop.coffreBackup(["/usr/share"])
    #expect(again.tree == first.tree)
    #expect(again.dataAdded == 0)
  }

  @Test(arguments: Tool.restics)
  func `a repository of version 1 is read, checked and restored`(_ restic: ResticProgram) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    try workshop.resticInit(restic, version: 1)
    try buildOddTree(at: "\(workshop.path)/tree", for: restic)
    _ = try workshop.resticBackup(restic, ["tree"], in: workshop.path)
    let list = try workshop.coffre(["snapshot", "list"])
    #expect(list.isSuccess && list.output.contains("1 snapshot"), "\(list)")
    let files = try workshop.coffre(["snapshot", "ls", "latest:/tree/files"])
    #expect(files.isSuccess && files.output.contains("/tree/files/several-chunks\n"), "\(files)")
    try workshop.expectCoffreFindsNoErrors()
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/restored", "--verify"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/restored/tree")
  }

  @Test(arguments: Tool.restics)
  func `a backup into a version 1 repository leaves it one`(_ restic: ResticProgram) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    try workshop.resticInit(restic, version: 1)
    try makeRealFolder("\(workshop.path)/tree")
    try writeRealFile("\(workshop.path)/tree/file", [UInt8](repeating: 0x61, count: 1 << 20))
    let first = try workshop.coffreBackup(["tree"], in: workshop.path)
    try workshop.expectResticFindsNoErrors(restic)
    let again = try workshop.resticBackup(restic, ["tree"], in: workshop.path)
    #expect(again.tree == first.tree)
    let config = try workshop.restic(restic, ["cat", "config"])
    #expect(try JSONValue(config.output)["version"]?.int == 1)
  }
}
