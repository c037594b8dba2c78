import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// `snapshot forget`, `tag`, `show` and `list`, run as people run them.
@Suite("Snapshot commands")
struct SnapshotCommandTests {
  private let workshop: Workshop
  /// One a day from 2024-01-01 on, oldest first.
  private let ids: [String]

  init() throws {
    workshop = try Workshop()
    let repository = try workshop.openRepository()
    ids = try (0..<5).map { number in
      var snapshot = Snapshot(
        time: Timestamp(seconds: 1_704_103_200 + Int64(number) * 86_400, nanoseconds: 0, utcOffset: 3600),
        tree: Digest(words: 1, 2, 3, 4), paths: ["/home", "/etc"])
      snapshot.hostname = number == 4 ? "desk" : "shop"
      snapshot.tags = number == 0 ? ["first", "kept"] : []
      return try repository.save(snapshot, with: repository.makeCodec()).description
    }
  }

  private func short(_ number: Int) -> String { String(ids[number].prefix(8)) }

  private func expect(
    _ outcome: ProgramOutcome, _ status: Int32, _ words: String..., location: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == status, "\(outcome)", sourceLocation: location)
    for word in words {
      #expect((outcome.output + outcome.errors).contains(word), "\(word): \(outcome)", sourceLocation: location)
    }
  }

  // MARK: forget

  @Test func `forget shows what stays, why, and what goes`() throws {
    let outcome = try workshop.coffre(["snapshot", "forget", "--keep-daily", "2", "--keep-tag", "kept", "-n"])
    #expect(
      outcome.output == """
        host 'desk', paths '/etc, /home'
          keep 1 snapshot:
            ID        TIME                 KEPT AS
            \(short(4))  2024-01-05 11:00:00  daily
          remove nothing

        host 'shop', paths '/etc, /home'
          keep 3 snapshots:
            ID        TIME                 TAGS        KEPT AS
            \(short(3))  2024-01-04 11:00:00              daily
            \(short(2))  2024-01-03 11:00:00              daily
            \(short(0))  2024-01-01 11:00:00  first,kept  tags kept
          remove 1 snapshot:
            ID        TIME
            \(short(1))  2024-01-02 11:00:00

        would remove 1 snapshot and keep 4, in 2 groups
        dry run: nothing was removed

        """)
    #expect(workshop.snapshotIDs.sorted() == ids.sorted())
  }

  @Test func `forget removes, and tells in JSON what and why`() throws {
    let report = try workshop.coffreJSON(["snapshot", "forget", "-l", "1", "--keep-within-daily", "1d2h", "-g", "none"])
    #expect(report.status == 0 && report.problem == nil, "\(report)")
    let group = try #require(report.lines(of: "group").first)
    #expect(group["host"] == nil && group["paths"] == nil)
    let keep = group["keep"]?.array ?? []
    #expect(keep.compactMap { $0["id"]?.text } == [ids[4], ids[3]])
    #expect(keep.first?["reasons"]?.array.compactMap { $0["rule"]?.text } == ["last", "daily"])
    #expect(keep.first?["reasons"]?.array.last?["within"]?.text == "1d2h")
    #expect(keep.first?["left"]?["last"]?.int == 0)
    #expect(keep.last?["snapshot"]?["hostname"]?.text == "shop")
    #expect(group["remove"]?.array.compactMap { $0["id"]?.text } == [ids[2], ids[1], ids[0]])
    #expect(report.summary?["removed"]?.array.compactMap(\.text) == Array(ids[..<3]))
    #expect(report.summary?["snapshotsKept"]?.int == 2 && report.summary?["dryRun"]?.bool == false)
    #expect(workshop.snapshotIDs.sorted() == ids[3...].sorted())
    #expect(workshop.locks.isEmpty)
    let journal = try #require(workshop.journals.first)
    let text = String(decoding: try readRealFile(journal), as: UTF8.self)
    #expect(text.contains(ids[0]), "the journal names what was removed")
  }

  @Test(arguments: [
    (["--keep-last", "0"], "no rule says what to keep"), ([], "no rule says what to keep"),
    (["--keep-daily", "-2"], "is no count"), (["--keep-last", "many"], "is no count"),
    (["--keep-within", "3w"], "is no duration"), (["--keep-within-daily", "-3d"], "is no duration"),
    (["-l", "1", "--group-by", "size"], "is no list of groups"), (["-l", "1", "-l", "2"], "is given twice"),
    (["abcd", "--keep-last", "1"], "named snapshots are removed whatever the rules say"),
    (["abcd", "--host", "shop"], "do not narrow"), (["--unsafe-allow-remove-all"], "would remove every snapshot"),
    (["-l", "1", "--max-unused", "0"], "does nothing without '--prune'"),
    (["-l", "1", "--prune", "--max-unused", "200%"], "is no limit for unused data"),
  ])
  func `forget refuses what it cannot mean`(_ example: (arguments: [String], problem: String)) throws {
    expect(try workshop.coffre(["snapshot", "forget"] + example.arguments), 2, "error: ", example.problem, "do: ")
    #expect(workshop.snapshotIDs.count == 5)
  }

  @Test func `forget never empties a group by rules`() throws {
    expect(
      try workshop.coffre(["snapshot", "forget", "--keep-tag", "kept"]), 1,
      "the rules would remove the last snapshot of host 'desk', paths '/etc, /home'", "do: ")
    #expect(workshop.snapshotIDs.count == 5)
  }

  @Test func `forget removes all of a filter only if told so twice`() throws {
    expect(
      try workshop.coffre(["snapshot", "forget", "--unsafe-allow-remove-all", "--host", "shop", "-q"]), 0)
    #expect(workshop.snapshotIDs == [ids[4]])
  }

  @Test func `forget asks for the password once, also if it prunes`() throws {
    try workshop.make(["tree/one"])
    for _ in 0..<2 { try #require(try workshop.coffre(["backup", "tree"]) { $0.directory = workshop.path }.isSuccess) }
    let command = "sh -c 'echo asked >> \(workshop.path)/asked; cat \(workshop.passwordFile)'"
    // The snapshots without trees would stop the prune.
    try #require(try workshop.coffre(["snapshot", "forget"] + ids).isSuccess)
    let outcome = try Tool.coffre().run(
      ["snapshot", "forget", "-l", "1", "--prune", "-r", workshop.repository, "--password-command", command],
      workshop.settings())
    expect(outcome, 0, "removed 1 snapshot", "nothing to free")
    #expect(String(decoding: try readRealFile("\(workshop.path)/asked"), as: UTF8.self) == "asked\n")
    #expect(!outcome.output.contains("next: "))
  }

  @Test func `forget drops named snapshots, also one that is damaged`() throws {
    expect(try workshop.coffre(["snapshot", "forget", short(0), ids[4]]), 0, "removed 2 snapshots")
    let path = "\(workshop.repository)/snapshots/\(ids[2])"
    var bytes = try readRealFile(path)
    try removeRealTree(path)
    bytes[40] ^= 1
    try writeRealFile(path, bytes)
    expect(
      try workshop.coffre(["snapshot", "forget", "-l", "1"]), 1, "1 snapshot cannot be read, so nothing is forgotten",
      "snapshots/\(ids[2])", "coffre snapshot forget <id>")
    expect(try workshop.coffre(["snapshot", "list"]), 1, "error: ", short(1), short(3))
    expect(try workshop.coffre(["snapshot", "forget", short(2)]), 0, "unreadable", "removed 1 snapshot")
    #expect(workshop.snapshotIDs.sorted() == [ids[1], ids[3]].sorted())
  }

  @Test(arguments: ["daily", "unlimited"])
  func `forget understands restic's words`(_ word: String) throws {
    let arguments =
      word == "daily"
      ? ["--keep-daily", "7", "--group-by", "", "--keep-tag", ""] : ["--keep-last=unlimited", "--keep-yearly=-1", "-c"]
    expect(try workshop.coffre(["snapshot", "forget"] + arguments), 0, "nothing to remove")
    #expect(workshop.snapshotIDs.count == 5)
  }

  @Test(
    arguments: [
      (["--tag", "frist"], "'--tag frist': no snapshot has these tags; there are: first, kept"),
      (["--host", "shpo"], "'--host shpo': no snapshot is of this host; there are: desk, shop"),
      (["--path", "/hmoe"], "'--path /hmoe': no snapshot has this path; there are: /etc, /home"),
      (["--host", "desk", "--tag", "first"], "'--host desk --tag first': no snapshot has all of this at once"),
    ] as [(filter: [String], warning: String)])
  func `a filter that nothing matches is told, with what there is`(_ example: (filter: [String], warning: String))
    throws
  {
    for rule in [["--keep-last", "1"], ["--keep-last", "1", "-n"]] {
      let outcome = try workshop.coffre(["snapshot", "forget"] + rule + example.filter)
      expect(outcome, 0, "nothing to remove: no snapshot matches")
      #expect(outcome.errors.contains("warning: \(example.warning)\n"), "\(outcome)")
    }
    for words in [
      ["forget", "--unsafe-allow-remove-all"], ["tag", "--add", "x"], ["rewrite", "--exclude", "x"],
    ] {
      let outcome = try workshop.coffre(["snapshot"] + words + example.filter)
      #expect(outcome.isSuccess && outcome.errors.contains("warning: \(example.warning)\n"), "\(outcome)")
    }
    let report = try workshop.coffreJSON(["snapshot", "forget", "--keep-last", "1"] + example.filter)
    #expect(report.status == 0 && report.warnings("no-match") == [example.filter.joined(separator: " ")], "\(report)")
    #expect(workshop.snapshotIDs.sorted() == ids.sorted())
  }

  @Test func `one mistyped host among others is told too, and a filter that matches says nothing`() throws {
    let rule = ["snapshot", "forget", "--keep-last", "9"]
    let mixed = try workshop.coffre(rule + ["--host", "shop", "--host", "dsek"])
    #expect(mixed.isSuccess && mixed.errors.contains("'--host dsek': no snapshot is of this host"), "\(mixed)")
    let right = try workshop.coffre(rule + ["--host", "shop", "--path", "/etc", "--tag", "first", "--tag", ""])
    #expect(right.isSuccess && right.errors.isEmpty, "\(right)")
  }

  // MARK: tag

  @Test func `tag gives, takes and sets`() throws {
    expect(try workshop.coffre(["snapshot", "tag", short(0), "--add", "a, b", "--remove", "kept"]), 0, "first,a,b")
    expect(
      try workshop.coffre(["snapshot", "tag", "--host", "desk", "--set", "only"]), 0, "changed the tags of 1 of 1")
    expect(try workshop.coffre(["snapshot", "tag", "--tag", "a", "--set", ""]), 0, "without tags")
    let list = try JSONValue(try workshop.coffre(["snapshot", "list", "--json"]).output).array
    #expect(
      list.map { $0["snapshot"]?["tags"]?.array.compactMap(\.text) ?? [] } == [[], [], [], [], ["only"]])
    #expect(list.first?["snapshot"]?["original"]?.text == ids[0])
    #expect(workshop.snapshotIDs.count == 5)
    expect(try workshop.coffre(["snapshot", "tag", "--set", "", "--tag", ""]), 0, "nothing to change in 4 snapshots")
  }

  @Test(arguments: [
    ([], "no tag is given"), (["--add", ","], "no tag is given"), (["--set", "a", "--add", "b"], "excludes"),
    (["--add", "a,b", "--remove", "b"], "'b' is to be added and removed"),
    (["abcd", "--tag", "x", "--set", "y"], "do not narrow"),
  ])
  func `tag refuses what it cannot mean`(_ example: (arguments: [String], problem: String)) throws {
    expect(try workshop.coffre(["snapshot", "tag"] + example.arguments), 2, example.problem, "do: ")
    #expect(workshop.snapshotIDs.sorted() == ids.sorted())
  }

  // MARK: show and list

  @Test func `show tells everything, and that a tree is missing`() throws {
    let outcome = try workshop.coffre(["snapshot", "show", short(0)])
    expect(
      outcome, 1, ids[0], "2024-01-01 11:00:00 +01:00", "shop", "/etc", "first,kept", "CANNOT BE READ", "is in no index"
    )
    let json = try JSONValue(try workshop.coffre(["snapshot", "show", short(0), "--json"]).output)
    #expect(json["id"]?.text == ids[0] && json["treePresent"]?.bool == false)
    #expect(json["treeProblem"]?.text?.contains("is in no index") == true)
  }

  @Test func `show finds the tree, the parent and the summary of a backup`() throws {
    try workshop.make(["tree/one"])
    for _ in 0..<2 {
      try #require(try workshop.coffre(["backup", "tree", "--host", "new"]) { $0.directory = workshop.path }.isSuccess)
    }
    expect(
      try workshop.coffre(["snapshot", "show", "latest", "--host", "new"]), 0, "present",
      "1: 0 new, 0 changed, 1 unmodified",
      "\(workshop.path)/tree", "coffre ", "parent", "8 B")
    let json = try JSONValue(try workshop.coffre(["snapshot", "show", "latest", "--host", "new", "--json"]).output)
    #expect(json["treePresent"]?.bool == true && json["parentPresent"]?.bool == true)
    let parent = try #require(json["snapshot"]?["parent"]?.text)
    try #require(try workshop.coffre(["snapshot", "forget", parent]).isSuccess)
    expect(try workshop.coffre(["snapshot", "show", "latest", "--host", "new"]), 0, "\(parent), forgotten")
    expect(try workshop.coffre(["snapshot", "show", "ffffffff"]), 1, "no snapshot matches 'ffffffff'")
  }

  @Test func `list groups, shortens and takes the latest`() throws {
    let grouped = try workshop.coffre(["snapshot", "list", "-g", "host", "--latest", "2", "-c"])
    #expect(
      grouped.output == """
        host 'desk'
          ID        TIME
          \(short(4))  2024-01-05 11:00:00

        host 'shop'
          ID        TIME
          \(short(2))  2024-01-03 11:00:00
          \(short(3))  2024-01-04 11:00:00

        3 snapshots in 2 groups

        """)
    let json = try JSONValue(try workshop.coffre(["snapshot", "list", "-g", "host", "--json"]).output).array
    #expect(json.compactMap { $0["host"]?.text } == ["desk", "shop"])
    #expect(json.map { $0["snapshots"]?.array.count } == [1, 4])
    let plain = try workshop.coffre(["snapshot", "list", "--latest", "1"])
    expect(plain, 0, short(3), short(4), "2 snapshots")
    #expect(!plain.output.contains(short(2)))
  }

  @Test func `what a repository says cannot steer the terminal`() throws {
    let repository = try workshop.openRepository()
    var snapshot = Snapshot(
      time: Timestamp(seconds: 1_704_103_200, nanoseconds: 0), tree: Digest(words: 1, 2, 3, 4), paths: ["/\u{1B}[2Jp"])
    snapshot.hostname = "evil\u{1B}]0;x\u{7}"
    snapshot.tags = ["\u{1B}[31m"]
    let id = try repository.save(snapshot, with: repository.makeCodec()).description
    for arguments in [
      ["list"], ["list", "-g", "host,paths,tags"], ["show", id], ["forget", "-l", "1", "-n", "-g", "host,paths,tags"],
      ["forget", "--keep-tag", "none"], ["forget", id, "-n"], ["tag", id, "--add", "x", "-n"],
    ] {
      let outcome = try workshop.coffre(["snapshot"] + arguments)
      #expect(!(outcome.outputBytes + outcome.errorBytes).contains(0x1B), "\(arguments): \(outcome)")
      #expect(!outcome.output.isEmpty || !outcome.errors.isEmpty)
    }
  }
}
