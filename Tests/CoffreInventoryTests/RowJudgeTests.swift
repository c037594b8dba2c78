import CoffreCore
import CoffreInventory
import Testing

@Suite("Rows of an inventory")
struct RowJudgeTests {
  private static let formats = [
    RowRules.Format(name: "7z", holdsFolders: true), RowRules.Format(name: "tar.zst", holdsFolders: true),
    RowRules.Format(name: "gz", holdsFolders: false),
  ]

  private func judge(
    _ values: [InventoryColumn: String], root: String? = "/srv/archives", _ places: PathPlaces = PathPlaces()
  ) -> JudgedRow {
    let row = InventoryRow(number: 3, values: values.mapValues { Array($0.utf8) })
    return RowJudge(RowRules(places: places, root: root.map { Array($0.utf8) }, formats: Self.formats)).judge(row)
  }

  private func plan(_ values: [InventoryColumn: String], root: String? = "/srv/archives") throws -> RowPlan {
    guard case .planned(let plan) = judge(values, root: root).outcome else {
      throw Unplanned(outcome: "\(judge(values, root: root).outcome)")
    }
    return plan
  }

  private struct Unplanned: Error { let outcome: String }

  private func problems(_ values: [InventoryColumn: String], root: String? = "/srv/archives") -> [RowProblem] {
    guard case .wrong(let problems) = judge(values, root: root).outcome else { return [] }
    return problems
  }

  private let file: [InventoryColumn: String] = [
    .type: "fichier", .sourcePath: "/mnt/partage", .fileName: "bilan", .fileExtension: "xlsx",
  ]
  private let folder: [InventoryColumn: String] = [.type: "Repertoire", .sourcePath: "/mnt/partage"]

  // MARK: Files

  @Test(arguments: [
    ("/mnt/p", "bilan", "xlsx", "/mnt/p/bilan.xlsx"), ("/mnt/p/", "bilan", ".xlsx", "/mnt/p/bilan.xlsx"),
    ("/mnt/p", "bilan", "", "/mnt/p/bilan"), ("/mnt/p", "bilan.v2", "tar.gz", "/mnt/p/bilan.v2.tar.gz"),
    ("/mnt/é à", "l'été \"1\"", "ODS", "/mnt/é à/l'été \"1\".ODS"), ("/mnt/p", "fin ", "", "/mnt/p/fin "),
    ("/", "日本語", ".txt", "/日本語.txt"), ("/mnt/p", "", "htaccess", "/mnt/p/.htaccess"),
  ])
  func `the path of a file`(_ example: (folder: String, name: String, suffix: String, path: String)) throws {
    let made = try plan([
      .type: "fichier", .sourcePath: example.folder, .fileName: example.name, .fileExtension: example.suffix,
    ])
    #expect(made.source == Array(example.path.utf8))
    #expect(made.type == .file && made.sourceMount == nil)
  }

  @Test(arguments: [
    ("a/b", "", "name"), ("..", "", "name"), ("a\\b", "", "name"), ("a\0", "", "name"), ("", "", "name"),
    ("a", "x/y", "name"), (".", "", "name"), ("", ".", "name"),
  ])
  func `a name that leads elsewhere`(_ example: (name: String, suffix: String, code: String)) {
    var values = file
    values[.fileName] = example.name
    values[.fileExtension] = example.suffix
    #expect(problems(values).map(\.code) == [example.code])
  }

  @Test func `bytes that are no text stay as they are`() {
    var values = file.mapValues { Array($0.utf8) }
    values[.fileName] = [0x61, 0xE9]
    let judged = RowJudge(RowRules(places: PathPlaces(), root: [0x2F], formats: Self.formats))
      .judge(InventoryRow(number: 1, values: values))
    guard case .planned(let plan) = judged.outcome else {
      Issue.record("\(judged)")
      return
    }
    #expect(plan.source == Array("/mnt/partage/a".utf8) + [0xE9] + Array(".xlsx".utf8))
  }

  // MARK: Folders

  @Test func `a folder is all of its path, and a name beside it is told`() throws {
    #expect(try plan(folder).source == Array("/mnt/partage".utf8))
    var values = folder
    values[.fileName] = "x"
    #expect(judge(values).remarks.map(\.code) == ["unused"])
    values[.type] = "Repertoire_MySQL"
    #expect(try plan(values).type == .serverFolder)
  }

  // MARK: Destinations

  @Test(
    arguments: [
      (nil, "/srv/archives"), ("", "/srv/archives"), ("compta", "/srv/archives/compta"),
      ("compta/é 2026/", "/srv/archives/compta/é 2026"), ("compta\\2026", "/srv/archives/compta/2026"),
      ("./a", "/srv/archives/a"), ("/other/a b", "/other/a b"),
    ] as [(String?, String)])
  func `where archives go`(_ example: (destination: String?, folder: String)) throws {
    var values = folder
    values[.destination] = example.destination
    #expect(try plan(values).destination == Array(example.folder.utf8))
  }

  @Test func `a destination that leads nowhere`() throws {
    var values = folder
    #expect(problems(values, root: nil).map(\.code) == ["destination"])
    values[.destination] = "a"
    #expect(problems(values, root: nil).map(\.code) == ["destination"])
    values[.destination] = "a/../../etc"
    #expect(problems(values).map(\.code) == ["destination"])
    values[.destination] = "/abs"
    #expect(try plan(values, root: nil).destination == Array("/abs".utf8))
    values[.destination] = "Z:\\x"
    #expect(problems(values).map(\.code) == ["no-place"])
  }

  // MARK: Other columns

  @Test(arguments: ["0", "false", "non", "NON", " no ", "f", "inactif", "faux"])
  func `a row that is not active is not judged`(_ word: String) {
    let judged = judge([.isActive: word, .type: "nonsense"])
    guard case .inactive = judged.outcome else {
      Issue.record("\(judged)")
      return
    }
  }

  @Test(arguments: [nil, "", " ", "1", "oui", "VRAI", "t", "true", "\u{1}"] as [String?])
  func `a row is active unless it says no`(_ word: String?) throws {
    var values = folder
    values[.isActive] = word
    #expect(try plan(values).type == .folder)
  }

  @Test func `a bit of a database is yes or no`() {
    let judged = judge([.isActive: "\0", .type: "nonsense"])
    guard case .inactive = judged.outcome else {
      Issue.record("\(judged)")
      return
    }
  }

  @Test func `what is neither yes nor no is wrong, never inactive`() {
    var values = folder
    values[.isActive] = "peut-être"
    #expect(problems(values).map(\.code) == ["active"])
  }

  @Test(arguments: [(nil, "7z"), ("7Z", "7z"), (".tar.zst", "tar.zst"), (" 7z ", "7z")] as [(String?, String)])
  func `formats`(_ example: (word: String?, format: String)) throws {
    var values = folder
    values[.format] = example.word
    #expect(try plan(values).format == example.format)
  }

  @Test func `a format that cannot be`() throws {
    var values = folder
    for word in ["rar", "gz"] {
      values[.format] = word
      #expect(problems(values).map(\.code) == ["format"])
    }
    values = file
    values[.format] = "gz"
    #expect(try plan(values).format == "gz")
  }

  @Test func `retention`() throws {
    var values = folder
    #expect(try plan(values).retention.isEmpty)
    values[.retention] = "7"
    #expect(try plan(values).retention.counts == [.each: .atMost(7)])
    for word in ["30j", "30d", "30 J"] {
      values[.retention] = word
      #expect(try plan(values).retention.durations == [.each: CalendarDuration(days: 30)])
    }
    values[.retention] = "1a6m"
    #expect(try plan(values).retention.durations == [.each: CalendarDuration(years: 1, months: 6)])
    // None of these may come to mean "keep nothing", or "keep all".
    for word in ["0", "0j", "-1", "+3", "7.5", "sept", "30 jours", "99999999999999999999"] {
      values[.retention] = word
      #expect(problems(values).map(\.code) == ["retention"], "\(word)")
    }
  }

  @Test func `all that is wrong is told at once`() {
    let found = problems([
      .type: "dossier", .sourcePath: "relatif", .destination: "../x", .format: "arj", .retention: "toujours",
    ])
    #expect(found.map(\.code) == ["type", "destination", "format", "retention"])
    #expect("\(found[0].message)".contains("'dossier'"))
    #expect("\(found[0].message)".contains("Repertoire_MySQL"))
    #expect(problems([.type: "fichier", .fileName: "a"]).map(\.code) == ["path"])
    #expect(problems([.type: "Repertoire", .sourcePath: "relatif"]).map(\.code) == ["path"])
  }
}
