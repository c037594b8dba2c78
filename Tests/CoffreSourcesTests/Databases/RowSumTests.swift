import CoffreCore
import Testing

@testable import CoffreSources

@Suite("Sums of rows")
struct RowSumTests {
  private func summer(_ rows: some Sequence<String>) -> RowSummer {
    let summer = RowSummer()
    for row in rows {
      let bytes = Array(row.utf8)
      summer.add(bytes.span)
    }
    return summer
  }

  /// Made with Python's hashlib.
  @Test(
    arguments: [
      ([], "00000000000000000000000000000000"), (["\n"], "e3b0c44298fc1c149afbf4c8996fb924"),
      (["1\tone\n"], "b3d0af720f02f4a2f0dfa1c4f1095d21"),
      (["1\tone\n", "2\ttwo\n"], "861c09123efbcdfb0bb894c91e0632cb"),
      (["a\n", "a\n", "a\n"], "5fc683385e533960f046951ace6b94e7"),
      ((0..<1000).map { "row \($0)\n" }, "9940c834f43fbf7ab953368bec384e90"),
    ] as [([String], String)])
  func `known sums`(_ example: (rows: [String], sum: String)) throws {
    let result = summer(example.rows)
    #expect(result.sum.description == example.sum)
    #expect(RowSum(hex: example.sum) == result.sum)
    #expect(result.rows == Int64(example.rows.count))
    #expect(result.bytes == Int64(example.rows.reduce(0) { $0 + $1.utf8.count }))
  }

  @Test func `the order of rows and parts does not matter, the rows do`() {
    let rows = (0..<100).map { "\($0)\tvalue \($0 % 7)\n" }
    let whole = summer(rows).sum
    #expect(summer(rows.reversed()).sum == whole)
    var merged = summer(rows[60...]).sum
    merged.merge(summer(rows[..<60]).sum)
    #expect(merged == whole)
    #expect(summer(rows.dropLast()).sum != whole)
    #expect(summer(Array(rows.dropLast()) + ["99\tvalue 2\n"]).sum != whole)
  }

  @Test func `what is taken out again leaves no trace`() {
    let rows = (0..<100).map { "\($0)\tvalue \($0 % 7)\n" }
    let all = summer(rows)
    for row in rows[60...] {
      let bytes = Array(row.utf8)
      all.remove(bytes.span)
    }
    let some = summer(rows[..<60])
    #expect(all.sum == some.sum && all.rows == 60 && all.bytes == some.bytes)
    let further = RowSummer(after: some.total)
    for row in rows[60...] {
      let bytes = Array(row.utf8)
      further.add(bytes.span)
    }
    #expect(further.total == summer(rows).total)
  }

  @Test(arguments: [1, 2, 6, 7, 8])
  func `rows that come in pieces have the same sum`(_ length: Int) {
    let rows = (0..<20).map { String(repeating: "x", count: $0) + "\n" }
    let (expected, pieces) = (summer(rows), RowSummer())
    var digests = 0
    for row in rows {
      let bytes = Array(row.utf8)
      for start in stride(from: 0, to: bytes.count, by: length) {
        let end = min(start + length, bytes.count)
        let digest = pieces.add(piece: bytes.span.extracting(start..<end), endsRow: end == bytes.count)
        #expect((digest != nil) == (end == bytes.count))
        if let digest, digest == RowSummer().add(bytes.span) { digests += 1 }
      }
    }
    #expect(digests == rows.count && pieces.total == expected.total)
  }

  @Test func `a newline at the end is not part of the row`() {
    #expect(summer(["x"]).sum == summer(["x\n"]).sum)
    #expect(summer(["x"]).bytes == 1 && summer(["x\n"]).bytes == 2)
    #expect(summer(["x\n"]).sum != summer(["x\n\n"]).sum)
  }

  @Test func `the sum goes round past 128 bits`() throws {
    var sum = try #require(RowSum(hex: String(repeating: "f", count: 32)))
    sum.add(Digest(words: 0, 2, 7, 7))
    #expect(sum.description == String(repeating: "0", count: 31) + "1")
  }

  @Test(arguments: [
    "", "0", String(repeating: "0", count: 31), String(repeating: "0", count: 33), String(repeating: "A", count: 32),
    "+" + String(repeating: "0", count: 31), String(repeating: "g", count: 32),
  ])
  func `other texts are no sums`(_ text: String) {
    #expect(RowSum(hex: text) == nil)
  }
}
