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
}
