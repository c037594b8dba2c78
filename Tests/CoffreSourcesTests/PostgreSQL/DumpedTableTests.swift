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
    #expect(starts(example.blocks) == example.starts)
    #expect(DumpedTable.partStarts(blocks: example.blocks, bytes: 1 << 50, canBeSplit: false) == [0])
  }

  @Test
  func `a growing table keeps its parts`() {
    for blocks in stride(from: 0, to: 20 * Self.part, by: 1021) {
      #expect(starts(blocks + 977).starts(with: starts(blocks)))
    }
  }

  @Test(
    arguments: [
      (0, 8192), (16384, 8192), (16385, 4096), (128 << 10, 1024), (264_000, 256), (128 << 20, 1), (1 << 30, 1),
      (1 << 30 + 1, 8192),
    ] as [(Int64, Int64)])
  func `long values beside the table's own blocks make its parts smaller`(_ example: (bytes: Int64, part: Int64)) {
    let found = starts(40 * example.part, bytesPerBlock: example.bytes)
    #expect(found == (0..<40).map { $0 * example.part })
  }

  @Test(arguments: [1, 3, 100, 5000, 70000] as [Int64])
  func `a boundary stays one while the values grow`(_ blocks: Int64) {
    var old: Set<Int64> = []
    for bytes in stride(from: Int64(1 << 10), to: 64 << 20, by: 300 << 10) {
      let new = Set(starts(blocks, bytesPerBlock: bytes))
      #expect(new.isSuperset(of: old), "\(blocks) blocks of \(bytes)")
      old = new
    }
  }

  /// - Parameter bytesPerBlock: with what lies outside it.
  private func starts(_ blocks: Int64, bytesPerBlock: Int64 = 8200) -> [Int64] {
    DumpedTable.partStarts(blocks: blocks, bytes: blocks * bytesPerBlock, canBeSplit: true)
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
