import CoffreCore
import Testing

@testable import CoffreSources

@Suite("Rows that differ")
struct RowDifferenceTests {
  private typealias Row = RowDifference.Row

  private func compare(
    _ before: [String], _ after: [String], key: [String] = ["id"], limits: RowDifference.Limits = RowDifference.Limits()
  ) throws -> RowDifference.Outcome {
    let difference = RowDifference(columns: ["id", "text"], key: key, limits: limits)
    for row in before { try difference.add(Array(row.utf8).span, from: .before) }
    for row in after { try difference.add(Array(row.utf8).span, from: .after) }
    return difference.finish()
  }

  private func key(_ values: String...) -> [[UInt8]] { values.map { Array($0.utf8) } }

  @Test func `rows are told apart by their key`() throws {
    let outcome = try compare(["1\ta", "2\tb", "3\tc", "10\tx"], ["2\tB", "3\tc", "4\td", "10\ty"])
    #expect(outcome.added == 1 && outcome.removed == 1 && outcome.changed == 2)
    #expect(
      outcome.named == [
        Row(kind: .changed, key: key("2")), Row(kind: .changed, key: key("10")), Row(kind: .removed, key: key("1")),
        Row(kind: .added, key: key("4")),
      ])
  }

  @Test func `equal rows in another order do not differ`() throws {
    let rows = (0..<500).map { "\($0)\tvalue \($0 % 7)" }
    #expect(try compare(rows, rows.reversed()).isEmpty)
  }

  @Test func `without a key, a row that changed is one removed and one added, and repeated rows count`() throws {
    let outcome = try compare(["1\ta", "1\ta", "2\tb"], ["1\ta", "2\tc"], key: [])
    #expect(outcome.added == 1 && outcome.removed == 2 && outcome.changed == 0)
    #expect(outcome.named.map(\.key).contains(key("2", "c")))
  }

  @Test func `a key of several columns is compared column by column`() throws {
    let outcome = try compare(["a\tb"], ["a\\tb\t"], key: ["id", "text"])
    #expect(outcome.added == 1 && outcome.removed == 1)
  }

  @Test func `what cannot be split into columns is compared as it stands`() throws {
    #expect(try compare(["only one"], ["only one"]).isEmpty)
    #expect(try compare(["only one"], ["only two"]).added == 1)
  }

  @Test func `many rows are counted, the first are named`() throws {
    var limits = RowDifference.Limits()
    limits.named = 3
    let outcome = try compare([], (0..<100).map { "\($0)\tx" }, limits: limits)
    #expect(outcome.added == 100)
    #expect(outcome.named.map(\.key) == [key("0"), key("1"), key("2")])
  }

  @Test func `keys beyond the memory for them are counted without name`() throws {
    var limits = RowDifference.Limits()
    limits.keyBytes = 0
    let outcome = try compare(["1\ta"], ["2\tb"], limits: limits)
    #expect(outcome.added == 1 && outcome.removed == 1 && outcome.named.isEmpty)
  }

  @Test func `too many rows without an equal end it, as many equal ones do not`() throws {
    var limits = RowDifference.Limits()
    limits.pending = 10
    let difference = RowDifference(columns: ["id", "text"], key: ["id"], limits: limits)
    for number in 0..<1000 {
      let row = Array("\(number)\tx".utf8)
      try difference.add(row.span, from: .before)
      try difference.add(row.span, from: .after)
    }
    #expect(difference.finish().isEmpty)
    #expect(throws: RowDifference.TooLarge.self) { _ = try compare((0..<11).map { "\($0)\tx" }, [], limits: limits) }
  }
}
