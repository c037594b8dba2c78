import CoffreTestKit
import Testing

/// A table that is large by the long values of its rows, which lie outside its own blocks.
@Suite("PostgreSQL tables of long values", .timeLimit(.minutes(10)))
struct LongValueTests {
  @Test func `few blocks of long values are read in parts, and all rows are there once`() throws {
    let workshop = try Workshop()
    let server = try PostgresServer.shared()
    let database = try server.createDatabase("long")
    defer { try? server.dropDatabase(database) }
    // 290 MB in three blocks or so.
    try server.run(
      """
      CREATE TABLE letters (id int, body text);
      ALTER TABLE letters ALTER body SET STORAGE EXTERNAL;
      INSERT INTO letters SELECT n, repeat(md5(n::text), 20000) FROM generate_series(1, 450) n;
      """, database)
    let sums = """
      SELECT count(*), count(DISTINCT id), sum(hashtextextended(t::text, 0)::numeric) FROM letters t
      """
    let expected = try server.run(sums, database)
    _ = try workshop.backUp(database, of: server)
    let table = try #require(try workshop.manifest()["databases"]?.array.first?["tables"]?.array.first)
    let parts = try #require(table["parts"]?.array)
    #expect(parts.count > 1, "\(table)")
    #expect(parts.compactMap { $0["rows"]?.int }.reduce(0, +) == 450, "\(table)")
    let copy = "again_\(database)"
    let restore = try workshop.restore("latest", to: copy, of: server)
    try #require(restore.status == 0, "\(restore)")
    defer { try? server.dropDatabase(copy) }
    #expect(try server.run(sums, copy) == expected)
  }
  /// Rows come in pieces of 64 KiB, and a chunk has at most 4 MiB.
  @Test func `rows of every length about that of pieces and chunks come whole`() throws {
    let workshop = try Workshop()
    let server = try PostgresServer.shared()
    let database = try server.createDatabase("lengths")
    defer { try? server.dropDatabase(database) }
    let file = "\(workshop.path)/lengths.copy"
    try server.run(
      """
      CREATE TABLE lengths (body text);
      INSERT INTO lengths
        SELECT repeat(chr(97 + n % 26), base + n % 7 - 4)
        FROM generate_series(0, 48) n,
          LATERAL (SELECT (ARRAY[5, 99, 65536, 131072, 4194304, 4259840, 8388608])[n / 7 + 1]) AS about (base)
        ORDER BY md5(n::text);
      INSERT INTO lengths SELECT repeat('y', 1000) || n FROM generate_series(1, 3000) n;
      INSERT INTO lengths SELECT repeat('z', n * 4000) FROM generate_series(1, 100) n;
      \\copy lengths TO '\(file)'
      """, database)
    _ = try workshop.backUp(database, of: server)
    let table = try #require(try workshop.manifest()["databases"]?.array.first?["tables"]?.array.first)
    let dumped = try workshop.file(try #require(table["path"]?.text)).outputBytes
    let expected = try readRealFile(file)
    #expect(expected.count > 100_000_000 && dumped == expected, "\(dumped.count) bytes of \(expected.count)")
  }
}
