import CoffreCore
import CoffreRepository
import CoffreTestKit
import Glibc
import Testing

/// What the options of `backup` choose, from the command line to the snapshot.
@Suite("Backup options")
struct BackupOptionsTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  @discardableResult
  private func backUp(
    _ arguments: String..., expecting status: Int32 = 0, input: String? = nil, environment: [String: String] = [:],
    location: SourceLocation = #_sourceLocation
  ) throws -> CoffreReport {
    let report = try workshop.coffreJSON(["backup"] + arguments) { settings in
      settings.directory = workshop.path
      settings.input = input
      settings.environment.merge(environment) { $1 }
    }
    #expect(report.status == status, "\(report)", sourceLocation: location)
    return report
  }

  private func file(_ name: String, _ content: String) throws -> String {
    try writeRealFile("\(workshop.path)/\(name)", content)
    return "\(workshop.path)/\(name)"
  }

  // MARK: Leaving out

  @Test func `patterns without regard to case, given and in files`() throws {
    try workshop.make(["tree/a.TMP", "tree/b.tmp", "tree/É.txt", "tree/c.LOG", "tree/keep.Log", "tree/d"])
    let list = try file("list", "# case\n  *.log \n\n!$KEPT.*\n")
    try backUp(
      "tree", "--iexclude", "*.Tmp", "--iexclude", "é.*", "--iexclude-file", list, environment: ["KEPT": "KEEP"])
    #expect(try workshop.paths() == ["/tree", "/tree/d", "/tree/keep.Log"])
    try backUp("tree", "-e", "*.tmp", "--exclude-file", list)
    #expect(
      try workshop.paths() == ["/tree", "/tree/a.TMP", "/tree/c.LOG", "/tree/d", "/tree/keep.Log", "/tree/É.txt"])
  }

  @Test(arguments: [(999, ["k", "m"]), (1023, ["k", "m"]), (1024, ["m"]), (1025, ["m"])] as [(Int, [String])])
  func `files that are larger than the limit are left out, not those that are as large`(
    _ example: (limit: Int, gone: [String])
  ) throws {
    try workshop.make(["tree/"])
    for (name, size) in [("b", 900), ("k", 1024), ("m", 1 << 20)] {
      try writeRealFile("\(workshop.path)/tree/\(name)", seededBytes(1, count: size))
    }
    try makeRealSymlink("\(workshop.path)/tree/l", to: String(repeating: "x", count: 2000))
    try backUp("tree", "--exclude-larger-than", "\(example.limit)")
    let staying = ["b", "k", "m"].filter { !example.gone.contains($0) }
    #expect(try workshop.paths() == (["/tree", "/tree/l"] + staying.map { "/tree/\($0)" }).sorted())
    try backUp("tree/b", "tree/m", "--exclude-larger-than", "1023k")
    #expect(try workshop.paths() == ["/tree", "/tree/b"], "named ones too")
  }

  @Test func `a folder with a marker keeps the marker only`() throws {
    try workshop.make(["tree/a/.nobackup", "tree/a/x", "tree/a/deep/y", "tree/b/x", "tree/c/.nobackup/x"])
    try backUp("tree", "--exclude-if-present", ".nobackup")
    let expected = ["/tree", "/tree/a", "/tree/a/.nobackup", "/tree/b", "/tree/b/x", "/tree/c", "/tree/c/.nobackup"]
    #expect(try workshop.paths() == expected + ["/tree/c/.nobackup/x"])
    try backUp("tree", "--exclude-if-present", ".nobackup", "-e", ".nobackup")
    #expect(
      try workshop.paths() == ["/tree", "/tree/a", "/tree/b", "/tree/b/x", "/tree/c"], "it counts, excluded or not")
  }

  @Test func `two markers leave each other out`() throws {
    try workshop.make(["tree/a/one", "tree/a/two", "tree/a/x", "tree/b/one", "tree/b/x"])
    try backUp("tree", "--exclude-if-present", "one", "--exclude-if-present", "two")
    #expect(try workshop.paths() == ["/tree", "/tree/a", "/tree/b", "/tree/b/one"])
  }

  @Test func `a marker may have to begin with something, else it is named`() throws {
    try workshop.make(["tree/right/", "tree/wrong/x", "tree/short/x", "tree/fifo/x", "tree/link/x"])
    for (folder, content) in [("right", "stop: here"), ("wrong", "stop? here"), ("short", "sto")] {
      _ = try file("tree/\(folder)/tag", content)
      _ = try file("tree/\(folder)/y", "y")
    }
    try RealFolder("\(workshop.path)/tree/fifo").makeNode(Array("tag".utf8), mode: S_IFIFO | 0o644)
    try makeRealSymlink("\(workshop.path)/tree/link/tag", to: "../right/tag")
    let report = try backUp("tree", "--exclude-if-present", "tag:stop:")
    let prefix = "\(workshop.path)/tree"
    #expect(
      report.warnings("no-marker").sorted() == ["fifo", "short", "wrong"].map { "\(prefix)/\($0)/tag" }, "\(report)")
    let paths = try workshop.paths()
    #expect(paths.filter { $0.hasPrefix("/tree/right") } == ["/tree/right", "/tree/right/tag"])
    #expect(paths.filter { $0.hasPrefix("/tree/link") } == ["/tree/link", "/tree/link/tag"])
    for name in ["wrong", "short", "fifo"] { #expect(paths.contains("/tree/\(name)/x")) }
  }

  @Test func `a marker counts in the folder that is named as a dot`() throws {
    try workshop.make(["tree/x", "tree/deep/y"])
    _ = try file("tree/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n")
    let report = try workshop.coffreJSON(["backup", ".", "--exclude-caches"]) { $0.directory = "\(workshop.path)/tree" }
    #expect(report.status == 0, "\(report)")
    #expect(try workshop.paths() == ["/CACHEDIR.TAG"])
    try backUp("tree", "--exclude-if-present", "a/b", expecting: 2)
    try backUp("tree", "--exclude-if-present", ":header", expecting: 2)
  }

  @Test func `Coffre's own folders are left out and named once`() throws {
    try workshop.make(["cache/x", "x"])
    let report = try backUp(".")
    let own = ["cache", "repository", "state"].map { "\(workshop.path)/\($0)" }
    #expect(report.warnings("own-folder").sorted() == own, "\(report)")
    #expect(try workshop.paths() == ["/password", "/x"])
  }

  // MARK: Lists of sources

  @Test func `lists hold patterns, comments and white space`() throws {
    try workshop.make(["a1/x", "a2/x", "b/.hidden", "b/[x]", "c d/x", "e/f/g", "# odd"])
    let list = try file("list", "# comment\n\t a[12] \r\n\nb/*\nnothing*\n\\# odd\nc d\n*/f/?\n")
    let report = try backUp("--files-from", list, "a1/x")
    #expect(report.warnings("no-match") == ["nothing*"], "\(report)")
    #expect(
      try workshop.paths() == [
        "/# odd", "/a1", "/a1/x", "/a2", "/a2/x", "/b", "/b/.hidden", "/b/[x]", "/c d", "/c d/x", "/e", "/e/f",
        "/e/f/g",
      ])
    #expect(try backUp("--files-from", try file("list", "[x\n"), expecting: 2).error != nil)
  }

  @Test func `verbatim lists hold names as they are`() throws {
    try workshop.make(["*", "a", " space ", "# odd", "b\\c"])
    let list = try file("list", "*\r\n\n space \n# odd\nb\\c")
    try backUp("--files-from-verbatim", list)
    #expect(try workshop.paths() == ["/ space ", "/# odd", "/*", "/b\\c"])
    let report = try backUp("--files-from-verbatim", try file("list", "a\nmissing\n"), expecting: 3)
    #expect(report.warnings("unreadable") == ["missing"], "\(report)")
  }

  @Test func `raw lists hold names ended by NUL, from standard input too`() throws {
    try workshop.make(["a\nb", "*", "x"])
    let list = try file("list", "a\nb\0*\0")
    try backUp("--files-from-raw", "-", "x", input: list)
    #expect(try workshop.paths() == ["/*", "/a\nb", "/x"])
    for bad in ["a", "a\0b", "a\0\0b\0"] {
      let report = try backUp("--files-from-raw", try file("list", bad), expecting: 2)
      #expect(report.error?["title"]?.text?.contains("list") == true, "\(report)")
    }
  }

  @Test func `the three forms and arguments go together`() throws {
    try workshop.make(["a/x", "b/x", "c/x", "d/x"])
    try backUp(
      "--files-from", try file("l1", "a*\n"), "--files-from-verbatim", try file("l2", "b\n"), "--files-from-raw",
      try file("l3", "c\0"), "d")
    #expect(try workshop.paths() == ["a", "b", "c", "d"].flatMap { ["/\($0)", "/\($0)/x"] })
  }

  @Test func `lists that name nothing make no snapshot`() throws {
    try backUp("--files-from", try file("list", "# nothing\n"), expecting: 1)
    try backUp("--files-from", try file("list", "none*\n"), expecting: 1)
    try backUp("--files-from-raw", try file("list", ""), expecting: 1)
    try backUp("--files-from", "\(workshop.path)/missing", expecting: 1)
    try backUp("--files-from", "-", "--files-from-raw", "-", expecting: 2)
    try backUp("--files-from", try file("list", "x"), "--stdin", expecting: 2)
    try backUp(expecting: 2)
    #expect(workshop.snapshotIDs.isEmpty)
  }

  @Test(arguments: ["mongodb+dns://h", "site:x.yaml", "x://eve:secret@y"])
  func `a source of a kind that is not known is refused without repeating its password`(_ source: String) throws {
    let report = try backUp("x", source, expecting: 2)
    let title = report.error?["title"]?.text ?? ""
    #expect(title.contains("no such source") || title.contains("knows no '"), "\(report)")
    #expect(!report.outcome.output.contains("secret") && !report.outcome.errors.contains("secret"))
  }

  @Test func `an address with a password is refused without repeating it`() throws {
    let report = try backUp("x", "postgresql://eve:secret@h/db", expecting: 2)
    #expect(report.error?["title"]?.text == "the address of the database holds a password", "\(report)")
    #expect(!report.outcome.output.contains("secret") && !report.outcome.errors.contains("secret"))
  }

  // MARK: What counts as unchanged

  /// Replaces a file by one of the same content, size and time but another inode.
  private func replace(_ path: String, _ content: String) throws {
    let tree = try RealFolder("\(workshop.path)/tree")
    try writeRealFile("\(workshop.path)/tree/new", content)
    try renameReal("\(workshop.path)/tree/new", to: "\(workshop.path)/tree/\(path)")
    try tree.setTime(Array(path.utf8), seconds: 1000)
  }

  @Test(
    arguments: [
      ([], [:], 0, 0), (["--ignore-ctime"], [:], 0, 1), (["--ignore-inode"], [:], 1, 1),
      ([], ["RESTIC_IGNORE_INODE": "1"], 1, 1), ([], ["COFFRE_IGNORE_CTIME": "true"], 0, 1), (["--force"], [:], 0, 0),
    ] as [([String], [String: String], Int, Int)])
  func `inode and change time count unless they are to be ignored`(
    _ example: (options: [String], environment: [String: String], replaced: Int, touched: Int)
  ) throws {
    try workshop.make(["tree/replaced", "tree/touched"])
    let tree = try RealFolder("\(workshop.path)/tree")
    for name in ["replaced", "touched"] { try tree.setTime(Array(name.utf8), seconds: 1000) }
    try backUp("tree")
    try replace("replaced", "tree/replaced")
    try tree.setMode(Array("touched".utf8), 0o600)
    try tree.setAttribute(Array("touched".utf8), "user.new", [1])
    let report = try workshop.coffreJSON(["backup", "tree"] + example.options) { settings in
      settings.directory = workshop.path
      settings.environment.merge(example.environment) { $1 }
    }
    #expect(report.summary?["filesUnmodified"]?.int == example.replaced + example.touched, "\(report)")
    #expect(report.dataAdded.map { $0 > 0 } == true, "the tree itself changed")
    #expect(try workshop.nodes()["/tree/touched"]?["permissions"]?.int == 0o600, "attributes are always taken afresh")
    let target = "\(workshop.path)/target"
    #expect(try workshop.coffre(["restore", "latest", "--to", target]).isSuccess)
    #expect(try RealFolder("\(target)/tree").attributes(Array("touched".utf8))["user.new"] == [1])
  }

  @Test func `no snapshot is made of what did not change, if so wished`() throws {
    try workshop.make(["tree/x"])
    try backUp("tree", "--skip-if-unchanged")
    let skipped = try backUp("tree", "--skip-if-unchanged")
    #expect(workshop.snapshotIDs.count == 1)
    #expect(skipped.snapshot == nil && skipped.summary?["unchanged"]?.bool == true, "\(skipped)")
    let people = try workshop.coffre(["backup", "tree", "--skip-if-unchanged"]) { $0.directory = workshop.path }
    #expect(people.output.contains("no snapshot: nothing changed since"), "\(people)")
    try writeRealFile("\(workshop.path)/tree/x", "other")
    try backUp("tree", "--skip-if-unchanged")
    #expect(workshop.snapshotIDs.count == 2)
    try backUp("tree")
    try backUp("tree", "--skip-if-unchanged", "--force")
    #expect(workshop.snapshotIDs.count == 4, "without a parent there is nothing to be equal to")
  }

  @Test func `the parent is the newest of its group`() throws {
    try workshop.make(["tree/x", "tree/y"])
    let first = try backUp("tree", "--host", "one", "--tag", "a,b", "--time", "2020-01-01 00:00:00")
    let second = try backUp("tree/x", "--host", "two", "--time", "2020-01-02 00:00:00")
    for (options, parent) in [
      (["--host", "one"], first), (["--host", "two"], nil), (["--host", "two", "-g", "paths"], first),
      (["--host", "two", "-g", "host"], second), (["--group-by", "none"], second),
      (["-g", "tags", "--tag", "b"], first),
      (["-g", "tags", "--tag", "c"], nil), (["--parent", first.snapshot ?? ""], first),
    ] as [([String], CoffreReport?)] {
      let report = try workshop.coffreJSON(["backup", "tree", "--dry-run"] + options) { $0.directory = workshop.path }
      #expect(report.summary?["parent"]?.text == parent?.snapshot, "\(options): \(report)")
    }
    try backUp("tree", "-g", "colour", expecting: 2)
    try backUp("tree", "--parent", "x", "--force", expecting: 2)
  }

  // MARK: The snapshot and the repository

  @Test(
    arguments: [
      ("2026-03-29 14:05:09", "2026-03-29T14:05:09+02:00"), ("2026-01-01", "2026-01-01T00:00:00+01:00"),
      ("2026-01-01T12:00:00.5Z", "2026-01-01T12:00:00.5Z"), ("2026-01-01T12:00:00-03:30", "2026-01-01T12:00:00-03:30"),
      ("2026-03-29 02:30:00", "2026-03-29T03:30:00+02:00"), ("2026-03-29 01:59:59", "2026-03-29T01:59:59+01:00"),
      ("2026-10-25 03:00:00", "2026-10-25T03:00:00+01:00"),
    ])
  func `the time is given in local time or with a zone`(_ example: (given: String, stored: String)) throws {
    try workshop.make(["tree/x"])
    try backUp("tree", "--time", example.given, environment: ["TZ": "Europe/Paris"])
    let list = try workshop.coffre(["snapshot", "list", "--json"])
    #expect(list.output.contains("\"\(example.stored)\""), "\(list)")
  }

  @Test(arguments: ["yesterday", "2026-13-01 00:00:00", "2026-02-30", "2026-01-01 25:00:00", "12:00:00", "2026-01-01 "])
  func `what is no moment is refused`(_ text: String) throws {
    try workshop.make(["tree/x"])
    try backUp("tree", "--time", text, expecting: 2)
  }

  @Test func `access times are stored on demand only`() throws {
    try workshop.make(["tree/x"])
    func accessTime() throws -> Int64? {
      let repository = try workshop.openRepository()
      let snapshot = try #require(try repository.soundSnapshots().last)
      let index = try repository.loadIndex(cancellation: Cancellation()).index
      var found: Int64?
      try SnapshotWalk(loader: BlobLoader(repository: repository, index: index), snapshot: snapshot)
        .visit(below: components(of: Array("tree/x".utf8)), deeply: false) { node, _ in found = node.accessed.seconds }
      return found
    }
    let tree = try RealFolder("\(workshop.path)/tree")
    try tree.setTime(Array("x".utf8), seconds: 1000)
    let touched = try Tool.named("touch", package: "coreutils").run(["-a", "-d", "@2000", "\(workshop.path)/tree/x"])
    try #require(touched.isSuccess)
    try backUp("tree")
    #expect(try accessTime() == 1000)
    try backUp("tree", "--with-atime")
    #expect(try accessTime() == 2000)
  }

  @Test func `compression: off stores data as it is, max makes it smallest`() throws {
    try workshop.make(["tree/"])
    let words = (0..<200_000).map { "\(UInt64($0) &* 0x9E37_79B9_7F4A_7C15 % 5000) " }.joined()
    _ = try file("tree/text", words)
    var sizes: [Int] = []
    for (mode, environment) in [("off", [:]), ("auto", [:]), ("max", ["RESTIC_COMPRESSION": "off"])]
      as [(String, [String: String])]
    {
      let report = try backUp("tree", "--compression", mode, "--dry-run", environment: environment)
      sizes.append(try #require(report.summary?["dataAddedPacked"]?.int))
    }
    #expect(sizes[0] > words.utf8.count && sizes[0] > 2 * sizes[1] && sizes[1] > sizes[2], "\(sizes)")
    let byVariable = try backUp("tree", "--dry-run", environment: ["COFFRE_COMPRESSION": "off"])
    #expect(byVariable.summary?["dataAddedPacked"]?.int == sizes[0])
    try backUp("tree", "--compression", "off")
    #expect(try workshop.coffre(["repo", "check", "--read-data"]).isSuccess)
    try backUp("tree", "--compression", "extreme", expecting: 2)
  }

  @Test func `packs become as large as wished`() throws {
    try makeSeededFiles(30, in: "\(workshop.path)/tree", size: 1 << 20)
    try backUp("tree", "--pack-size", "4", "--read-concurrency", "3")
    #expect(workshop.packs.count >= 6, "\(workshop.packs.count)")
    for value in ["3", "129", "x"] { try backUp("tree", "--pack-size", value, expecting: 2) }
    try backUp("tree", "--no-scan", "--dry-run", "-x", "-f", "-n")
  }
}
