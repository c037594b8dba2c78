import CoffreCore
import CoffreSources
import Testing

@testable import coffre

@Suite("Rows that are asked for")
struct RowQueryTests {
  private let table = DatabaseManifest.Table(
    name: DatabaseManifest.TableName(schema: "public", name: "orders"), path: "shop/data/public/orders.copy",
    columns: ["id", "line", "text"], key: ["id", "line"])

  private func query(_ conditions: String..., columns: String? = nil) throws -> RowQuery {
    try RowQuery(table, where: conditions.map { Array($0.utf8) }, columns: columns)
  }

  private func select(_ query: RowQuery, _ line: String) throws -> [String?]? {
    let bytes = Array(line.utf8)
    return try query.selected(from: bytes.span)?.map { $0.map { displayed($0) } }
  }

  @Test func `all conditions must hold, by what the values stand for`() throws {
    let wanted = try query("id=7", "text=a\tb")
    #expect(try select(wanted, #"7"# + "\t1\t" + #"a\tb"#) == ["7", "1", "a\tb"])
    #expect(try select(wanted, "7\t1\tab") == nil)
    #expect(try select(wanted, #"8"# + "\t1\t" + #"a\tb"#) == nil)
  }

  @Test func `NULL and an empty text are two things`() throws {
    #expect(try select(query(#"text=\N"#), "1\t1\t" + #"\N"#) == ["1", "1", nil])
    #expect(try select(query(#"text=\N"#), "1\t1\t") == nil)
    #expect(try select(query("text="), "1\t1\t") == ["1", "1", ""])
    #expect(try select(query("text=a=b"), "1\t1\ta=b") == ["1", "1", "a=b"])
  }

  @Test func `columns come in the order asked for`() throws {
    let some = try query(columns: "text,id")
    #expect(some.columns == ["text", "id"])
    #expect(try select(some, "1\t2\tx") == ["x", "1"])
    #expect(try query().columns == table.columns)
  }

  @Test func `only the whole key names one row`() throws {
    #expect(try query("id=1", "line=2").namesOneRow)
    #expect(try query("id=1", "line=2", "text=x").namesOneRow)
    #expect(try !query("id=1").namesOneRow)
    #expect(try !query().namesOneRow && query().isOpen)
  }

  @Test func `a row with other columns is an error`() throws {
    #expect(throws: RowQuery.MalformedRow.self) { _ = try select(query(), "1\t2") }
  }

  @Test(arguments: ["nothing=1", "=1", "id", ""])
  func `what is no condition is refused`(_ condition: String) {
    #expect(throws: UsageError.self) { _ = try query(condition) }
  }

  @Test func `an unknown column is named, with those there are`() {
    let error = #expect(throws: UsageError.self) { _ = try query(columns: "id,other") }
    #expect(error?.explanation.problem.description == "the table 'public.orders' has no column 'other'")
    #expect(error?.explanation.advice?.description == "It has id, line and text.")
  }

  @Test(
    arguments: [
      (["a", "b"], "a,b\r\n"), ([nil, ""], ",\"\"\r\n"),
      (
        ["a,b", "say \"x\"", "two\nlines"],
        "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\r\n"
      ), ([], "\r\n"), (["é"], "é\r\n"),
    ] as [([String?], String)])
  func `a line of csv`(_ example: (values: [String?], line: String)) {
    #expect(displayed(RowOutput.csv(example.values)) == example.line)
  }
}
