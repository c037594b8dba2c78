import CoffreTestKit
import Testing

/// A table that is most of a database is loaded by several connections.
@Suite("A table loaded by several connections", .timeLimit(.minutes(10)))
struct SharedTableTests {
  /// Above what one connection loads alone.
  private static let megabytes = 80

  private let workshop: Workshop
  private let server: PostgresServer
  private let large: LargeTable

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer.shared()
    large = try LargeTable(in: server, megabytes: Self.megabytes)
  }

  private func start(_ snapshot: String, to database: String) throws -> RunningProgram {
    try workshop.startCoffre(["restore", snapshot, "--to", server.url(database), "--json"]) {
      $0.environment["PGPASSWORD"] = PostgresServer.password
    }
  }

  /// Into a copy of the table; other tests may be at work on the same server.
  private var rowsComing: String {
    "pg_stat_progress_copy WHERE command = 'COPY FROM' AND datname LIKE '%\(large.database)%'"
  }

  /// How many connections have each loaded a megabyte of what they are at.
  private func loading() throws -> Int {
    Int(try server.run("SELECT count(*) FROM \(rowsComing) AND bytes_processed > 1000000")) ?? 0
  }

  @Test func `all of its rows arrive once`() throws {
    defer { try? server.dropDatabase(large.database) }
    let again = "again_\(large.database)"
    defer { try? server.dropDatabase(again) }
    let snapshot = try #require(try workshop.backUp(large.database, of: server).snapshot)
    let restore = try start(snapshot, to: again)
    var most = 0
    let isSeen = try restore.waitUntil {
      most = max(most, try loading())
      return most > 1 || restore.hasEnded
    }
    #expect(isSeen && most > 1, "\(most) connections were seen loading rows")
    let report = CoffreReport(try restore.wait())
    try #require(report.status == 0, "\(report)")
    try expectEqualRows(again)
  }

  /// In any order.
  private func expectEqualRows(_ copy: String) throws {
    let question = """
      SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM large t;
      SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM first t;
      """
    #expect(try server.run(question, copy) == server.run(question, large.database))
  }

  @Test func `one of them that is ended ends the restore, and nothing stays`() throws {
    defer { try? server.dropDatabase(large.database) }
    let snapshot = try #require(try workshop.backUp(large.database, of: server).snapshot)
    let restore = try start(snapshot, to: "\(large.database)_again")
    try #require(try restore.waitUntil { try loading() > 1 || restore.hasEnded } && !restore.hasEnded)
    try server.run("SELECT pg_terminate_backend(pid) FROM \(rowsComing) ORDER BY pid LIMIT 1")
    let report = CoffreReport(try restore.wait())
    #expect(report.status == 13, "\(report)")
    #expect(try large.copies() == [], "\(report)")
  }
}
