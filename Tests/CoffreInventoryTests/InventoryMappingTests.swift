import CoffreCore
import Testing

@testable import CoffreInventory

@Suite("Mapping files")
struct InventoryMappingTests {
  private func mapping(_ text: String) throws -> InventoryMapping {
    try InventoryMapping(Array(text.utf8), place: "m.yaml")
  }

  private func problem(_ text: String) throws -> String {
    let error = try #require(throws: InventoryError.self) { try mapping(text) }
    #expect(error.exitCode == .configurationInvalid)
    return "\(error.text)"
  }

  @Test func `columns and places`() throws {
    let found = try mapping(
      """
      ---
      # what the table of 2019 has
      columns:
        path_source: Chemin d'accès   # where
        'nom fichier': "fi\\"ch\\\\ier"

        Ext-Fichier: 'l''extension'
      mounts:
          'Z:': /mnt/z
          '\\\\srv\\Données partagées': '/mnt/é # 1'
      folders:
       "\\\\\\\\srv\\\\b": /srv/b\r
      """)
    #expect(
      found.columns == [.sourcePath: "Chemin d'accès", .fileName: "fi\"ch\\ier", .fileExtension: "l'extension"])
    #expect(
      try found.places.place(Array(#"\\SRV\données partagées\x"#.utf8), of: .sourcePath).path
        == Array("/mnt/é # 1/x".utf8))
    #expect(try found.places.place(Array(#"\\srv\b"#.utf8), of: .sourcePath).mount == nil)
    #expect(try found.places.place(Array(#"Z:\a"#.utf8), of: .sourcePath).mount == Array("/mnt/z".utf8))
    #expect(try mapping("").columns.isEmpty)
  }

  @Test(arguments: [
    ("columns:\n  chemin: a", 2, "no column 'chemin'"), ("spalten:\n  id: a", 2, "no section 'spalten'"),
    ("columns:\n  id: a\n  ID: b", 3, "named twice"), ("columns:\n  id: a\ncolumns:\n", 3, "named twice"),
    ("  id: a", 1, "in no section"), ("columns:\n  id: a\n   type: b", 3, "not indented"),
    ("columns:\n\tid: a", 2, "mark"), ("columns:\n  id:a", 2, "not followed"), ("columns:\n  id:", 2, "no value"),
    ("columns: a", 1, "nothing on its own line"), ("columns:\n  id: 'a", 2, "not closed"),
    ("columns:\n  id: 'a' b", 2, "follows the value"), ("columns:\n  id: [a]", 2, "mark"),
    ("columns:\n  id: a: b", 2, "holds ':'"), ("columns:\n  id: \"\\x41\"", 2, "backslash"),
    ("columns:\n  id: ~", 2, "empty"), ("mounts:\n  'Z:': mnt", 2, "no absolute folder"),
    ("mounts:\n  Zed: /mnt", 2, "no share and no drive"), ("columns:\n  id: a\u{0}b", 2, "control character"),
    ("columns:\n  id: 'a\tb'", 2, "control character"),
  ])
  func `a fault is told with its line`(_ example: (text: String, line: Int, words: String)) throws {
    let text = try problem(example.text)
    #expect(text.contains("line \(example.line): "), "\(text)")
    #expect(text.contains(example.words), "\(text)")
  }

  @Test func `bytes that are no text`() throws {
    let error = try #require(throws: InventoryError.self) {
      try InventoryMapping(Array("columns:\n  id: ".utf8) + [0xE9], place: "m")
    }
    #expect("\(error.text)".contains("line 2: it is not UTF-8"))
  }
}
