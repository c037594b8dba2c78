import CoffreTestKit
import Testing

/// Coffre writes; restic checks, restores, and finds nothing to add.
@Suite("Coffre writes, restic reads")
struct CoffreWritesTests {
  @Test(arguments: Tool.restics)
  func `a tree of odd files comes back through restic`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try buildOddTree(at: "\(workshop.path)/tree", for: restic)
    let first = try workshop.coffreBackup(["tree"], in: workshop.path)
    #expect(first.warnings("unreadable").isEmpty)
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.resticRestore(restic, "latest", to: "\(workshop.path)/restored")
    // restic counts nanoseconds in 64 bits when it sets times: it cannot go beyond the year 2262.
    var tolerance = TreeComparison.Tolerance()
    tolerance.paths = Set(["", "link-", "folder-"].map { Array("times/\($0)in-2446".utf8) })
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/restored/tree", tolerance)

    let again = try workshop.resticBackup(restic, ["tree"], in: workshop.path)
    #expect(again.tree == first.tree, "restic makes another tree of the same files")
    #expect(again.summary["data_added"]?.int == 0)
    #expect(again.summary["files_changed"]?.int == 0)
    #expect(again.summary["files_new"]?.int == 0)
  }

  @Test(arguments: Tool.restics)
  func `everything that Unix holds is stored so that restic finds no error`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try OddTree.build(at: "\(workshop.path)/tree")
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
  }

  @Test(.tags(.slow), arguments: Tool.restics, ["/usr/include", "/usr/share/perl"])
  func `a system folder comes back through restic`(_ restic: ResticProgram, folder: String) throws {
    try roundTrip(folder, restic)
  }

  @Test(.tags(.slow), .enabled(if: runsAllTests), arguments: Tool.restics)
  func `all of usr-share comes back through restic`(_ restic: ResticProgram) throws {
    try roundTrip("/usr/share", restic)
  }

  private func roundTrip(_ folder: String, _ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let first = try workshop.coffreBackup([folder])
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.resticRestore(restic, "latest", to: "\(workshop.path)/restored")
    try expectEqualTrees(folder, "\(workshop.path)/restored\(folder)")
    let again = try workshop.resticBackup(restic, [folder])
    #expect(again.tree == first.tree)
    #expect(again.summary["data_added"]?.int == 0)
    #expect(again.summary["files_new"]?.int == 0 && again.summary["files_changed"]?.int == 0)
  }

  @Test(arguments: Tool.restics)
  func `restic lists, counts, compares and forgets what Coffre stored`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try makeRealFolder("\(workshop.path)/tree")
    try writeRealFile("\(workshop.path)/tree/one", "one\n")
    let first = try workshop.coffreBackup(["tree", "--tag", "a,b", "--tag", "c", "--host", "shop"], in: workshop.path)
    try writeRealFile("\(workshop.path)/tree/two", "two\n")
    let second = try workshop.coffreBackup(["tree", "--exclude", "*.tmp"], in: workshop.path)

    let snapshots = try workshop.resticSnapshots(restic)
    try #require(snapshots.count == 2)
    #expect(snapshots[0]["id"]?.text == first.snapshot)
    #expect(snapshots[0]["tags"]?.array.compactMap(\.text) == ["a", "b", "c"])
    #expect(snapshots[0]["hostname"]?.text == "shop")
    #expect(snapshots[0]["paths"]?.array.compactMap(\.text) == ["\(workshop.path)/tree"])
    #expect(snapshots[1]["excludes"]?.array.compactMap(\.text) == ["*.tmp"])
    #expect(snapshots[1]["parent"] == nil, "another host's snapshot is no parent")
    #expect(snapshots[1]["username"]?.text == snapshots[0]["username"]?.text)

    let ids = [try #require(first.snapshot), try #require(second.snapshot)]
    let list = try workshop.restic(restic, ["ls", ids[1]])
    #expect(list.output.contains("/tree/one\n") && list.output.contains("/tree/two\n"), "\(list)")
    let stats = try workshop.restic(restic, ["stats", "--json", "--mode", "raw-data"])
    #expect(stats.isSuccess, "\(stats)")
    let size = try workshop.restic(restic, ["stats", "--json", "latest", "--mode", "restore-size"])
    #expect(try JSONValue(size.output)["total_size"]?.int == 8, "\(size)")
    let difference = try workshop.restic(restic, ["diff", ids[0], ids[1]])
    #expect(difference.isSuccess && difference.output.contains("+    /tree/two"), "\(difference)")
    let found = try workshop.restic(restic, ["find", "two"])
    #expect(found.isSuccess && found.output.contains("/tree/two"), "\(found)")
    let content = try workshop.restic(restic, ["dump", ids[1], "/tree/two"])
    #expect(content.output == "two\n")
    let forgotten = try workshop.restic(restic, ["forget", "--tag", "a", "--keep-last", "1", "--prune"])
    #expect(forgotten.isSuccess, "\(forgotten)")
  }

  @Test(arguments: Tool.restics)
  func `restic takes the unchanged files of a Coffre snapshot over unread`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try makeRealFolder("\(workshop.path)/tree")
    for number in 0..<20 { try writeRealFile("\(workshop.path)/tree/\(number)", "content \(number)") }
    let first = try workshop.coffreBackup(["tree"], in: workshop.path)
    try writeRealFile("\(workshop.path)/tree/3", "new content")
    let second = try workshop.resticBackup(restic, ["tree"], in: workshop.path)
    #expect(second.summary["files_unmodified"]?.int == 19)
    #expect(second.summary["files_changed"]?.int == 1)
    let snapshot = try #require(try workshop.resticSnapshots(restic).last)
    #expect(snapshot["parent"]?.text == first.snapshot)
  }
}
