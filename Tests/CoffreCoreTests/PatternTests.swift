import Testing

@testable import CoffreCore

/// The rules and examples of restic-format.md, "Exclude and include patterns".
@Suite("Patterns")
struct PatternTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let patterns: [String]
    let matching: [String]
    let others: [String]
    var testDescription: String { patterns.joined(separator: " ") }

    init(_ patterns: String..., matches matching: [String], not others: [String]) {
      self.patterns = patterns
      self.matching = matching
      self.others = others
    }
  }

  private static let examples = [
    Example("b/c", matches: ["/a/b/c", "/b/c", "/b/c/d/e"], not: ["/a/b/x/c", "/b", "/ab/c", "/b/cd"]),
    Example("*.txt", matches: ["/a/x.txt", "/.txt", "/x.txt/below"], not: ["/a/x.txt2", "/txt", "/a/txt/b"]),
    Example("[ab]", matches: ["/x/a", "/b", "/a/below"], not: ["/c", "/ab"]),
    Example("[^ab]", matches: ["/c", "/a/c"], not: ["/a", "/a/b"]),
    Example("[a-c]x", matches: ["/bx"], not: ["/dx", "/x", "/-x"]),
    Example("a/*", matches: ["/a/x", "/b/a/.hidden", "/a/x/y"], not: ["/a", "/b/a"]),
    Example("a/**", matches: ["/a", "/a/x", "/b/a/x/y"], not: ["/b", "/ab"]),
    Example("/a/**/z", matches: ["/a/z", "/a/b/z", "/a/b/c/z/d"], not: ["/b/a/z", "/a/b", "/az"]),
    Example("/a", matches: ["/a", "/a/b"], not: ["/b/a"]),
    Example("/home/*/tmp", matches: ["/home/eve/tmp", "/home/eve/tmp/x"], not: ["/home/tmp", "/home/eve/x/tmp"]),
    Example("**/b", matches: ["/b", "/a/b"], not: ["/bb"]),
    Example("a**b", matches: ["/ab", "/axxb"], not: ["/a/b", "/axx"]),
    Example("?", matches: ["/a", "/é", "/b/日"], not: ["/ab"]),
    Example("x?y", matches: ["/xéy"], not: ["/xy", "/xabY"]),
    Example("\\*", matches: ["/*"], not: ["/a"]),
    Example("\\[a]", matches: ["/[a]"], not: ["/a"]),
    Example("a/", matches: ["/a", "/a/b"], not: ["/b"]),
    Example("./a", matches: ["/a", "/b/a"], not: ["/b"]),
    Example("a//b", matches: ["/a/b"], not: ["/a"]),
    Example("a/../b", matches: ["/b"], not: ["/a", "/a/c"]),
    Example("*", matches: ["/.hidden", "/a/b"], not: []),
    Example("[é]", matches: ["/é"], not: ["/e"]),
    Example("a", "!a/b/x", matches: ["/a", "/a/b"], not: ["/b"]),
    Example("a/*", "!a/b", matches: ["/a/c"], not: ["/a/b", "/a/b/deep/x", "/a"]),
    Example("*.log", "!keep.log", matches: ["/x.log"], not: ["/keep.log", "/a/keep.log"]),
    Example("*.log", "!keep.log", "/tmp/*", matches: ["/tmp/keep.log"], not: ["/keep.log"]),
    Example("!a", matches: [], not: ["/a", "/b"]),
    Example("/", matches: ["/a", "/b/c"], not: []),
    Example("/../a/..", matches: ["/a", "/b/c"], not: []),
    Example("/../a", matches: ["/a"], not: ["/b/a"]),
    Example(".", matches: [], not: ["/a", "/b/c"]),
    Example("a/..", matches: [], not: ["/a", "/b/c"]),
    Example("../a", matches: [], not: ["/a", "/b/a"]),
  ]

  private func path(_ text: String) -> [PathBytes] { text.split(separator: "/").map { Array($0.utf8) } }

  @Test(arguments: examples)
  func `match what restic's match`(_ example: Example) throws {
    let list = try PatternList(example.patterns)
    for text in example.matching { #expect(list.matches(path(text)), "\(text) should match") }
    for text in example.others { #expect(!list.matches(path(text)), "\(text) should not match") }
  }

  @Test func `names that are not UTF-8 match byte by byte`() throws {
    let name: PathBytes = [0x61, 0xFF, 0x62]
    #expect(try Pattern("a?b").matches([name]))
    #expect(try Pattern("a*b").matches([name]))
    #expect(try Pattern("a[^x]b").matches([name]))
    #expect(try !Pattern("ab").matches([name]))
  }

  @Test(arguments: ["[", "a[", "a[b", "[]", "[^]", "[z-a]", "[a-", "a\\", "", "!"])
  func `what cannot be read is refused`(_ text: String) {
    #expect(throws: Pattern.Invalid.self) { try Pattern(text) }
    #expect(throws: Pattern.Invalid.self) { try PatternList(["a", text]) }
  }

  @Test func `only directories below which something may match are entered`() throws {
    let list = try PatternList(["/home/*/mail", "/srv"])
    #expect(list.mayMatchBelow(path("/home")))
    #expect(list.mayMatchBelow(path("/home/eve")))
    #expect(list.mayMatchBelow(path("/home/eve/mail/x")))
    #expect(!list.mayMatchBelow(path("/home/eve/www")))
    #expect(!list.mayMatchBelow(path("/etc")))
    #expect(try PatternList(["mail"]).mayMatchBelow(path("/any/where")))
    #expect(try PatternList(["/a/**/z"]).mayMatchBelow(path("/a/b/c/d")))
  }

  @Test(.timeLimit(.minutes(10)))
  func `a pattern made to be slow is not`() throws {
    let pattern = try Pattern(String(repeating: "a*", count: 60) + "b")
    #expect(!pattern.matches([[UInt8](repeating: 0x61, count: 255)]))
    let deep = try Pattern("/" + String(repeating: "**/a/", count: 12) + "b")
    #expect(!deep.matches([PathBytes](repeating: [0x61], count: 40)))
  }
}
