import CoffreTestKit
import Glibc
import Testing

/// Shelves as people use them: through the program.
@Suite("Shelves")
struct ShelfTests {
  private let workshop: Workshop
  private var shelf: String { "\(workshop.path)/shelf" }
  private var tree: String { "\(workshop.path)/tree" }

  init() throws {
    workshop = try Workshop(repositoryVersion: nil)
    try makeRealFolder("\(workshop.path)/tree")
  }

  /// Without the words that name a repository.
  @discardableResult
  private func coffre(_ words: [String], _ change: (inout ProgramSettings) -> Void = { _ in }) throws -> ProgramOutcome
  {
    try Tool.coffre().run(words, workshop.settings(change))
  }

  private func report(_ words: [String]) throws -> CoffreReport { CoffreReport(try coffre(words + ["--json"])) }

  private func backUp(_ words: [String] = []) throws -> ProgramOutcome {
    try coffre(["backup", tree, "--to", shelf] + words)
  }

  private var points: [String] { realNames(in: shelf).filter { !$0.hasPrefix(".") }.sorted() }
  private var hidden: [String] { realNames(in: shelf).filter { $0.hasPrefix(".") && !$0.hasSuffix(".lock") } }

  // MARK: The usual ways

  @Test func `backup, list, show, verify, restore, prune`() throws {
    try writeRealFile("\(tree)/a", "one")
    try writeRealFile("\(tree)/b", "two")
    let first = try backUp()
    #expect(first.isSuccess && first.output.contains("saved (full)"), "\(first)")
    try removeRealTree("\(tree)/b")
    try writeRealFile("\(tree)/a", "changed")
    let second = try backUp(["--variant", "incremental"])
    #expect(second.isSuccess && second.output.contains("saved (incremental)"), "\(second)")
    #expect(second.output.contains("1 deleted, 0 renamed") && second.errors.contains("follows '"), "\(second)")
    #expect(points.count == 2 && hidden.isEmpty)

    let list = try report(["shelf", "list", shelf])
    #expect(list.status == 0 && list.lines.map { $0["variant"]?.text } == ["full", "incremental"], "\(list)")
    let show = try coffre(["shelf", "show", shelf, "latest", "--changes", "--entries"])
    #expect(show.isSuccess && show.output.contains("- \(tree)/b"), "\(show)")
    let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"])
    #expect(verify.isSuccess && verify.output.contains("2 backups, all whole"), "\(verify)")
    let target = "\(workshop.path)/restored"
    let restore = try coffre(["shelf", "restore", shelf, "latest", "--to", target])
    #expect(restore.isSuccess, "\(restore)")
    try expectEqualTrees(tree, target + tree)

    let third = try backUp()
    #expect(third.isSuccess, "\(third)")
    let plan = try coffre(["shelf", "prune", shelf, "--keep-last", "1", "-n"])
    #expect(plan.isSuccess && plan.output.contains("would remove 2 backups"), "\(plan)")
    #expect(points.count == 3)
    let prune = try coffre(["shelf", "prune", shelf, "--keep-last", "1"])
    #expect(prune.isSuccess && prune.output.contains("removed 2 backups"), "\(prune)")
    #expect(points.count == 1)
  }

  @Test func `tar and sha256sum open what was written`() throws {
    try writeRealFile("\(tree)/a", "one")
    let backup = try backUp(["--format", "tar.gz", "--name-template", "site-{variant}-{timestamp}/"])
    #expect(backup.isSuccess, "\(backup)")
    let point = try #require(points.first)
    #expect(point.hasPrefix("site-full-"))
    var settings = ProgramSettings()
    settings.directory = "\(shelf)/\(point)"
    let sums = try Tool.named("sha256sum", package: "coreutils").run(["-c", "SHA256SUMS"], settings)
    #expect(sums.isSuccess, "\(sums)")
    let target = "\(workshop.path)/unpacked"
    try makeRealFolder(target)
    let tar = try Tool.named("tar", package: "tar").run(["-xzf", "files.tar.gz", "-C", target], settings)
    #expect(tar.isSuccess, "\(tar)")
    try expectEqualTrees(tree, target + tree)
  }

  @Test func `an archive that another program made comes back`() throws {
    try writeRealFile("\(tree)/a", "one")
    // tar keeps whole seconds unless it is told otherwise.
    #expect(try Tool.named("touch", package: "coreutils").run(["-d", "@1700000000", "\(tree)/a"]).isSuccess)
    let tar = try Tool.named("tar", package: "tar").run(["-czf", "\(workshop.path)/foreign.tar.gz", "-C", tree, "."])
    #expect(tar.isSuccess, "\(tar)")
    let target = "\(workshop.path)/restored"
    let restore = try coffre(["shelf", "restore", "\(workshop.path)/foreign.tar.gz", "--to", target])
    #expect(restore.isSuccess, "\(restore)")
    try expectEqualTrees(tree, target)
  }

  @Test func `a backup never goes into itself`() throws {
    try writeRealFile("\(tree)/a", "one")
    let inside = "\(tree)/shelf"
    for _ in 0..<2 {
      let backup = try coffre(["backup", tree, "--to", inside, "--variant", "incremental"])
      #expect(backup.isSuccess, "\(backup)")
    }
    let list = try report(["shelf", "list", inside])
    #expect(list.lines.map { $0["files"]?.int } == [1, 1], "\(list)")
  }

  @Test func `a dry run tells what would be stored, and writes nothing`() throws {
    try writeRealFile("\(tree)/a", "one")
    let first = try backUp(["--dry-run"])
    #expect(first.isSuccess && first.output.contains("would store 3 B before compression (full)"), "\(first)")
    #expect(first.output.contains("dry run: nothing was written") && !realEntryExists(shelf), "\(first)")
    #expect(try backUp().isSuccess)
    let before = points
    try removeRealTree("\(tree)/a")
    try writeRealFile("\(tree)/b", "three")
    let next = try report(["backup", tree, "--to", shelf, "--variant", "incremental", "-n"])
    let line = try #require(next.lines.last)
    #expect(next.status == 0 && line["dryRun"]?.bool == true, "\(next)")
    #expect(line["variant"]?.text == "incremental" && line["parent"]?.text == points.first, "\(next)")
    #expect(line["filesNew"]?.int == 1 && line["deleted"]?.int == 1 && line["storedBytes"]?.int == 5, "\(next)")
    #expect(points == before && hidden.isEmpty)
    let restore = try coffre(["shelf", "restore", shelf, "latest", "--to", "\(workshop.path)/r", "--dry-run"])
    #expect(restore.isSuccess && !realEntryExists("\(workshop.path)/r"), "\(restore)")
    #expect(realNames(in: shelf).filter { $0.hasPrefix(".") } == [".coffre-writer.lock"], "of the backup that was made")
  }

  @Test func `a part of a backup comes back by patterns`() throws {
    try workshop.make(["tree/in/kept.txt", "tree/in/left.log", "tree/out/other.txt"])
    #expect(try backUp().isSuccess)
    let target = "\(workshop.path)/restored"
    let restore = try coffre([
      "shelf", "restore", shelf, "latest", "--to", target, "--include", "\(tree)/in", "--exclude", "*.log",
    ])
    #expect(restore.isSuccess && restore.output.contains("restored 1 file"), "\(restore)")
    #expect(realNames(in: target + tree) == ["in"] && realNames(in: "\(target)\(tree)/in") == ["kept.txt"])
    // Of an archive alone too.
    let point = try #require(points.first)
    let archive = try coffre([
      "shelf", "restore", "\(shelf)/\(point)/files.tar.zst", "--to", "\(workshop.path)/again", "-i", "*.log",
    ])
    #expect(archive.isSuccess, "\(archive)")
    #expect(realNames(in: "\(workshop.path)/again\(tree)/in") == ["left.log"])
  }

  /// tar makes the second name a link to the first.
  @Test func `a name of a file that is left out comes back with its content`() throws {
    try workshop.make(["tree/a", "tree/other"])
    try writeRealFile("\(tree)/a", "linked")
    #expect(try Tool.named("ln", package: "coreutils").run(["\(tree)/a", "\(tree)/b"]).isSuccess)
    let file = "\(workshop.path)/foreign.tar.gz"
    let tar = try Tool.named("tar", package: "tar").run(["-czf", file, "-C", tree, "a", "b", "other"])
    #expect(tar.isSuccess, "\(tar)")
    for (number, words) in [["shelf", "restore"], ["archive", "extract"]].enumerated() {
      let target = "\(workshop.path)/restored-\(number)"
      let restore = try coffre(words + [file, "--to", target, "--include", "b"])
      #expect(restore.isSuccess && !restore.errors.contains("warning"), "\(restore)")
      #expect(realNames(in: target) == ["b"])
      #expect(try readRealFile("\(target)/b") == Array("linked".utf8))
      let nothing = try coffre(words + [file, "--to", target, "--include", "nothing"])
      #expect(
        nothing.isSuccess && nothing.errors.contains("nothing in the archive matches the patterns"), "\(nothing)")
    }
  }

  // MARK: Refusals

  @Test(arguments: [
    ["--repo", "/srv/x"], ["--pack-size", "16"], ["--parent", "latest"],
  ])
  func `options of repositories are refused`(_ words: [String]) throws {
    let refused = try backUp(words)
    #expect(refused.status == 2 && refused.errors.contains("'--to' names a shelf"), "\(refused)")
  }

  @Test func `what is no shelf, no backup or no rule is told apart`() throws {
    let none = try coffre(["shelf", "list", "\(workshop.path)/nothing"])
    #expect(none.status == 10 && none.errors.contains("is no shelf"), "\(none)")
    try makeRealFolder(shelf)
    let point = try coffre(["shelf", "restore", shelf, "2026", "--to", "\(workshop.path)/r"])
    #expect(point.status == 1 && point.errors.contains("has no point '2026'"), "\(point)")
    let rule = try coffre(["shelf", "prune", shelf])
    #expect(rule.status == 2 && rule.errors.contains("no rule says what to keep"), "\(rule)")
  }

  @Test func `damage is named, and nothing is written`() throws {
    try writeRealFile("\(tree)/a", "one")
    #expect(try backUp(["--format", "tar"]).isSuccess)
    let point = try #require(points.first)
    try writeRealFile("\(shelf)/\(point)/files.tar", "no archive")
    let verify = try coffre(["shelf", "verify", shelf])
    #expect(verify.status == 15 && verify.errors.contains(point), "\(verify)")
    let target = "\(workshop.path)/restored"
    let restore = try coffre(["shelf", "restore", shelf, point, "--to", target])
    #expect(restore.status == 15 && restore.errors.contains("files.tar") && !realEntryExists(target), "\(restore)")
  }

  // MARK: Trouble

  /// Kills come when the archive has reached sizes spread over its whole length, and while it is read back: whatever the
  /// machine's speed, each finds the run somewhere else.
  @Test(.tags(.slow), arguments: ["folder-{timestamp}/", "file-{timestamp}"])
  func `a kill at any moment leaves nothing under a final name that does not verify`(_ template: String) throws {
    try makeSeededFiles(12, in: tree, size: 1 << 20)
    let whole = 12 << 20
    var random = SeededRandom(seed: 20_261_122)
    for round in 0..<20 {
      // Beyond the end: while the archive is ended, read back, named.
      let moment = Int(random.next() % UInt64(whole + whole / 3))
      let before = Set(points)
      let words = [
        "backup", tree, "--to", shelf, "--format", "tar", "--variant", round % 2 == 0 ? "full" : "incremental",
        "--name-template", template,
      ]
      if round % 2 == 1 { try writeRealFile("\(tree)/\(round)", seededBytes(UInt64(round), count: 1 << 20)) }
      let backup = try Tool.coffre().start(words + ["--force"], workshop.settings())
      _ = backup.waitUntil {
        backup.hasEnded || Set(points) != before
          || hidden.contains { size(of: "\(shelf)/\($0)") >= moment }
      }
      backup.kill(SIGKILL)
      _ = try backup.wait()
      let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"])
      #expect(verify.isSuccess || !realEntryExists(shelf), "round \(round), killed at \(moment): \(verify)")
    }
    let last = try backUp(["--format", "tar"])
    #expect(last.isSuccess, "\(last)")
    #expect(hidden.isEmpty, "left: \(hidden)")
    let target = "\(workshop.path)/restored"
    let restore = try coffre(["shelf", "restore", shelf, "latest", "--to", target])
    #expect(restore.isSuccess, "\(restore)")
    try expectEqualTrees(tree, target + tree)
  }

  /// Of all files in a folder, in bytes.
  private func size(of folder: String) -> Int {
    realNames(in: folder).reduce(0) { $0 + ((try? realStatus("\(folder)/\($1)").size) ?? 0) }
  }

  @Test(.enabled(if: isRoot, "needs root"), arguments: ["folder-{timestamp}/", "file-{timestamp}"])
  func `a full disk leaves what was there, and nothing else`(_ template: String) throws {
    let words = ["--format", "tar", "--name-template", template]
    let mount = try MemoryMount(at: shelf, options: "size=6m")
    try makeSeededFiles(2, in: tree, size: 1 << 20)
    #expect(try backUp(words).isSuccess)
    let before = points
    try makeSeededFiles(5, in: "\(tree)/more", size: 1 << 20)
    let full = try backUp(words)
    #expect(full.status == 21 && full.errors.contains("No space left on device"), "\(full)")
    #expect(points == before && hidden.isEmpty)
    let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"])
    #expect(verify.isSuccess, "\(verify)")
    // What changed fits.
    try removeRealTree("\(tree)/more")
    try writeRealFile("\(tree)/small", "small")
    let incremental = try backUp(words + ["--variant", "incremental"])
    #expect(incremental.isSuccess && points.count == 2 * before.count, "\(incremental)")
    withExtendedLifetime(mount) {}
  }

  @Test(.enabled(if: isRoot, "needs root")) func `a 7z that will not fit is refused before it begins`() throws {
    let mount = try MemoryMount(at: shelf, options: "size=16m")
    try makeSeededFiles(2, in: tree, size: 1 << 20)
    #expect(try backUp(["--format", "7z"]).isSuccess)
    try makeSeededFiles(10, in: "\(tree)/more", size: 1 << 20)
    let refused = try backUp(["--format", "7z", "--variant", "incremental"])
    #expect(refused.status == 21 && refused.errors.contains("it may take"), "\(refused)")
    #expect(points.count == 1 && hidden.isEmpty)
    withExtendedLifetime(mount) {}
  }

  @Test(.enabled(if: isRoot, "needs root")) func `a shelf that may not be written to is said so, and can be read`()
    throws
  {
    try writeRealFile("\(tree)/a", "one")
    #expect(try backUp().isSuccess)
    try workshop.give(to: "nobody")
    let chmod = try Tool.named("chmod", package: "coreutils").run(["0500", shelf])
    #expect(chmod.isSuccess)
    let copy = "\(workshop.path)/program"
    #expect(try Tool.named("cp", package: "coreutils").run([Tool.coffre().path, copy]).isSuccess)
    func asNobody(_ words: [String]) throws -> ProgramOutcome {
      try Tool(path: copy).run(words, workshop.settings { $0.user = "nobody" })
    }
    let refused = try asNobody(["backup", tree, "--to", shelf, "--variant", "incremental"])
    #expect(refused.status == 22 && refused.errors.contains("Permission denied"), "\(refused)")
    #expect(points.count == 1 && hidden.isEmpty)
    let restore = try asNobody(["shelf", "restore", shelf, "latest", "--to", "\(workshop.path)/restored"])
    #expect(restore.isSuccess, "\(restore)")
  }
}
