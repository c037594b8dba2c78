import Testing

@testable import CoffreCore

/// Patterns without regard to case, and patterns for single names.
@Suite("Patterns without regard to case")
struct CaselessPatternTests {
  private func path(_ text: String) -> [PathBytes] { components(of: Array(text.utf8)) }

  @Test(
    arguments: [
      ("ABCxyz09_", "abcxyz09_"), ("ÄÖÜ ß", "äöü ß"), ("ΑΣΟΦΌΣ", "ασοφόσ"), ("ЖИВЁТ", "живёт"), ("İI", "ii"),
      ("Ⅷ", "ⅷ"), ("Ｋ K", "ｋ k"), ("日本", "日本"), ("𐐀", "𐐨"),
    ] as [(String, String)])
  func `each code point is lowered for itself, as Go does`(_ example: (text: String, lower: String)) {
    #expect(displayed(lowercased(Array(example.text.utf8))) == example.lower)
  }

  @Test func `bytes that are no UTF-8 become replacement characters, one each`() {
    #expect(lowercased([0x41, 0xFF, 0xC3, 0x28, 0xC3, 0x84]) == Array("a\u{FFFD}\u{FFFD}(ä".utf8))
  }

  @Test func `both sides are lowered, sets too`() throws {
    let list = try PatternList([], ignoringCase: ["*.JPG", "/Home/[A-C]*"])
    for match in ["/a/x.jpg", "/a/X.JpG/below", "/home/ANNA", "/HOME/bob/x"] {
      #expect(list.matches(path(match)), "\(match)")
    }
    for other in ["/a/x.jpeg", "/home/Dora", "/x/home/anna"] { #expect(!list.matches(path(other)), "\(other)") }
    let exact = try PatternList(["/Home/x"])
    #expect(list.mayMatchBelow(path("/HOME")) && !exact.mayMatchBelow(path("/HOME")))
  }

  @Test func `what either list matches is matched, and takes back only its own`() throws {
    let list = try PatternList(["*.log", "!keep.log"], ignoringCase: ["*.tmp", "!KEEP.*"])
    #expect(list.matches(path("/a.log")) && !list.matches(path("/A.LOG")) && list.matches(path("/A.TMP")))
    #expect(!list.matches(path("/keep.log")) && !list.matches(path("/Keep.tmp")))
    let crossed = try PatternList(["*.log"], ignoringCase: ["!KEEP.*"])
    #expect(crossed.matches(path("/keep.log")))
    #expect(list.takesBack && !list.isEmpty)
    #expect(!(try PatternList(["a"], ignoringCase: ["B"]).takesBack))
  }

  @Test func `a pattern for names knows whether it stands for one name only`() throws {
    #expect(try NamePattern(Array("a\\*b".utf8), of: "").literal == Array("a*b".utf8))
    let pattern = try NamePattern(Array("a*[0-9]?".utf8), of: "")
    #expect(pattern.literal == nil)
    #expect(pattern.matches(Array("a.x7é".utf8)) && !pattern.matches(Array("ax7".utf8)))
    #expect(throws: Pattern.Invalid.self) { try NamePattern(Array("[a".utf8), of: "x/[a") }
  }
}
