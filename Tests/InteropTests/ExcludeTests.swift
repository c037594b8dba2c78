import CoffreTestKit
import Testing

/// The same patterns leave out the same files.
@Suite("Patterns, beside restic")
struct ExcludeTests {
  private static let patterns: [[String]] = [
    ["b/c"], ["*.txt"], ["[ab]"], ["a/*"], ["a/**"], ["**/c"], ["a", "!a/b/x"], ["a/*", "!a/b"],
    ["*.txt", "!keep.txt"], ["a/"], ["./a"], ["a/**/c"], ["\\*"], ["!a"], ["x.*", "!x.txt", "/tmp/**/x.txt"],
  ]

  @Test(arguments: Tool.restics)
  func `leave out the same`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try workshop.make([
      "tree/a/b/x", "tree/a/b/c/deep", "tree/a/x.txt", "tree/a/keep.txt", "tree/b/c", "tree/b/x", "tree/c/.hidden",
      "tree/x.txt", "tree/x.log",
      "tree/keep.txt", "tree/*", "tree/é", "tree/empty/",
    ])
    for patterns in Self.patterns {
      let options = patterns.flatMap { ["--exclude", $0] }
      let theirs = try workshop.resticBackup(restic, ["--force", "."] + options, in: "\(workshop.path)/tree")
      let ours = try workshop.coffreBackup(["--force", "."] + options, in: "\(workshop.path)/tree")
      let list = try workshop.restic(restic, ["ls", try #require(theirs.summary["snapshot_id"]?.text)])
      #expect(
        ours.tree == theirs.tree, "\(patterns): restic keeps \(list.output), Coffre \((try? workshop.paths()) ?? [])")
    }
  }

  @Test(arguments: Tool.restics)
  func `restore the same`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try workshop.make([
      "tree/a/b/x", "tree/a/b/c/deep", "tree/a/x.txt", "tree/b/c", "tree/b/x", "tree/x.txt", "tree/keep.txt",
      "tree/empty/",
    ])
    _ = try workshop.coffreBackup(["."], in: "\(workshop.path)/tree")
    for (number, pattern) in ["b/c", "*.txt", "/a", "a/*", "/a/**/x", "x", "empty", "/a/b/c/deep"].enumerated() {
      for option in ["--include", "--exclude"] {
        let (ours, theirs) = ("\(workshop.path)/ours\(number)\(option)", "\(workshop.path)/theirs\(number)\(option)")
        let outcome = try workshop.coffre(["restore", "latest", "--to", ours, option, pattern])
        #expect(outcome.isSuccess, "\(outcome)")
        let judge = try workshop.restic(restic, ["restore", "latest", "--target", theirs, option, pattern])
        #expect(judge.isSuccess, "\(judge)")
        let differences = try TreeComparison.differences(between: theirs, and: ours)
        #expect(differences.filter { !$0.contains(": time ") }.isEmpty, "\(option) \(pattern): \(differences)")
      }
    }
  }
}
