import CoffreCore
import CoffreInventory
import CoffreSystem
import CoffreTestKit
import Testing

@Suite("Lists of spreadsheet programs")
struct SpreadsheetListTests {
  private func read(_ text: String) throws -> [[String]] {
    let table = try SpreadsheetList.read(Array(text.utf8), place: "l.csv")
    return [table.columns] + table.rows.map { row in row.map { displayed($0 ?? []) } }
  }

  @Test(
    arguments: [
      ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("a;b\r\n1;2,5\r\n", [["a", "b"], ["1", "2,5"]]),
      ("a\tb\r1\t2\r", [["a", "b"], ["1", "2"]]), ("a;b\n1;2", [["a", "b"], ["1", "2"]]),
      ("a;b\n;\n\n1;\n;\n", [["a", "b"], ["1", ""]]),
      ("\"a,x\";b\n\"1 \"\"é\"\"\r\nx;\";\"\"\n", [["a,x", "b"], ["1 \"é\"\r\nx;", ""]]),
      ("sep=;\r\na,x;b\r\n1;2\r\n", [["a,x", "b"], ["1", "2"]]),
      (" a ; b  c \n 1 ; 2", [["a", "b c"], [" 1 ", " 2"]]),
      ("a;b\n", [["a", "b"]]), ("\n\na;b\n1;2", [["a", "b"], ["1", "2"]]), ("a\n1\n", [["a"], ["1"]]),
    ] as [(String, [[String]])])
  func `what a file says`(_ example: (text: String, values: [[String]])) throws {
    #expect(try read(example.text) == example.values)
  }

  @Test(arguments: [
    ("", "no line with the names"), ("\n\n", "no line with the names"), ("a;b\n1;2\n1\n", "line 3: it has 1 values"),
    ("a;b\n1;2;3", "line 2: it has 3 values"), ("a;b\n\"1\n2;3\n", "line 2: a double quote is not closed"),
    ("a;b\n\"1\"x;2", "line 2: something follows"), ("a;b\n\"x\ny\";1\n1\"2;3", "line 4: a double quote stands within"),
    ("a;b\n1;\0", "zero byte"),
  ])
  func `a list that is not whole is an error, never a shorter one`(_ example: (text: String, words: String)) throws {
    let error = try #require(throws: InventoryError.self) { try read(example.text) }
    #expect(error.exitCode == .sourceUnreadable)
    #expect("\(error.text)".contains(example.words), "\(error.text)")
  }

  @Test func `an old character set is refused with its line`() throws {
    let error = try #require(throws: InventoryError.self) {
      try SpreadsheetList.read(Array("a;b\n1;2\n".utf8) + [0xE9, 0x3B, 0x31], place: "l.csv")
    }
    #expect("\(error.text)".contains("line 3: it is not UTF-8"))
  }

  @Test func `the file that is made can be read, and is never made over another`() throws {
    let folder = try TestFolder()
    let path = folder.path("liste.csv")
    try SpreadsheetList.make(path)
    let content = try readFile(path, limit: 1 << 16)
    #expect(content.starts(with: [0xEF, 0xBB, 0xBF]))
    let table = try SpreadsheetList.read(Array(content.dropFirst(3)), place: "l")
    let rows = try table.inventoryRows(InventoryMapping(), place: "l")
    let judge = RowJudge(RowRules(places: PathPlaces(), root: nil, formats: []))
    #expect(rows.count == 3)
    for row in rows {
      guard case .inactive = judge.judge(row).outcome else {
        Issue.record("\(row)")
        continue
      }
    }
    let error = try #require(throws: InventoryError.self) { try SpreadsheetList.make(path) }
    #expect(error.reason == .exists)
    #expect(try readFile(path, limit: 1 << 16) == content)
  }

  @Test func `columns are found by their names, and those that are missing are named`() throws {
    let text = "ID;Type;PATH-SOURCE;Nom Fichier;éxt_fichier;autre\n9;fichier;/a;b;c;x\n"
    let table = try SpreadsheetList.read(Array(text.utf8), place: "l")
    let row = try #require(try table.inventoryRows(InventoryMapping(), place: "l").first)
    #expect(row.label == "9" && row.number == 1)
    #expect(row.word(.fileExtension) == "c")
    #expect(row.bytes(.destination) == nil)
    let short = InventoryTable(columns: ["type", "path_source"], rows: [])
    let error = try #require(throws: InventoryError.self) { try short.inventoryRows(InventoryMapping(), place: "l") }
    #expect("\(error.text)".contains("nom_fichier, ext_fichier"), "\(error.text)")
    let double = InventoryTable(columns: ["type", "TYPE", "path_source", "nom_fichier", "ext_fichier"], rows: [])
    #expect(throws: InventoryError.self) { try double.inventoryRows(InventoryMapping(), place: "l") }
    let mapping = try InventoryMapping(Array("columns:\n  path_source: autre\n  format: forme\n".utf8), place: "m")
    let lacking = try #require(throws: InventoryError.self) { try table.inventoryRows(mapping, place: "l") }
    #expect("\(lacking.text)".contains("forme"), "\(lacking.text)")
    let renamed = try InventoryMapping(Array("columns:\n  path_source: AUTRE\n".utf8), place: "m")
    #expect(try table.inventoryRows(renamed, place: "l").first?.word(.sourcePath) == "x")
  }
}
