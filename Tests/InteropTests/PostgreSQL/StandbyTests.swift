import CoffreTestKit
import Testing

/// A hot standby: it has all rows but those of unlogged tables, and nothing can be written to it.
@Suite("PostgreSQL backups of a standby", .timeLimit(.minutes(10)))
struct StandbyTests {
  private let workshop: Workshop
  private let primary: PostgresServer
  private let standby: PostgresServer

  init() throws {
    workshop = try Workshop()
    primary = try PostgresServer()
    var options = PostgresServer.Options()
    options.primary = primary
    standby = try PostgresServer(options)
  }

  /// Until the standby has all that the primary wrote.
  private func waitForStandby() throws {
    let position = try primary.run("SELECT pg_current_wal_lsn()")
    for _ in 0..<200 {
      if try standby.run("SELECT pg_last_wal_replay_lsn() >= '\(position)'") == "t" { return }
      pause(seconds: 0.05)
    }
    Issue.record("the standby does not follow: \(standby.log)")
  }

  @Test func `all but unlogged tables is taken of it, and what is not is said`() throws {
    let shop = try primary.createDatabase("shop")
    try primary.run(
      """
      CREATE TABLE orders (id serial PRIMARY KEY, name text, UNIQUE (name));
      INSERT INTO orders (name) SELECT 'order ' || n FROM generate_series(1, 5000) n;
      CREATE VIEW names AS SELECT name FROM orders;
      SELECT lo_from_bytea(4711, '\\x00ff');
      """, shop)
    try waitForStandby()
    let report = try workshop.backUp(shop, of: standby)
    let restored = try workshop.restore(
      try #require(report.snapshot), to: "\(shop)_again", of: primary)
    #expect(restored.status == 0, "\(restored)")
    // As the standby has it: sequences are some values ahead there.
    try expectEqualDatabases("\(shop)_again", of: primary, and: standby.dump(shop))
    let test = try workshop.coffre(["source", "test", standby.url(shop)], for: standby)
    #expect(test.status == 0 && test.outcome.output.contains(#""standby":true"#), "\(test)")

    try primary.run("CREATE UNLOGGED TABLE fleeting (id int); INSERT INTO fleeting VALUES (1)", shop)
    try waitForStandby()
    let refused = try workshop.coffre(
      ["backup", standby.url(shop), "--name", Workshop.serverName], for: standby)
    try workshop.expectFailure(refused, 14, saying: ["public.fleeting", "unlogged", "use the primary"], snapshots: 1)
    let without = try workshop.backUp(shop, of: standby, ["--exclude-table-data", "public.fleeting"])
    #expect(try workshop.file("\(shop)/pre-data.sql", of: #require(without.snapshot)).output.contains("fleeting"))

    // Nothing can be restored to it, which is said, and not by a crash.
    let back = try workshop.restore(try #require(report.snapshot), to: "\(shop)_there", of: standby)
    #expect(back.status == 1 && "\(back)".contains("read-only transaction"), "\(back)")
    #expect(back.error?["advice"]?.text?.isEmpty == false, "\(back)")
  }
}
