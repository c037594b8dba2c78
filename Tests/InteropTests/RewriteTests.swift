import CoffreTestKit
import Testing

/// A rewritten snapshot is the one that a backup with the same patterns would have made, to the last byte of its trees.
@Suite("Rewriting what both programs wrote")
struct RewriteTests {
  private func makeTree(_ workshop: Workshop) throws -> String {
    let tree = "\(workshop.path)/tree"
    for folder in ["", "/a", "/a/cache", "/a/deep", "/a/deep/cache", "/b", "/b/Ünïcode \u{1}"] {
      try makeRealFolder("\(tree)\(folder)")
    }
    let files = ["a/keep.txt", "a/KEEP.TMP", "a/x.tmp", "a/cache/1", "a/deep/cache/2", "b/Ünïcode \u{1}/f.tmp", "b/g"]
    for (number, file) in files.enumerated() {
      try writeRealFile("\(tree)/\(file)", seededBytes(UInt64(number), count: 2000 + number))
    }
    try makeRealSymlink("\(tree)/b/link", to: "g")
    return tree
  }

  private static let patterns = [
    ["*.tmp"], ["cache"], ["cache/*"], ["/**/deep", "b/g"], ["a/*", "!a/keep.txt"], ["nothing"],
  ]

  @Test(arguments: Tool.restics, patterns)
  func `its tree has the id that a backup with these patterns gives`(_ restic: ResticProgram, _ patterns: [String])
    throws
  {
    let workshop = try Workshop()
    _ = try makeTree(workshop)
    let excludes = patterns.flatMap { ["--exclude", $0] }
    let whole = try workshop.resticBackup(restic, ["tree"], in: workshop.path)
    let first = workshop.snapshotIDs[0]
    let theirs = try workshop.resticBackup(restic, ["tree"] + excludes, in: workshop.path)
    let report = try workshop.coffreJSON(["snapshot", "rewrite", first] + excludes)
    #expect(report.status == 0, "\(report)")
    let made = report.summary?["newSnapshots"]?.array.compactMap(\.text) ?? []
    if patterns == ["nothing"] {
      #expect(made.isEmpty && theirs.tree == whole.tree)
    } else {
      let new = try #require(try workshop.resticSnapshots(restic).first { $0["id"]?.text == made.first })
      #expect(new["tree"]?.text == theirs.tree && theirs.tree != whole.tree)
      #expect(new["original"]?.text == first && new["tags"]?.array.compactMap(\.text) == ["rewrite"])
    }
    try workshop.expectCoffreFindsNoErrors()
    let check = try workshop.restic(restic, ["check", "--read-data"])
    #expect(check.isSuccess && check.output.contains("no errors were found"), "\(check)")
  }

  /// restic has `rewrite` since 0.15.
  @Test(arguments: Tool.restics)
  func `restic's own rewrite makes the same tree`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    _ = try makeTree(workshop)
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let report = try workshop.coffreJSON(["snapshot", "rewrite", "--exclude", "cache", "--iexclude", "*.tmp"])
    let ours = try #require(report.summary?["newSnapshots"]?.array.first?.text, "\(report)")
    guard try restic.isAtLeast(15) else {
      // The judge cannot make one itself: at least it must find nothing wrong with ours.
      try workshop.expectResticFindsNoErrors(restic)
      return
    }
    let first = try #require(workshop.snapshotIDs.first { $0 != ours })
    let theirs = try workshop.restic(restic, ["rewrite", first, "--exclude", "cache", "--iexclude", "*.tmp"])
    #expect(theirs.isSuccess, "\(theirs)")
    let trees = try workshop.resticSnapshots(restic).filter { $0["tags"]?.array.first?.text == "rewrite" }
    #expect(trees.count == 2 && Set(trees.compactMap { $0["tree"]?.text }).count == 1)
  }

  @Test(arguments: Tool.restics)
  func `what was left out is gone for good once the old snapshot is forgotten and restic has pruned`(
    _ restic: ResticProgram
  ) throws {
    let workshop = try Workshop()
    let tree = try makeTree(workshop)
    try writeRealFile("\(tree)/secret", seededBytes(99, count: 2_000_000))
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let outcome = try workshop.coffre(["snapshot", "rewrite", "--exclude", "secret", "--forget"])
    #expect(outcome.isSuccess && outcome.output.contains("removed 1 old snapshot"), "\(outcome)")
    #expect(workshop.snapshotIDs.count == 1 && workshop.locks.isEmpty)
    let prune = try workshop.restic(restic, ["prune", "--max-unused", "0"])
    #expect(prune.isSuccess, "\(prune)")
    let sizes = try workshop.packs.map { try realStatus("\(workshop.repository)/data/\($0.prefix(2))/\($0)").size }
    #expect(sizes.reduce(0, +) < 100_000)
    try workshop.expectResticFindsNoErrors(restic)
    let restore = try workshop.coffre(["restore", "latest", "--to", "\(workshop.path)/restored"])
    #expect(restore.isSuccess)
    try removeRealTree("\(tree)/secret")
    #expect(!(try workshop.paths().contains { $0.hasSuffix("secret") }))
    #expect(try workshop.paths().count == 15)
  }
}
