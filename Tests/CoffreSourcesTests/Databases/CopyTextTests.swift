import CoffreCore
import Testing

@testable import CoffreSources

@Suite("COPY's text format")
struct CopyTextTests {
  private func value(_ field: String) -> [UInt8]? { CopyText.value(of: Array(field.utf8)) }

  private func fields(_ line: String, _ columns: Int) -> [String]? {
    let bytes = Array(line.utf8)
    return CopyText.fields(of: bytes.span, columns: columns)?.map { displayed($0) }
  }

  /// Every escape of the manual's table, and what is none.
  @Test(
    arguments: [
      (#"\b"#, [0x08]), (#"\f"#, [0x0C]), (#"\n"#, [0x0A]), (#"\r"#, [0x0D]), (#"\t"#, [0x09]), (#"\v"#, [0x0B]),
      (#"\\"#, [0x5C]), (#"\101"#, [0x41]), (#"\0"#, [0x00]), (#"\12"#, [0x0A]), (#"\1234"#, [0x53, 0x34]),
      (#"\777"#, [0xFF]), (#"\18"#, [0x01, 0x38]), (#"\x41"#, [0x41]), (#"\x4"#, [0x04]), (#"\xfF"#, [0xFF]),
      (#"\x414"#, [0x41, 0x34]), (#"\xg"#, [0x78, 0x67]), (#"\x"#, [0x78]), (#"\q"#, [0x71]), (#"\8"#, [0x38]),
      (#"\."#, [0x2E]), ("\\\t", [0x09]), (#"\"#, [0x5C]), ("", []), ("a b", [0x61, 0x20, 0x62]),
      (#"\\N"#, [0x5C, 0x4E]), (#"\NN"#, [0x4E, 0x4E]), (#"a\Nb"#, [0x61, 0x4E, 0x62]), ("N", [0x4E]),
    ] as [(String, [UInt8])])
  func `a value stands for`(_ example: (field: String, value: [UInt8])) {
    #expect(value(example.field) == example.value)
  }

  @Test func `NULL is no value, and an empty text is one`() {
    #expect(value(#"\N"#) == nil)
    #expect(value("") == [])
  }

  @Test func `values stand between tabs`() {
    #expect(fields("1\ttwo\t", 3) == ["1", "two", ""])
    #expect(fields("\t", 2) == ["", ""])
    #expect(fields(#"a\tb"# + "\t" + #"c\\"# + "\td", 3) == [#"a\tb"#, #"c\\"#, "d"])
    #expect(fields("a\\\tb\tc", 2) == ["a\\\tb", "c"], "a tab behind a backslash belongs to the value")
    #expect(fields("", 1) == [""])
  }

  @Test func `a table without columns has empty lines`() {
    #expect(fields("", 0) == [])
    #expect(fields("x", 0) == nil)
  }

  @Test func `another number of values is no row`() {
    #expect(fields("1\t2", 3) == nil)
    #expect(fields("1\t2\t3", 2) == nil)
    #expect(fields("", 2) == nil)
  }

  @Test(
    arguments: [
      ([], ""), (Array("héé€😀".utf8), "héé€😀"), ([0x61, 0xFF, 0x62], #"a\xffb"#), ([0xC3], #"\xc3"#),
      ([0xE2, 0x82, 0x41], #"\xe2\x82A"#), ([0x80, 0xC3, 0xA9], #"\x80é"#), ([0x00, 0xFE], "\0" + #"\xfe"#),
      ([0xED, 0xA0, 0x80], #"\xed\xa0\x80"#),
    ] as [([UInt8], String)])
  func `bytes that are no UTF-8 are spelt out`(_ example: (value: [UInt8], text: String)) {
    #expect(CopyText.text(of: example.value) == example.text)
  }

  @Test func `rows are found wherever pieces are cut`() throws {
    let text = Array("one\n\ntwo\tx\nthree\nlast".utf8)
    for length in 1...text.count {
      var lines = RowLines()
      var rows: [String] = []
      for start in stride(from: 0, to: text.count, by: length) {
        let piece = Array(text[start..<min(start + length, text.count)])
        let wantsMore = lines.take(piece.span) { line in
          rows.append(spelt(line))
          return true
        }
        #expect(wantsMore)
      }
      #expect(lines.isInRow)
      lines.end { rows.append(spelt($0)) }
      #expect(rows == ["one", "", "two\tx", "three", "last"], "in pieces of \(length)")
    }
  }

  @Test func `who wants no more rows gets none`() {
    var lines = RowLines()
    var count = 0
    let text = Array("1\n2\n3\n".utf8)
    let wantsMore = lines.take(text.span) { _ in
      count += 1
      return count < 2
    }
    #expect(!wantsMore && count == 2)
  }

  private func spelt(_ line: Span<UInt8>) -> String {
    var bytes: [UInt8] = []
    for index in line.indices { bytes.append(line[index]) }
    return displayed(bytes)
  }
}
