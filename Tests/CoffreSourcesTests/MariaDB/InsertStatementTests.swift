import Testing

@testable import CoffreSources

@Suite("Rows of MariaDB as statements")
struct InsertStatementTests {
  private func statement(_ rows: [String], _ columns: [String], texts: Set<String> = []) -> String {
    var statement = InsertStatement(table: "`t`", columns: columns, texts: texts, limit: 1000)
    for row in rows { statement.add(Array(row.utf8).span) }
    return String(decoding: statement.take(), as: UTF8.self)
  }

  @Test func `values are copied, and cannot end before their end`() {
    #expect(
      statement([#"1"# + "\t" + #"it's \t \\N \\' \N"# + "\n", #"\N"# + "\t\n"], ["a", "b`c"])
        == #"INSERT INTO `t` (`a`, `b``c`) VALUES (_binary'1',_binary'it\'s \t \\N \\\' \N'),(NULL,_binary'')"#)
  }

  @Test func `types that take no bytes get a text, and a table of made columns gets rows`() {
    #expect(
      statement(["::1\tx\n"], ["a", "b"], texts: ["a"]) == "INSERT INTO `t` (`a`, `b`) VALUES ('::1',_binary'x')")
    #expect(statement(["\n", "\n"], []) == "INSERT INTO `t` () VALUES (),()")
  }

  @Test func `a statement is full before it is too long, and takes one row of any length`() {
    var statement = InsertStatement(table: "`t`", columns: ["a"], limit: 100)
    let long = Array((String(repeating: "x", count: 500) + "\n").utf8)
    let short = Array("1\n".utf8)
    let isFullAtFirst = statement.isFull(for: long.span)
    statement.add(long.span)
    let isFullThen = statement.isFull(for: short.span)
    #expect(!isFullAtFirst && isFullThen)
    #expect(statement.rows == 1)
    _ = statement.take()
    #expect(statement.rows == 0)
  }
}
