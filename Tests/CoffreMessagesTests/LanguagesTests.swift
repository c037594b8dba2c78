import CoffreCore
import CoffreMessages
import Testing

@Suite("Languages")
struct LanguagesTests {
  @Test(
    arguments: [
      (nil, ["LANG": "fr_FR.UTF-8"], "fr"), (nil, ["LANG": "fr_FR.UTF-8", "LC_ALL": "C"], "en"),
      (nil, ["LC_MESSAGES": "fr", "LANG": "de_DE"], "fr"), (nil, ["LC_ALL": "", "LANG": "fr_CA@euro"], "fr"),
      (nil, [:], "en"), (nil, ["LANG": "C.UTF-8"], "en"), ("en", ["LANG": "fr_FR.UTF-8"], "en"), ("fr", [:], "fr"),
      ("xx", ["LANG": "fr_FR"], "fr"),
    ] as [(String?, [String: String], String)])
  func `the option wins over the locale`(_ example: (code: String?, environment: [String: String], chosen: String)) {
    #expect(Languages.chosen(by: example.code) { example.environment[$0] }.code == example.chosen)
  }

  @Test func `French has its own numbers, units and plurals`() {
    let french = Language.french
    #expect(french.text(byteText(1536)) == "1,50 Kio")
    #expect(french.text(byteText(12)) == "12 o")
    #expect(french.text("\(decimal(12.54, places: 1)) % saved") == "12,5 % saved")
    #expect(french.text(durationText(.milliseconds(8310))) == "8,31 s")
    #expect(french.text(counted(0, "file")) == "0 fichier")
    #expect(french.text(counted(1, "file")) == "1 fichier")
    #expect(french.text(counted(2, "file")) == "2 fichiers")
  }

  @Test func `a text without translation is said in English`() {
    #expect(Language.french.text("no such \("x") anywhere, zzz") == "no such x anywhere, zzz")
  }

  @Test func `every French text fills the places of its English`() {
    let entries = Catalogue.entries(in: Catalogue.french)
    #expect(entries.count > 300)
    for entry in entries {
      #expect(places(entry.english) == places(entry.other), "\(entry.english)")
      #expect(!entry.other.isEmpty)
    }
    #expect(Set(entries.map(\.english)).count == entries.count, "a text stands twice")
  }

  private func places(_ template: String) -> Set<String> {
    Set((1...12).map { "{\($0)}" }.filter { template.contains($0) })
  }
}
