import CoffreTestKit
import Testing

/// Backups on a shelf that are one file each, with two small ones beside it: through the program.
@Suite("Shelves of files")
struct ShelfFileTests {
  private let workshop: Workshop
  private var shelf: String { "\(workshop.path)/shelf" }
  private var tree: String { "\(workshop.path)/tree" }
  private var names: [String] { realNames(in: shelf).filter { !$0.hasSuffix(".lock") }.sorted() }

  init() throws {
    workshop = try Workshop(repositoryVersion: nil)
    try makeRealFolder("\(workshop.path)/tree")
    try writeRealFile("\(tree)/a", "one")
  }

  @discardableResult
  private func coffre(_ words: [String]) throws -> ProgramOutcome { try Tool.coffre().run(words, workshop.settings()) }

  private func backUp(_ words: [String] = []) throws -> ProgramOutcome {
    try coffre(["backup", tree, "--to", shelf, "--name-template", "one-{timestamp}"] + words)
  }

  private func shell(_ script: String, in folder: String) throws -> ProgramOutcome {
    var settings = ProgramSettings()
    settings.directory = folder
    return try Tool.named("bash", package: "bash").run(["-o", "pipefail", "-euc", script], settings)
  }

  /// Whether the shelf has nothing but three files for each of so many backups.
  private func expectFiles(_ count: Int, _ ending: String, _ comment: Comment? = nil) {
    let manifests = names.filter { $0.hasSuffix(".manifest.json") }
    let points = manifests.map { $0.dropLast(".manifest.json".count) }
    #expect(manifests.count == count, comment)
    #expect(
      names == points.flatMap { ["\($0).manifest.json", "\($0).sha256", "\($0).\(ending)"] }.sorted(), comment)
  }

  // MARK: The usual ways

  @Test func `backup, list, show, verify, restore, prune`() throws {
    try writeRealFile("\(tree)/b", "two")
    let first = try backUp()
    #expect(first.isSuccess && first.output.contains("saved (full)"), "\(first)")
    expectFiles(1, "tar.zst")
    // A folder in between: they are one chain.
    try writeRealFile("\(tree)/a", "changed")
    let second = try coffre(["backup", tree, "--to", shelf, "--variant", "incremental"])
    #expect(second.isSuccess && second.output.contains("saved (incremental)"), "\(second)")
    try removeRealTree("\(tree)/b")
    let third = try backUp(["--variant", "incremental", "--format", "zip"])
    #expect(third.isSuccess && third.output.contains("saved (incremental)"), "\(third)")

    let list = CoffreReport(try coffre(["shelf", "list", shelf, "--json"]))
    #expect(list.status == 0 && list.lines.map { $0["form"]?.text } == ["file", "folder", "file"], "\(list)")
    let archive = try #require(list.lines.last?["archive"]?.text)
    #expect(archive.hasPrefix("one-") && archive.hasSuffix(".zip") && names.contains(archive), "\(list)")
    let show = try coffre(["shelf", "show", shelf, archive, "--changes"])
    #expect(show.isSuccess && show.output.contains("- \(tree)/b") && show.output.contains(archive), "\(show)")
    let sums = try shell("sha256sum --strict -c ./*.sha256", in: shelf)
    #expect(sums.isSuccess && sums.output.split(separator: "\n").count == 4, "\(sums)")
    let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"])
    #expect(verify.isSuccess && verify.output.contains("3 backups, all whole"), "\(verify)")
    let target = "\(workshop.path)/restored"
    let restore = try coffre(["shelf", "restore", shelf, "latest", "--to", target])
    #expect(restore.isSuccess, "\(restore)")
    try expectEqualTrees(tree, target + tree)

    #expect(try backUp().isSuccess)
    let prune = try coffre(["shelf", "prune", shelf, "--keep-last", "1"])
    #expect(prune.isSuccess && prune.output.contains("removed 3 backups"), "\(prune)")
    expectFiles(1, "tar.zst")
  }

  /// Whoever unpacks such a file by hand needs nothing beside it.
  @Test(arguments: ["tar", "tar.gz", "tar.zst", "tar.xz", "zip", "7z"])
  func `a backup in one file is a plain archive`(_ format: String) throws {
    try workshop.make(["tree/folder/inside"])
    #expect(try backUp(["--format", format]).isSuccess)
    expectFiles(1, format)
    let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"])
    #expect(verify.isSuccess, "\(verify)")
    let archive = "\(shelf)/\(try #require(names.first { $0.hasSuffix(".\(format)") }))"
    #expect(try coffre(["archive", "test", archive]).isSuccess)
    let list = try coffre(["archive", "list", archive])
    #expect(list.isSuccess && list.output.contains("folder/inside"), "\(list)")
    for (number, words) in [
      ["shelf", "restore", shelf, "latest"], ["shelf", "restore", archive], ["archive", "extract", archive],
    ].enumerated() {
      let target = "\(workshop.path)/restored-\(number)"
      let restore = try coffre(words + ["--to", target])
      #expect(restore.isSuccess, "\(restore)")
      let content = try shell("diff -r '\(tree)' '\(target)\(tree)'", in: workshop.path)
      #expect(content.isSuccess, "\(content)")
      if number == 0 { try expectEqualTrees(tree, target + tree) }
    }
  }

  @Test(arguments: [("gz", "gzip -dc"), ("zst", "zstd -dqc"), ("xz", "xz -dc"), ("raw", "cat")])
  func `one stream is one compressed file`(_ example: (format: String, command: String)) throws {
    // Its name could be that of an archive.
    let backup = try coffre([
      "backup", "--to", shelf, "--format", example.format, "--name-template", "{timestamp}.tar",
      "--stdin-from-command", "--stdin-filename", "/list.txt", "--", "echo", "hello",
    ])
    #expect(backup.isSuccess, "\(backup)")
    expectFiles(1, example.format)
    let unpacked = try shell("\(example.command) *.tar.\(example.format)", in: shelf)
    #expect(unpacked.isSuccess && unpacked.output == "hello\n", "\(unpacked)")
    let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"])
    #expect(verify.isSuccess, "\(verify)")
    let target = "\(workshop.path)/restored"
    #expect(try coffre(["shelf", "restore", shelf, "latest", "--to", target]).isSuccess)
    #expect(try readRealFile("\(target)/list.txt") == Array("hello\n".utf8))
  }

  @Test func `a database is one file, opened by its own tools`() throws {
    let database = SQLiteDatabase("\(workshop.path)/shop.db")
    try database.run("CREATE TABLE orders (id INTEGER PRIMARY KEY, what TEXT); INSERT INTO orders VALUES (1, 'shelf');")
    let backup = try coffre([
      "backup", "sqlite:\(database.path)", "--to", shelf, "--format", "tar.gz", "--name-template", "db-{timestamp}",
    ])
    #expect(backup.isSuccess, "\(backup)")
    expectFiles(1, "tar.gz")
    let unpacked = try shell(
      "mkdir out; tar -C out -xzf shelf/db-*.tar.gz; find out -type f -name shop.db", in: workshop.path)
    let copy = SQLiteDatabase("\(workshop.path)/\(unpacked.output.split(separator: "\n").first ?? "")")
    #expect(try copy.dump() == database.dump(), "\(unpacked)")
    #expect(try coffre(["shelf", "verify", shelf, "--level", "contents"]).isSuccess)
  }

  @Test func `damage is named, and nothing is written`() throws {
    #expect(try backUp(["--format", "tar"]).isSuccess)
    let archive = try #require(names.first { $0.hasSuffix(".tar") })
    let point = String(archive.dropLast(".tar".count))
    let bytes = try readRealFile("\(shelf)/\(archive)")
    for damaged in [nil, Array(bytes.dropLast()), Array("no archive".utf8)] {
      try removeRealTree("\(shelf)/\(archive)")
      if let damaged { try writeRealFile("\(shelf)/\(archive)", damaged) }
      let verify = try coffre(["shelf", "verify", shelf])
      #expect(verify.status == 15 && verify.errors.contains("'\(archive)'"), "\(verify)")
      let target = "\(workshop.path)/restored"
      let restore = try coffre(["shelf", "restore", shelf, point, "--to", target])
      #expect(restore.status == 15 && restore.errors.contains("'\(archive)'") && !realEntryExists(target), "\(restore)")
    }
    let next = try backUp(["--format", "tar", "--variant", "incremental"])
    #expect(next.isSuccess && next.output.contains("saved (full)"), "\(next)")
    // Without its manifest it is lost, and that is told too.
    try writeRealFile("\(shelf)/\(archive)", bytes)
    try removeRealTree("\(shelf)/\(point).manifest.json")
    let list = try coffre(["shelf", "list", shelf])
    #expect(list.status == 1 && list.errors.contains("\(point).manifest.json"), "\(list)")
    let prune = try coffre(["shelf", "prune", shelf, "--keep-last", "1"])
    #expect(prune.status == 1 && prune.errors.contains("nothing was removed"), "\(prune)")
  }

  // MARK: Kills

  /// What changes a folder, or brings it to the disk.
  private static let calls = ["mkdirat", "renameat", "renameat2", "unlinkat", "fsync"]
  private static let templates = ["one-{timestamp}", "one-{timestamp}/"]

  private static let mayTrace: Bool = {
    guard let strace = try? Tool.named("strace", package: "strace") else { return true }
    return (try? strace.run(["-qq", "-o", "/dev/null", "true"]))?.isSuccess ?? false
  }()

  /// Runs the program again and again, and kills it just before each call of the system that changes something: not where
  /// chance finds it. What it left is looked at, and each run cleans up after the one before.
  ///
  /// - Parameter prepare: run before each time.
  /// - Returns: how often it was killed.
  private func killAtEachStep(
    of words: [String], preparing prepare: (_ points: Int) throws -> Void = { _ in }
  ) throws -> Int {
    var kills = 0
    let strace = try Tool.named("strace", package: "strace")
    for call in Self.calls {
      var number = 1
      while true {
        let list = CoffreReport(try coffre(["shelf", "list", shelf, "--json"]))
        #expect(list.status == 0 && !list.lines.isEmpty, "\(call) \(number): \(list)")
        let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"])
        #expect(verify.isSuccess, "\(call) \(number): \(verify)")
        try prepare(list.lines.count)
        let inject = ["-e", "trace=\(call)", "-e", "inject=\(call):signal=KILL:when=\(number)"]
        let run = try strace.run(
          ["-f", "-qq", "-o", "\(workshop.path)/trace"] + inject + [Tool.coffre().path] + words, workshop.settings())
        if run.isSuccess { break }
        try #require(run.status == 137, "\(call) \(number): \(run)")
        kills += 1
        number += 1
      }
    }
    return kills
  }

  private func expectNothingElse(_ template: String) throws {
    let list = CoffreReport(try coffre(["shelf", "list", shelf, "--json"]))
    guard !template.hasSuffix("/") else {
      #expect(names == list.lines.compactMap { $0["name"]?.text }.sorted())
      return
    }
    expectFiles(list.lines.count, "tar")
  }

  @Test(.enabled(if: mayTrace, "strace may trace nothing here"), arguments: templates)
  func `a backup that is killed at any of its steps leaves whole backups alone`(_ template: String) throws {
    let words = ["backup", tree, "--to", shelf, "--format", "tar", "--name-template", template]
    #expect(try coffre(words).isSuccess)
    let kills = try killAtEachStep(of: words + ["--variant", "incremental"])
    #expect(kills > 10, "a backup has more steps")
    try expectNothingElse(template)
  }

  @Test(.enabled(if: mayTrace, "strace may trace nothing here"), arguments: templates)
  func `a removal that is killed at any of its steps leaves whole backups alone`(_ template: String) throws {
    let words = ["backup", tree, "--to", shelf, "--format", "tar", "--name-template", template]
    #expect(try coffre(words).isSuccess)
    let prune = ["shelf", "prune", shelf, "--keep-last", "1"]
    let kills = try killAtEachStep(of: prune) { points in
      guard points < 2 else { return }
      let backup = try coffre(words)
      #expect(backup.isSuccess, "\(backup)")
    }
    #expect(kills >= 4, "a removal has more steps")
    #expect(try coffre(prune).isSuccess)
    try expectNothingElse(template)
    #expect(names.count == (template.hasSuffix("/") ? 1 : 3))
  }
}
