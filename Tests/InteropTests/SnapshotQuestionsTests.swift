import CoffreTestKit
import Testing

/// find, diff, dump and cat beside restic, on the same repository.
@Suite("questions about snapshots, beside restic")
struct SnapshotQuestionsTests {
  /// A repository with three snapshots that restic made: files come, go, move and change.
  private struct History {
    let workshop: Workshop
    let restic: ResticProgram
    let snapshots: [String]

    init(_ restic: ResticProgram, version: Int = 2) throws {
      self.restic = restic
      workshop = try Workshop(repositoryVersion: nil)
      try workshop.resticInit(restic, version: version)
      let tree = "\(workshop.path)/tree"
      try buildOddTree(at: tree, for: restic)
      try workshop.make(["tree/here/Mixed-Case.TXT", "tree/here/deep/er/notes.txt", "tree/goes/away", "tree/becomes"])
      try writeRealFile("\(tree)/large", seededBytes(7, count: 3_000_000))
      _ = try workshop.resticBackup(restic, ["tree"], in: workshop.path)
      try removeRealTree("\(tree)/goes")
      try removeRealTree("\(tree)/becomes")
      try makeRealSymlink("\(tree)/becomes", to: "a link")
      try workshop.make(["tree/comes/new/file", "tree/comes/other"])
      try writeRealFile("\(tree)/here/deep/er/notes.txt", "changed")
      try renameReal("\(tree)/large", to: "\(tree)/comes/moved")
      _ = try workshop.resticBackup(restic, ["tree"], in: workshop.path)
      try RealFolder(tree).setMode(Array("here".utf8), 0o700)
      try removeRealTree("\(tree)/comes/other")
      try makeRealFolder("\(tree)/comes/other")
      _ = try workshop.resticBackup(restic, ["tree"], in: workshop.path)
      snapshots = try workshop.resticSnapshots(restic).compactMap { $0["id"]?.text }
    }

    func resticJSON(_ arguments: String...) throws -> JSONValue {
      let outcome = try workshop.restic(restic, arguments + ["--json"])
      try #require(outcome.isSuccess, "\(outcome)")
      return try JSONValue(outcome.output)
    }

    func coffreLines(_ arguments: String...) throws -> [JSONValue] {
      let report = try workshop.coffreJSON(["snapshot"] + arguments)
      try #require(report.status == 0 && report.problem == nil, "\(report)")
      return report.lines
    }
  }

  /// Go shows each byte that is no UTF-8 as one U+FFFD, Swift a run of them.
  private func squeezed(_ text: String) -> String {
    var result = ""
    for character in text where character != "\u{FFFD}" || result.last != "\u{FFFD}" { result.append(character) }
    return result
  }

  // MARK: find

  @Test(arguments: Tool.restics, [1, 2])
  func `find finds what restic finds`(_ restic: ResticProgram, _ version: Int) throws {
    let history = try History(restic, version: version)
    let knowsDirectories = try restic.isAtLeast(17)
    for question in [
      ["notes.txt"], ["*.txt", "away"], ["mixed-case.txt", "-i"], ["here"], ["here/deep"], ["/tree/*/deep/**"],
      ["**/new"], ["file-1?"], ["[a-c]*"], ["nothing at all"],
      ["*", "--oldest", "2020-01-01", "--newest", "2100-01-01"],
      ["*", "--newest", "2010-06-01 12:00:00"], ["notes.txt", "--snapshot", history.snapshots[1]], ["*é*"],
    ] {
      let answer = try history.workshop.restic(restic, ["find", "--json"] + question)
      try #require(answer.isSuccess, "\(answer)")
      var expected: Set<String> = []
      for group in try JSONValue(answer.output).array {
        for match in group["matches"]?.array ?? [] {
          expected.insert(
            squeezed("\(group["snapshot"]?.text ?? "") \(match["path"]?.text ?? "") \(match["mtime"]?.text ?? "")"))
        }
      }
      let report = try history.workshop.coffreJSON(["snapshot", "find"] + question)
      #expect(report.status == 0, "\(report)")
      let found = report.lines(of: "match").map {
        squeezed("\($0["snapshot"]?.text ?? "") \($0["path"]?.text ?? "") \($0["mtime"]?.text ?? "")")
      }
      let (missing, more) = (expected.subtracting(found), Set(found).subtracting(expected))
      #expect(missing.isEmpty, "\(question): \(missing)")
      // Old restic passes over directories that it saw with nothing in them, also where they are what is looked for.
      let directories = Set(
        report.lines(of: "match").filter { $0["kind"]?.text == "dir" }.compactMap { $0["path"]?.text })
      let unexplained =
        knowsDirectories ? more : more.filter { line in !directories.contains { line.contains(" \($0) ") } }
      #expect(unexplained.isEmpty, "\(question): \(unexplained)")
      #expect(report.summary?["hits"]?.int == found.count)
    }
  }

  @Test(arguments: Tool.restics)
  func `find finds blobs, trees and packs as restic does`(_ restic: ResticProgram) throws {
    let history = try History(restic)
    let index = try history.workshop.objects("index").flatMap { id in
      try history.resticJSON("cat", "index", id)["packs"]?.array ?? []
    }
    let packs = index.compactMap { $0["id"]?.text }
    let blobs = index.flatMap { $0["blobs"]?.array ?? [] }
    let data = try #require(blobs.first { $0["type"]?.text == "data" }?["id"]?.text)
    let trees = blobs.filter { $0["type"]?.text == "tree" }.compactMap { $0["id"]?.text }
    for question in [["--blob", data], ["--blob", String(data.prefix(8))], ["--tree", trees[0]]]
      + packs.map({ ["--pack", $0] })
    {
      let answer = try history.workshop.restic(restic, ["find", "--json"] + question)
      try #require(answer.isSuccess, "\(answer)")
      let expected = Set(
        try JSONValue(answer.output).array.map {
          squeezed(
            "\($0["object_type"]?.text ?? "") \($0["id"]?.text ?? "") \($0["path"]?.text ?? "") \($0["snapshot"]?.text ?? "")"
          )
        })
      let found = Set(
        try history.workshop.coffreJSON(["snapshot", "find"] + question).lines(of: "object").map {
          squeezed(
            "\($0["objectType"]?.text ?? "") \($0["id"]?.text ?? "") \($0["path"]?.text ?? "") \($0["snapshot"]?.text ?? "")"
          )
        })
      // Old restic stops at the first tree it finds and does not tell the root's; what it tells, we tell.
      #expect(expected.subtracting(found).isEmpty, "\(question): \(expected.subtracting(found))")
      #expect(!found.isEmpty)
      if question[0] == "--blob" { #expect(found == expected) }
    }
  }

  // MARK: diff

  @Test(arguments: Tool.restics, [1, 2])
  func `diff tells the same changes and the same numbers`(_ restic: ResticProgram, _ version: Int) throws {
    let history = try History(restic, version: version)
    let knowsRot = try restic.isAtLeast(17)
    for (before, after) in [(0, 1), (1, 2), (0, 2), (2, 0), (1, 1)] {
      for options in [[], ["--metadata"]] {
        let sides = [history.snapshots[before], history.snapshots[after]]
        let answer = try history.workshop.restic(restic, ["diff", "--json"] + options + sides)
        try #require(answer.isSuccess, "\(answer)")
        let lines = try JSONValue.lines(answer.output)
        let report = try history.workshop.coffreJSON(["snapshot", "diff"] + options + sides)
        #expect(report.status == 0, "\(report)")
        let changes = report.lines(of: "change").map { change in
          let modifier = change["modifier"]?.text ?? ""
          return "\(knowsRot ? modifier : modifier.filter { $0 != "?" }) \(change["path"]?.text ?? "")"
        }
        let expected = lines.filter { $0["message_type"]?.text == "change" }.map {
          "\($0["modifier"]?.text ?? "") \($0["path"]?.text ?? "")"
        }
        #expect(changes == expected)
        let numbers = try #require(report.lines(of: "statistics").first)
        let statistics = try #require(lines.last)
        #expect(numbers["changedFiles"]?.int == statistics["changed_files"]?.int)
        for side in ["added", "removed"] {
          for (ours, theirs) in [
            ("files", "files"), ("dirs", "dirs"), ("others", "others"), ("dataBlobs", "data_blobs"),
            ("treeBlobs", "tree_blobs"), ("bytes", "bytes"),
          ] {
            #expect(numbers[side]?[ours]?.int == statistics[side]?[theirs]?.int, "\(side) \(ours): \(report)")
          }
        }
      }
    }
  }

  // MARK: dump

  @Test(arguments: Tool.restics, [1, 2])
  func `dump prints files as restic does`(_ restic: ResticProgram, _ version: Int) throws {
    let history = try History(restic, version: version)
    for path in ["/tree/files/several-chunks", "/tree/files/empty", "/tree/here/Mixed-Case.TXT", "/tree/files/sparse"] {
      let expected = try history.workshop.restic(restic, ["dump", "latest", path])
      try #require(expected.isSuccess, "\(expected)")
      for arguments in [["latest", path], ["latest:\(path)"]] {
        let dump = try history.workshop.coffre(["snapshot", "dump"] + arguments)
        #expect(dump.isSuccess && dump.errors.isEmpty, "\(dump.errors)")
        #expect(dump.outputBytes == expected.outputBytes, "\(path)")
      }
    }
  }

  @Test(arguments: Tool.restics)
  func `a folder is the same list of names in our tar as in restic's`(_ restic: ResticProgram) throws {
    let history = try History(restic)
    let tar = try Tool.named("tar", package: "tar")
    for folder in ["/tree/here", "/tree/links", "/"] {
      let paths = ["restic", "coffre"].map { "\(history.workshop.path)/\($0).tar" }
      let theirs = try history.workshop.restic(restic, ["dump", "latest", folder])
      try #require(theirs.isSuccess, "\(theirs.errors)")
      try writeRealFile(paths[0], theirs.outputBytes)
      let ours = try history.workshop.coffre(["snapshot", "dump", "latest", folder, "-o", paths[1]])
      #expect(ours.isSuccess, "\(ours)")
      let lists = try paths.map { path in
        // Old restic leaves devices and fifos out.
        try tar.run(["-tvf", path, "--quoting-style=escape"]).output.split(separator: "\n")
          .filter { ["-", "d", "l", "h"].contains($0.first) }
          .map { line in
            let name = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true).last ?? ""
            return String(name.split(separator: " -> ")[0].split(separator: " link to ")[0])
          }
      }
      #expect(lists[0].count > 3 && Set(lists[0]) == Set(lists[1]), "\(folder)")
      #expect(lists[1].count == Set(lists[1]).count)
    }
  }

  // MARK: cat

  @Test(arguments: Tool.restics, [1, 2])
  func `cat shows the objects that restic shows`(_ restic: ResticProgram, _ version: Int) throws {
    let history = try History(restic, version: version)
    let workshop = history.workshop
    for words in [
      ["config"], ["snapshot", history.snapshots[0]], ["key", workshop.objects("keys")[0]],
      ["index", workshop.objects("index")[0]],
    ] {
      let theirs = try workshop.restic(restic, ["cat"] + words)
      let ours = try workshop.coffre(["snapshot", "cat"] + words)
      #expect(ours.isSuccess && theirs.isSuccess, "\(ours)")
      #expect(try JSONValue(ours.output) == JSONValue(theirs.output), "\(words)")
      if words[0] == "config" || words[0] == "key" { #expect(ours.output == theirs.output, "\(words)") }
    }
    let index = try history.resticJSON("cat", "index", workshop.objects("index")[0])
    let blobs = index["packs"]?.array.flatMap { $0["blobs"]?.array ?? [] } ?? []
    for blob in blobs.prefix(20) {
      let id = try #require(blob["id"]?.text)
      let theirs = try workshop.restic(restic, ["cat", "blob", id])
      // Through a pipe restic 0.14 adds nothing to data; to trees neither.
      #expect(try workshop.coffre(["snapshot", "cat", "blob", id]).outputBytes == theirs.outputBytes, "\(id)")
    }
    let pack = try #require(workshop.packs.first)
    let theirs = try workshop.restic(restic, ["cat", "pack", pack])
    #expect(
      try workshop.coffre(["snapshot", "cat", "pack", String(pack.prefix(12))]).outputBytes == theirs.outputBytes)
  }
}
