import CoffreTestKit
import Glibc
import Testing

extension Tag {
  /// Takes more than a few seconds.
  @Tag static var slow: Self
}

/// Files that trouble (cli.md), from the command line to the snapshot.
@Suite("Files that trouble")
struct BackupSourceTests {
  // MARK: What cannot be read

  @Test(.enabled(if: isRoot, "needs root"))
  func `an unreadable file or folder is named, the rest is stored, exit 3`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/open", "tree/closed", "tree/dark/x", "tree/after"])
    try workshop.give(to: "nobody")
    let tree = try RealFolder("\(workshop.path)/tree")
    try tree.setMode(Array("closed".utf8), 0)
    try tree.setMode(Array("dark".utf8), 0)
    let report = try workshop.coffreJSON(["backup", "tree"]) {
      $0.directory = workshop.path
      $0.user = "nobody"
    }
    #expect(report.status == 3, "\(report)")
    #expect(report.warnings("unreadable").sorted() == ["/tree/closed", "/tree/dark"], "\(report)")
    #expect(report.summary?["losses"]?.int == 2)
    #expect(report.snapshot != nil)
    #expect(try workshop.paths() == ["/tree", "/tree/after", "/tree/open"])
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `no readable source makes no snapshot, exit 1`() throws {
    let workshop = try Workshop()
    try workshop.make(["dark/x", "file"])
    try workshop.give(to: "nobody")
    let folder = try RealFolder(workshop.path)
    try folder.setMode(Array("dark".utf8), 0)
    try folder.setMode(Array("file".utf8), 0)
    for sources in [["dark"], ["file"], ["dark", "file"], ["dark", "missing"]] {
      let report = try workshop.coffreJSON(["backup"] + sources) {
        $0.directory = workshop.path
        $0.user = "nobody"
      }
      #expect(report.status == 1, "\(sources): \(report)")
      #expect(report.error?["detail"]?.text?.contains("none of the sources") == true, "\(report)")
    }
    #expect(workshop.snapshotIDs.isEmpty)
    #expect(workshop.locks.isEmpty)
  }

  @Test func `missing sources only, exit 1`() throws {
    let workshop = try Workshop()
    let report = try workshop.coffreJSON(["backup", "/nowhere/at/all"])
    #expect(report.status == 1, "\(report)")
    #expect(workshop.snapshotIDs.isEmpty)
  }

  @Test func `a missing path beside an existing one, exit 3`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/x"])
    let report = try workshop.coffreJSON(["backup", "tree", "missing"]) { $0.directory = workshop.path }
    #expect(report.status == 3, "\(report)")
    #expect(report.warnings("unreadable").contains { $0.hasSuffix("missing") }, "\(report)")
    #expect(try workshop.paths() == ["/tree", "/tree/x"])
  }

  @Test func `one file, unchanged, is backed up again and again`() throws {
    let workshop = try Workshop()
    try workshop.make(["file"])
    for round in 0..<3 {
      let report = try workshop.coffreJSON(["backup", "file"]) { $0.directory = workshop.path }
      #expect(report.status == 0, "\(report)")
      #expect(report.summary?["filesUnmodified"]?.int == (round == 0 ? 0 : 1))
    }
    #expect(workshop.snapshotIDs.count == 3)
  }

  @Test func `an empty folder makes an empty snapshot`() throws {
    let workshop = try Workshop()
    try workshop.make(["empty/"])
    let report = try workshop.coffreJSON(["backup", "."]) { $0.directory = "\(workshop.path)/empty" }
    #expect(report.status == 0, "\(report)")
    #expect(try workshop.paths().isEmpty)
  }

  // MARK: What changes

  private static func loop(_ body: String) throws -> RunningProgram {
    let script = "i=0; while [ $i -lt 3000 ]; do \(body); i=$((i+1)); done"
    return try Tool.named("sh", package: "dash").start(["-c", script])
  }

  /// Writes a byte behind the other, as often as it can: whenever somebody reads the file for a moment, it changes.
  private static func writer(to path: String, appending: Bool) throws -> RunningProgram {
    let script = """
      import os, sys
      file = os.open(sys.argv[1], os.O_WRONLY | (os.O_APPEND if sys.argv[2] == "true" else 0))
      for number in range(1 << 40):
          os.pwrite(file, b"x", number % 20_000_000)
      """
    return try Tool.named("python3", package: "python3").start(["-c", script, path, "\(appending)"])
  }

  @Test func `a file that never rests is stored, and named`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/quiet"])
    try writeRealFile("\(workshop.path)/tree/busy", seededBytes(1, count: 20_000_000))
    let writer = try Self.writer(to: "\(workshop.path)/tree/busy", appending: false)
    defer { writer.kill(SIGKILL) }
    let report = try workshop.coffreJSON(["backup", "tree"]) { $0.directory = workshop.path }
    #expect(report.status == 0, "\(report)")
    #expect(report.warnings("changed-while-read") == ["/tree/busy"], "\(report)")
    #expect(report.summary?["losses"]?.int == 0)
    #expect(try workshop.nodes()["/tree/busy"]?["size"]?.int == 20_000_000)
    let strict = try workshop.coffreJSON(["backup", "tree", "--strict-changes"]) { $0.directory = workshop.path }
    #expect(strict.status == 3, "\(strict)")
    let text = try workshop.coffre(["backup", "tree", "--force"]) { $0.directory = workshop.path }
    #expect(text.errors.contains("warning: '/tree/busy': it changed while it was read"), "\(text)")
  }

  @Test func `a file that grows for ever is read to the size it had`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/"])
    let log = "\(workshop.path)/tree/log"
    try writeRealFile(log, seededBytes(2, count: 20_000_000))
    let writer = try Self.writer(to: log, appending: true)
    defer { writer.kill(SIGKILL) }
    #expect(try writer.waitUntil { try realStatus(log).size > 20_000_000 })
    let report = try workshop.coffreJSON(["backup", "tree"]) {
      $0.directory = workshop.path
      $0.timeLimit = 300
    }
    #expect(report.status == 0, "\(report)")
    #expect(report.warnings("changed-while-read") == ["/tree/log"], "\(report)")
    let size = try #require(try workshop.nodes()["/tree/log"]?["size"]?.int)
    let grown = try realStatus("\(workshop.path)/tree/log").size
    #expect(size > 20_000_000 && size < grown)
  }

  @Test func `folders that come and go while they are walked do no harm`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/stays/x"])
    let folder = "\(workshop.path)/tree"
    let writer = try Self.loop("mkdir -p \(folder)/a/b/c; : > \(folder)/a/b/f; rm -rf \(folder)/a")
    defer { writer.kill(SIGKILL) }
    for _ in 0..<8 {
      let report = try workshop.coffreJSON(["backup", "tree"]) { $0.directory = workshop.path }
      #expect(report.status == 0, "what vanishes is no loss: \(report)")
      #expect(report.lines(of: "warning").allSatisfy { $0["code"]?.text == "vanished" }, "\(report)")
      #expect(try workshop.paths().contains("/tree/stays/x"))
    }
    let check = try workshop.coffreJSON(["repo", "check", "--read-data"])
    #expect(check.status == 0, "\(check)")
  }

  // MARK: What is left out

  @Test func `the repository inside the folder is left out and named once`() throws {
    let workshop = try Workshop()
    try workshop.make(["x"])
    for target in [".", workshop.path] {
      let report = try workshop.coffreJSON(["backup", target, "--exclude", "state"]) { $0.directory = workshop.path }
      #expect(report.status == 0, "\(report)")
      #expect(report.warnings("own-folder").count == 1, "\(report)")
      #expect(report.warnings("own-folder").first?.hasSuffix("/repository") == true, "\(report)")
      let paths = try workshop.paths()
      #expect(!paths.contains { $0.contains("repository") })
      #expect(paths.contains { $0.hasSuffix("/x") })
    }
  }

  @Test func `the kernel's file systems are not entered`() throws {
    let workshop = try Workshop()
    let report = try workshop.coffreJSON(
      ["backup", "/", "--dry-run", "-v", "--exclude", "/[a-oq-z]*", "--exclude", "/.*", "--exclude", "/p[a-qs-z]*"])
    #expect(report.status == 0, "\(report)")
    #expect(report.warnings("kernel-file-system").contains("/proc"), "\(report)")
    #expect(!report.lines(of: "item").contains { $0["path"]?.text?.hasPrefix("/proc/") == true })
    let given = try workshop.coffreJSON(["backup", "/proc/sys/kernel/ostype"])
    #expect(given.status == 0, "what is named is read: \(given)")
    #expect(try workshop.nodes()["/proc/sys/kernel/ostype"]?["size"]?.int == 6)
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `other file systems are left out with --one-file-system`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/here", "tree/mounted/"])
    let place = "\(workshop.path)/tree/mounted"
    let mount = try MemoryMount(at: place, options: "size=1m")
    defer { withExtendedLifetime(mount) {} }
    try writeRealFile("\(place)/there", "x")

    let all = try workshop.coffreJSON(["backup", "tree"]) { $0.directory = workshop.path }
    #expect(all.status == 0, "\(all)")
    #expect(try workshop.paths() == ["/tree", "/tree/here", "/tree/mounted", "/tree/mounted/there"])
    for target in ["tree", "."] {
      let directory = target == "." ? "\(workshop.path)/tree" : workshop.path
      let one = try workshop.coffreJSON(["backup", target, "--one-file-system"]) { $0.directory = directory }
      #expect(one.status == 0, "\(one)")
      let prefix = target == "." ? "" : "/tree"
      let expected = [prefix, "\(prefix)/here", "\(prefix)/mounted"].filter { !$0.isEmpty }
      #expect(try workshop.paths() == expected, "the mount point itself stays")
    }
    let both = try workshop.coffreJSON(["backup", "tree", "tree/mounted/there", "--one-file-system"]) {
      $0.directory = workshop.path
    }
    #expect(both.status == 0, "\(both)")
  }

  @Test func `--exclude-caches leaves out what a marker says`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/cache/data", "tree/fake/data", "tree/kept"])
    let tag = "Signature: 8a477f597d28d172789f06886806bc55"
    try writeRealFile("\(workshop.path)/tree/cache/CACHEDIR.TAG", tag + "\n# made by a test\n")
    try writeRealFile("\(workshop.path)/tree/fake/CACHEDIR.TAG", "Signature: 00")
    let report = try workshop.coffreJSON(["backup", "tree", "--exclude-caches"]) { $0.directory = workshop.path }
    #expect(report.status == 0, "\(report)")
    #expect(
      try workshop.paths() == [
        "/tree", "/tree/cache", "/tree/cache/CACHEDIR.TAG", "/tree/fake", "/tree/fake/CACHEDIR.TAG", "/tree/fake/data",
        "/tree/kept",
      ])
  }

  @Test func `--exclude-file reads patterns, comments and variables`() throws {
    let workshop = try Workshop()
    try workshop.make([
      "tree/a.tmp", "tree/b.log", "tree/keep.log", "tree/cost$", "tree/#odd", "tree/ spaced", "tree/x",
    ])
    try writeRealFile(
      "\(workshop.path)/patterns",
      """
      # comments and empty lines are passed over

         *.$ENDING\u{20}\u{20}
      *.log
      !${KEPT}.log
      cost$$
      """ + "\n$UNSET/x\r\n")
    let report = try workshop.coffreJSON(["backup", "tree", "--exclude-file", "\(workshop.path)/patterns"]) {
      $0.directory = workshop.path
      $0.environment["ENDING"] = "tmp"
      $0.environment["KEPT"] = "keep"
    }
    #expect(report.status == 0, "\(report)")
    #expect(try workshop.paths() == ["/tree", "/tree/ spaced", "/tree/#odd", "/tree/keep.log", "/tree/x"])
    let missing = try workshop.coffre(["backup", "tree", "--exclude-file", "\(workshop.path)/nowhere"]) {
      $0.directory = workshop.path
    }
    #expect(!missing.isSuccess && missing.errors.contains("nowhere"), "\(missing)")
  }
}
