import CoffreTestKit
import Testing

/// One table out of a large backup needs little of the repository.
@Suite("One table of a large PostgreSQL backup", .timeLimit(.minutes(10)))
struct OneTableTests {
  /// Of the other tables, as text; about half of it is stored.
  private static let megabytes = runsAllTests ? 1000 : 100

  @Test func `a table of a megabyte is restored by reading less than 24 MB`() throws {
    let store = try HostileServer()
    let workshop = try Workshop(at: store.location)
    let made = try workshop.coffre(["repo", "init"])
    try #require(made.isSuccess, "\(made)")
    let server = try PostgresServer.shared()
    let database = try server.createDatabase("large")
    defer { try? server.dropDatabase(database) }
    // What is read in parts by several connections stands on both sides of it.
    try server.run(
      """
      CREATE TABLE alpha (id int, noise text);
      CREATE TABLE middle (id int PRIMARY KEY, noise text);
      CREATE TABLE zeta (id int, noise text);
      CREATE FUNCTION noise(n int) RETURNS text LANGUAGE sql AS
        $$SELECT string_agg(md5((n * 31 + i)::text), '') FROM generate_series(1, 31) i$$;
      INSERT INTO middle SELECT n, noise(n) FROM generate_series(1, 1000) n;
      INSERT INTO alpha SELECT n, noise(n + 1000000) FROM generate_series(1, \(Self.megabytes * 500)) n;
      INSERT INTO zeta SELECT n, noise(n + 2000000) FROM generate_series(1, \(Self.megabytes * 500)) n;
      """, database)
    let backup = try workshop.backUp(database, of: server)
    let stored = store.objects.values.reduce(0) { $0 + $1.count }
    #expect(stored > Self.megabytes * 400_000, "\(stored) bytes are too few to prove anything")

    // Without what the backup left behind, as on another machine.
    try removeRealTree("\(workshop.path)/cache")
    store.forgetRequests()
    let restore = try workshop.restore(
      try #require(backup.snapshot), to: database, of: server, ["--table", "public.middle=middle_again"])
    #expect(restore.status == 0, "\(restore)")
    let read = store.bytesSent
    print("1 MB of \(stored / 1_000_000) MB: \(read) bytes were read")
    #expect(read > 400_000 && read < 24_000_000, "\(read) bytes were read")
    let difference = try server.run(
      """
      SELECT count(*) FROM (SELECT * FROM middle EXCEPT ALL SELECT * FROM middle_again) x;
      SELECT count(*) FROM middle_again;
      """, database)
    #expect(difference == "0\n1000")
  }
}
