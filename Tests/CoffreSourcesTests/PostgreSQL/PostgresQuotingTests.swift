import PostgresKit
import Testing

@testable import CoffreSources

@Suite("Quoting for PostgreSQL")
struct PostgresQuotingTests {
  @Test(arguments: [
    ("orders", #""orders""#), ("Odd \"s\"", #""Odd ""s""""#), ("", "\"\""), ("é \\ ' $1", #""é \ ' $1""#),
    ("\"\u{301}", "\"\"\"\u{301}\""), ("two\nlines", "\"two\nlines\""),
  ])
  func `names are always quoted`(_ name: String, _ quoted: String) throws {
    #expect(try quotedIdentifier(name).unicodeScalars.elementsEqual(quoted.unicodeScalars))
  }

  @Test(arguments: [
    ("it's", "'it''s'"), ("", "''"), (#"a\b"#, #" E'a\\b'"#), (#"\'"#, #" E'\\'''"#), ("'\u{301}", "'''\u{301}'"),
  ])
  func `constants survive quotes and backslashes`(_ text: String, _ quoted: String) throws {
    #expect(try quotedLiteral(text).unicodeScalars.elementsEqual(quoted.unicodeScalars))
  }

  @Test func `a NUL character is refused`() {
    #expect(throws: PostgresError.self) { try quotedIdentifier("a\0b") }
    #expect(throws: PostgresError.self) { try quotedLiteral("a\0b") }
    #expect(throws: PostgresError.self) { try quotedName("a", "b\0") }
  }
}
