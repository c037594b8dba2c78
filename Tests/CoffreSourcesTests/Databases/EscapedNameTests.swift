import CoffreCore
import Testing

@testable import CoffreSources

@Suite("Names of databases as file names")
struct EscapedNameTests {
  private func file(_ name: String, _ suffix: String = "") -> String {
    displayed(EscapedName.fileName(of: name, suffix: suffix))
  }

  @Test(arguments: [
    ("orders", "orders"), ("Ünïcode 名", "Ünïcode 名"), ("a/b\\c", "a%2Fb%5Cc"), ("100%", "100%25"),
    ("a:b*c?d\"e<f>g|h", "a%3Ab%2Ac%3Fd%22e%3Cf%3Eg%7Ch"), ("a\tb\u{7F}\u{0}", "a%09b%7F%00"), (".", "%2E"),
    ("..", "%2E%2E"), (".a.b.", "%2Ea.b%2E"), ("a ", "a%20"), (" a b", " a b"), (" ", "%20"), ("", "%~"),
  ])
  func `special bytes are written in digits`(_ example: (name: String, file: String)) {
    #expect(file(example.name) == example.file)
    #expect(EscapedName.name(of: Array(example.file.utf8)) == example.name)
  }

  @Test func `every character comes back, wherever it stands`() {
    let codes = Array(0..<0x180 as Range<UInt32>) + [0x2028, 0xFFFD, 0x1F600, 0x10FFFF]
    let scalars = codes.compactMap { Unicode.Scalar($0) }
    var seen: Set<PathBytes> = []
    for scalar in scalars {
      for name in ["\(scalar)", "a\(scalar)", "\(scalar)a", "a\(scalar)a"] {
        let fileName = EscapedName.fileName(of: name, suffix: ".copy")
        #expect(!fileName.contains(UInt8(ascii: "/")) && !fileName.contains(0) && fileName.count <= 255)
        #expect(EscapedName.name(of: fileName, suffix: ".copy")?.utf8.elementsEqual(name.utf8) == true)
        seen.insert(fileName)
      }
    }
    // "a" beside an "a" is the same name twice.
    #expect(seen.count == scalars.count * 4 - 1)
  }

  @Test(arguments: [
    (String(repeating: "x", count: 300), String(repeating: "x", count: 200) + "%~0d4e2ca9e9cbced7"),
    (String(repeating: "é", count: 130), String(repeating: "é", count: 100) + "%~0e4534362fc1bd4a"),
    (String(repeating: "/", count: 100), String(repeating: "%2F", count: 66) + "%~4aaecdd8a94cb7ab"),
  ])
  func `long names are cut between characters, with a digest`(_ example: (name: String, file: String)) {
    #expect(file(example.name) == example.file)
    #expect(file(example.name, ".copy") == example.file + ".copy")
    #expect(EscapedName.name(of: Array(example.file.utf8)) == nil)
  }

  @Test func `a name is cut only if its file's name would be too long`() {
    #expect(file(String(repeating: "x", count: 255)).utf8.count == 255)
    #expect(file(String(repeating: "x", count: 250), ".copy").utf8.count == 255)
    #expect(file(String(repeating: "x", count: 251), ".copy").utf8.count == 223)
  }

  @Test func `long names that begin alike stay apart`() {
    let start = String(repeating: "long", count: 80)
    let names = (0..<100).map { "\(start)\($0)" } + [start, String(start.dropLast())]
    #expect(Set(names.map { file($0) }).count == names.count)
  }

  @Test(arguments: ["a/b", "%2f", "%41", "%", "%2", "a%", "%zz", "a ", ".a", "a.", "%~x", "%FF", "a%~0123456789abcdef"])
  func `what no name is written as is refused`(_ fileName: String) {
    #expect(EscapedName.name(of: Array(fileName.utf8)) == nil)
  }

  @Test func `another suffix is no name`() {
    #expect(EscapedName.name(of: Array("a.sql".utf8), suffix: ".copy") == nil)
    #expect(EscapedName.name(of: Array(".copy".utf8), suffix: ".copy") == nil)
    #expect(EscapedName.name(of: Array("%~.copy".utf8), suffix: ".copy")?.isEmpty == true)
  }
}
