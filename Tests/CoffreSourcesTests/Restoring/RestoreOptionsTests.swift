import CoffreTestKit
import Glibc
import Testing

/// What of a snapshot is restored, over what, and how.
@Suite("Restore options")
struct RestoreOptionsTests {
  private let workshop: Workshop
  private let target: String

  init() throws {
    workshop = try Workshop()
    target = "\(workshop.path)/target"
  }

  private func backUp(_ target: String = "tree") throws {
    let report = try workshop.coffreJSON(["backup", target]) { $0.directory = workshop.path }
    try #require(report.status == 0, "\(report)")
  }

  private func restore(_ arguments: String...) throws -> CoffreReport {
    try workshop.coffreJSON(["restore"] + arguments + ["--to", target])
  }

  private func content(_ path: String) throws -> String {
    String(decoding: try readRealFile("\(target)/\(path)"), as: UTF8.self)
  }

  // MARK: Overwriting

  /// Files of the snapshot, all of time 1000 and 9 bytes, beside what lies in the target under their names.
  private func prepareOverwriting() throws {
    try workshop.make(["tree/equal", "tree/older", "tree/newer", "tree/sized", "tree/fresh"])
    let tree = try RealFolder("\(workshop.path)/tree")
    for name in try tree.names() { try tree.setTime(name, seconds: 1000) }
    try backUp()
    try workshop.make(["target/tree/"])
    for (name, content, time) in [
      ("equal", "TREE/EQUAL", 1000), ("older", "TREE/OLDER", 900), ("newer", "TREE/NEWER", 1100), ("sized", "x", 1000),
    ] {
      try writeRealFile("\(target)/tree/\(name)", content)
      try RealFolder("\(target)/tree").setTime(Array(name.utf8), seconds: time)
    }
  }

  @Test(
    arguments: [
      (rule: "always", replaced: ["equal", "older", "newer", "sized"]), ("if-changed", ["older", "newer", "sized"]),
      ("if-newer", ["older"]), ("never", []),
    ] as [(rule: String, replaced: [String])])
  func `files that exist are replaced by the rule`(_ example: (rule: String, replaced: [String])) throws {
    try prepareOverwriting()
    let report = try restore("latest", "--overwrite", example.rule)
    #expect(report.status == 0, "\(report)")
    #expect(report.summary?["filesSkipped"]?.int == 4 - example.replaced.count, "\(report)")
    for name in ["equal", "older", "newer", "sized"] {
      let isReplaced = try content("tree/\(name)") == "tree/\(name)"
      #expect(isReplaced == example.replaced.contains(name), "\(name)")
      if isReplaced { #expect(try realStatus("\(target)/tree/\(name)").seconds == 1000) }
    }
    #expect(try content("tree/fresh") == "tree/fresh", "what is not there is restored by every rule")
  }

  @Test func `an equal file is not written again`() throws {
    try workshop.make(["tree/file"])
    try backUp()
    _ = try restore("latest")
    let inode = try realStatus("\(target)/tree/file").inode
    try RealFolder("\(target)/tree").setMode(Array("file".utf8), 0o600)
    let again = try restore("latest")
    #expect(again.summary?["filesSkipped"]?.int == 1, "\(again)")
    let status = try realStatus("\(target)/tree/file")
    #expect(status.inode == inode && status.mode == 0o644, "only its attributes are set")
  }

  // MARK: Choosing

  @Test(
    arguments: [
      (["--include", "*.txt"], ["tree/a.txt", "tree/sub/b.txt"]),
      (["--include", "/tree/sub"], ["tree/sub/b.txt", "tree/sub/c"]),
      (["--include", "sub"], ["tree/sub/b.txt", "tree/sub/c"]),
      (["--exclude", "*.txt"], ["tree/empty/", "tree/sub/c"]),
      (["--exclude", "sub"], ["tree/a.txt", "tree/empty/"]),
      (["--include", "*.txt", "--exclude", "sub"], ["tree/a.txt"]),
      (["--include", "empty"], ["tree/empty/"]),
    ] as [([String], [String])])
  func `patterns choose`(_ options: [String], _ expected: [String]) throws {
    try workshop.make(["tree/a.txt", "tree/sub/b.txt", "tree/sub/c", "tree/empty/"])
    try backUp()
    let report = try workshop.coffreJSON(["restore", "latest", "--to", target] + options)
    #expect(report.status == 0, "\(report)")
    let found = try Tool.named("find", package: "findutils").run(
      [
        target, "-mindepth", "1", "(", "-type", "f", "-printf", "%P\n", ")", "-o", "(", "-type", "d", "-empty",
        "-printf", "%P/\n", ")",
      ])
    #expect(found.output.split(separator: "\n").map(String.init).sorted() == expected, "\(found)")
  }

  @Test func `a choice that matches nothing is said, exit 1`() throws {
    try workshop.make(["tree/x"])
    try backUp()
    let report = try restore("latest", "--include", "nothing")
    #expect(report.status == 1, "\(report)")
    #expect(report.warnings("nothing-matched") == ["--include"], "\(report)")
  }

  @Test func `a subfolder's contents go into the target`() throws {
    try workshop.make(["tree/sub/deep/x", "tree/sub/y", "tree/other"])
    try backUp()
    #expect(try restore("latest:/tree/sub").status == 0)
    #expect(realNames(in: target) == ["deep", "y"])
    #expect(try content("deep/x") == "tree/sub/deep/x")
  }

  @Test func `a single file goes into the target`() throws {
    try workshop.make(["tree/sub/one", "tree/sub/two"])
    try backUp()
    #expect(try restore("latest:tree/sub/one").status == 0)
    #expect(realNames(in: target) == ["one"])
  }

  @Test func `a path that the snapshot does not hold is an error`() throws {
    try workshop.make(["tree/x"])
    try backUp()
    for path in ["nowhere", "/tree/x/y", "/tree/nowhere"] {
      let report = try restore("latest:\(path)")
      #expect(report.status == 1, "\(report)")
      #expect(report.error?["title"]?.text?.contains("is not in snapshot") == true, "\(report)")
    }
  }

  // MARK: Ways

  @Test func `a dry run writes nothing`() throws {
    try workshop.make(["tree/file", "tree/sub/x"])
    try backUp()
    let report = try restore("latest", "--dry-run")
    #expect(report.status == 0, "\(report)")
    #expect(report.summary?["files"]?.int == 2)
    #expect(!realEntryExists(target))
    try workshop.make(["target/tree/file"])
    try writeRealFile("\(target)/tree/file", "mine")
    let before = try realStatus("\(target)/tree")
    #expect(try restore("latest", "--dry-run").status == 0)
    #expect(try content("tree/file") == "mine")
    #expect(try realStatus("\(target)/tree") == before)
    #expect(realNames(in: "\(target)/tree") == ["file"])
  }

  @Test func `--verify finds what was changed behind`() throws {
    let count = 30
    try makeSeededFiles(count, in: "\(workshop.path)/tree", size: 2_000_000)
    try backUp()
    // A restore may be over before anybody looks.
    for attempt in 1...20 {
      let target = "\(workshop.path)/verified-\(attempt)"
      let running = try workshop.startCoffre(["restore", "latest", "--to", target, "--verify", "--json"])
      var changed: Set<String> = []
      _ = running.waitUntil {
        running.signal(SIGSTOP)
        defer { running.signal(SIGCONT) }
        while !running.hasEnded, !running.isStopped { pause(seconds: 0.001) }
        // The first files are there, and the others still to come: none was verified.
        let names = realNames(in: "\(target)/tree").filter { !$0.hasPrefix(".") }
        guard names.count >= 2, names.count < count else { return running.hasEnded || names.count >= count }
        for name in names.prefix(2) {
          try? writeRealFile("\(target)/tree/\(name)", seededBytes(99, count: 2_000_000))
          changed.insert(name)
        }
        return true
      }
      let outcome = try running.wait()
      guard !changed.isEmpty else { continue }
      #expect(outcome.status == 1, "\(outcome)")
      let lines = try JSONValue.lines(outcome.output).filter { $0["code"]?.text == "verify-failed" }
      let names = Set(lines.compactMap { $0["subject"]?.text.map { String($0.split(separator: "/").last ?? "") } })
      #expect(names == changed, "\(outcome)")
      return
    }
    Issue.record("each restore was over before it could be stopped")
  }

  @Test func `holes are left out with --sparse`() throws {
    try workshop.make(["tree/"])
    let tree = try RealFolder("\(workshop.path)/tree")
    try tree.makeFile(Array("hole".utf8), hole: 0, tail: 8 << 20)
    try tree.makeFile(Array("middle".utf8), seededBytes(1, count: 10_000), hole: 4 << 20, tail: 4 << 20)
    try writeRealFile("\(workshop.path)/tree/zeros", [UInt8](repeating: 0, count: 1 << 20))
    try backUp()
    #expect(try restore("latest", "--sparse", "--verify").status == 0)
    for name in ["hole", "middle", "zeros"] {
      #expect(try realStatus("\(target)/tree/\(name)").blocks < 200, "\(name)")
    }
    var strict = TreeComparison.Tolerance()
    strict.holes = false
    let differences = try TreeComparison.differences(
      between: "\(workshop.path)/tree", and: "\(target)/tree", tolerating: strict)
    #expect(differences.isEmpty, "\(differences)")
    #expect(try restore("latest", "--overwrite", "always").status == 0)
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `anybody can restore, without the owners`() throws {
    try OddTree.build(at: "\(workshop.path)/tree", OddTree.Options())
    try backUp()
    try makeRealFolder(target)
    try workshop.give(to: "nobody")
    // The tree itself went to nobody too; what counts is what the snapshot says.
    let report = try workshop.coffreJSON(["restore", "latest", "--to", target]) { $0.user = "nobody" }
    #expect([0, 1].contains(report.status), "\(report)")
    // Devices need privilege; nothing else is lost.
    #expect(report.warnings("not-restored").allSatisfy { $0.contains("/privileged/") }, "\(report)")
    #expect(
      report.lines(of: "warning").allSatisfy { $0["subject"]?.text?.contains("/privileged/") == true }, "\(report)")
    var tolerance = TreeComparison.Tolerance()
    tolerance.owners = true
    tolerance.attributePrefixes = ["trusted."]
    tolerance.paths = Set(["privileged", "modes"].map { Array($0.utf8) })
    let differences = try TreeComparison.differences(
      between: "\(workshop.path)/tree", and: "\(target)/tree", tolerating: tolerance)
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    // A program of root's with setuid must not become one of nobody's with setuid.
    let status = try realStatus("\(target)/tree/modes/file-4755")
    #expect(status.mode & 0o6000 == 0 && status.mode & 0o777 == 0o755, "\(String(status.mode, radix: 8))")
  }
}
