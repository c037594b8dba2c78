import CoffreTestKit
import Testing

/// Rows of about the gigabyte that the server can send at most.
@Suite(
  "PostgreSQL rows as large as can be", .tags(.slow), .enabled(if: runsAllTests, "only with COFFRE_TEST_ALL=1"),
  .timeLimit(.minutes(30)))
struct LargeRowTests {
  private let workshop: Workshop
  private let server: PostgresServer

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer()
  }

  /// Runs Coffre.
  ///
  /// - Returns: what it said, and how much memory it had at its peak.
  private func measured(_ arguments: [String]) throws -> (outcome: ProgramOutcome, peak: Int) {
    // A small process in between: a child's peak begins with what its parent had when it was made.
    let script = """
      import resource, subprocess, sys
      code = subprocess.call(sys.argv[1:])
      print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
      sys.exit(code)
      """
    let outcome = try Tool.named("python3", package: "python3").run(
      ["-c", script, Tool.coffre().path] + arguments + workshop.access,
      workshop.settings {
        $0.timeLimit = 1200
        $0.environment["PGPASSWORD"] = PostgresServer.password
      })
    let line = try #require(outcome.output.split(separator: "\n").last { $0.hasPrefix("peak ") }, "\(outcome)")
    return (outcome, try #require(Int(line.dropFirst(5))))
  }

  @Test(arguments: ["a bytea", "two texts"])
  func `one that is too large is named, with what to do, in little memory`(_ kind: String) throws {
    let database = try server.createDatabase("large")
    let row = kind == "a bytea" ? "convert_to(repeat('x', 600 << 20), 'UTF8'), ''" : "NULL, repeat('y', 600 << 20)"
    try server.run(
      """
      CREATE TABLE small (id int); INSERT INTO small VALUES (1);
      CREATE TABLE big (id int PRIMARY KEY, b bytea, t text, u text);
      INSERT INTO big VALUES (1, '', '', '');
      INSERT INTO big (id, b, t) SELECT 7, \(row);
      UPDATE big SET u = t WHERE id = 7;
      """, database)
    let url = server.url(database)
    let refused = try measured(["backup", url, "--json"])
    #expect(refused.peak < 400_000_000, "\(refused.peak) bytes at its peak")
    let report = CoffreReport(refused.outcome)
    #expect(report.status == 14, "\(report)")
    for word in ["/data/public/big.copy", "in the row id=7, whose text takes about 1.17 GiB", "as a large object"] {
      #expect(refused.outcome.output.contains(word), "no '\(word)': \(report)")
    }
    #expect(workshop.snapshotIDs.isEmpty)
    // The ways that are told.
    let without = try measured(["backup", url, "--exclude-table-data", "public.big"])
    #expect(without.outcome.isSuccess, "\(without.outcome)")
    let partial = try measured(["backup", url, "--allow-partial"])
    #expect(partial.outcome.status == 3 && partial.peak < 400_000_000, "\(partial)")
    guard kind == "a bytea" else { return }
    let binary = "\(workshop.path)/big.binary"
    try server.run(
      """
      \\copy big TO '\(binary)' (FORMAT binary)
      CREATE TABLE again (LIKE big);
      \\copy again FROM '\(binary)' (FORMAT binary)
      """, database)
    #expect(try server.run("SELECT count(*) FROM big JOIN again USING (id, b, t, u)", database) == "2")
  }

  @Test func `one that is just small enough comes back, and so does a large object`() throws {
    let database = try server.createDatabase("large")
    try server.run(
      """
      CREATE TABLE big (id int PRIMARY KEY, b bytea);
      INSERT INTO big VALUES (1, '\\x00');
      INSERT INTO big SELECT 7, convert_to(repeat('0123456789abcdef', 30 << 20), 'UTF8');
      SELECT lo_from_bytea(4711, convert_to(repeat('fedcba9876543210', 40 << 20), 'UTF8'));
      """, database)
    let backup = try measured(["backup", server.url(database), "--name", Workshop.serverName])
    #expect(backup.outcome.isSuccess, "\(backup.outcome)")
    // 200 MB, and the row twice.
    #expect(backup.peak < 200_000_000 + 2 * (960 << 20), "\(backup.peak) bytes at its peak")
    let copy = "again_\(database)"
    let restore = try measured(["restore", "latest", "--to", server.url(copy)])
    #expect(restore.outcome.isSuccess, "\(restore.outcome)")
    #expect(restore.peak < 200_000_000 + 2 * (960 << 20), "\(restore.peak) bytes at its peak")
    let question = """
      SELECT count(*), sum(octet_length(b)), string_agg(md5(b), ' ' ORDER BY id) FROM big;
      SELECT count(*), sum(octet_length(data)), md5(string_agg(md5(data), '' ORDER BY pageno)) FROM pg_largeobject WHERE loid = 4711;
      """
    #expect(try server.run(question, copy) == server.run(question, database))
  }
  @Test func `two of them are read at once in the memory that is promised for one`() throws {
    let database = try server.createDatabase("large")
    let size = 320 << 20
    try server.run(
      """
      CREATE TABLE one AS SELECT repeat('0123456789abcdef', \(size / 16)) AS body;
      CREATE TABLE two AS SELECT repeat('fedcba9876543210', \(size / 16)) AS body;
      """, database)
    let backup = try measured(["backup", server.url(database), "--read-concurrency", "2"])
    #expect(backup.outcome.isSuccess, "\(backup.outcome)")
    #expect(backup.peak < 200_000_000 + 2 * size, "\(backup.peak) bytes at its peak")
  }
}
