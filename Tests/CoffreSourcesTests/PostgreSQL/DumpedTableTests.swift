import CoffreCore
import PostgresKit
import Testing

@testable import CoffreSources

@Suite("Tables in a dump")
struct DumpedTableTests {
  private static let part = DumpedTable.blocksPerPart

  private func table(
    _ relation: PostgresRelation = .table(1), columns: [String] = ["id", "a b"], condition: String = "",
    starts: [Int64] = [0]
  ) -> DumpedTable {
    DumpedTable(
      relation: relation,
      columns: columns.enumerated().map { number, name in
        PostgresColumn(
          number: number + 1, name: name, type: "integer", isRequired: false, identity: .none, generation: .none)
      },
      key: [], root: nil, condition: condition, sizeInBytes: 0, partStarts: starts)
  }

  @Test(
    arguments: [
      (0, [0]), (part, [0]), (part + part / 2, [0]), (part + part / 2 + 1, [0, part]), (2 * part, [0, part]),
      (2 * part + part / 2 - 1, [0, part]), (2 * part + part / 2, [0, part, 2 * part]),
    ] as [(Int64, [Int64])])
  func `parts begin at multiples, and the last is not a small rest`(_ example: (blocks: Int64, starts: [Int64])) {
    #expect(DumpedTable.partStarts(blocks: example.blocks, canBeSplit: true) == example.starts)
    #expect(DumpedTable.partStarts(blocks: example.blocks, canBeSplit: false) == [0])
  }

  @Test
  func `a growing table keeps its parts`() {
    for blocks in stride(from: 0, to: 20 * Self.part, by: 1021) {
      let old = DumpedTable.partStarts(blocks: blocks, canBeSplit: true)
      let new = DumpedTable.partStarts(blocks: blocks + 977, canBeSplit: true)
      #expect(new.starts(with: old))
    }
  }

  @Test
  func `a table in one part is copied as it stands`() throws {
    #expect(
      try table().copyCommand(part: 0, encoding: "UTF8")
        == #"COPY "public"."t" ("id", "a b") TO STDOUT WITH (ENCODING 'UTF8')"#)
  }

  @Test
  func `a table without columns has no list of them`() throws {
    #expect(
      try table(columns: []).copyCommand(part: 0, encoding: "LATIN1")
        == #"COPY "public"."t" TO STDOUT WITH (ENCODING 'LATIN1')"#)
  }

  @Test
  func `parts meet, and are open at both ends of the table`() throws {
    let table = table(columns: ["id"], starts: [0, 8192, 16384])
    let commands = try (0..<3).map { try table.copyCommand(part: $0, encoding: "UTF8") }
    let head = #"COPY (SELECT "id" FROM ONLY "public"."t" WHERE "#
    let tail = ") TO STDOUT WITH (ENCODING 'UTF8')"
    #expect(
      commands == [
        head + "ctid < '(8192,0)'::pg_catalog.tid" + tail,
        head + "ctid >= '(8192,0)'::pg_catalog.tid AND ctid < '(16384,0)'::pg_catalog.tid" + tail,
        head + "ctid >= '(16384,0)'::pg_catalog.tid" + tail,
      ])
  }

  @Test
  func `what an extension says of its rows is asked as it says it`() throws {
    #expect(
      try table(columns: ["id"], condition: "WHERE id > 7").copyCommand(part: 0, encoding: "UTF8")
        == #"COPY (SELECT "id" FROM ONLY "public"."t" WHERE id > 7) TO STDOUT WITH (ENCODING 'UTF8')"#)
  }

  @Test
  func `odd names are quoted for the server and escaped for the file`() throws {
    let odd = table(.table(1, "a\"b/c\n'%"), columns: ["x\"y"])
    #expect(
      try odd.copyCommand(part: 0, encoding: "UTF8")
        == "COPY \"public\".\"a\"\"b/c\n'%\" (\"x\"\"y\") TO STDOUT WITH (ENCODING 'UTF8')")
    #expect(odd.path == "data/public/a%22b%2Fc%0A'%25.copy")
  }
}
