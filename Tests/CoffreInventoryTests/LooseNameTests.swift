import CoffreInventory
import Testing

@Suite("Names as people compare them")
struct LooseNameTests {
  @Test(arguments: [
    ("fichier", InventoryType.file), ("FICHIER", .file), (" Fichier ", .file), ("Repertoire", .folder),
    ("répertoire", .folder), ("re\u{301}pertoire", .folder), ("RÉPERTOIRE", .folder),
    ("Repertoire_MySQL", .serverFolder),
    ("répertoire mysql", .serverFolder), ("repertoire-MySQL", .serverFolder), ("RepertoireMySQL", .serverFolder),
    ("Répertoire\u{A0}_\u{2011} MYSQL", .serverFolder),
  ])
  func `a type is known however it is written`(_ example: (name: String, type: InventoryType)) {
    #expect(InventoryType(named: example.name) == example.type)
  }

  @Test(arguments: ["", " ", "fichiers", "dossier", "Repertoire_MySQL2", "répertoir", "fıchier"])
  func `other types are unknown`(_ name: String) {
    #expect(InventoryType(named: name) == nil)
  }

  @Test func `letters that differ stay different`() {
    #expect(LooseName("ø") == LooseName("O"))
    #expect(LooseName("œuvre") != LooseName("oeuvre"))
    #expect(LooseName("été_1") != LooseName("été_2"))
    #expect(LooseName("日本") != LooseName("日"))
  }
}
