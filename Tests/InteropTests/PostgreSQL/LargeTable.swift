import CoffreTestKit
import Glibc
import Testing

/// A database whose backup takes some seconds, beside small tables: time enough to disturb it.
struct LargeTable {
  let server: PostgresServer
  let database: String

  /// - Parameter megabytes: of rows, as text that does not compress well.
  init(in server: PostgresServer, megabytes: Int = 40, tablespace: String? = nil) throws {
    self.server = server
    database = try server.createDatabase("large")
    let place = tablespace.map { " TABLESPACE \(PostgresServer.identifier($0))" } ?? ""
    try server.run(
      """
      CREATE TABLE first (id int PRIMARY KEY, name text);
      INSERT INTO first VALUES (1, 'one'), (2, 'two');
      CREATE TABLE large (id int, noise text)\(place);
      ALTER TABLE large ALTER noise SET STORAGE EXTERNAL;
      INSERT INTO large SELECT n, (SELECT string_agg(md5((n * 31 + i)::text), '') FROM generate_series(1, 30) i)
        FROM generate_series(1, \(megabytes * 1000)) n;
      CREATE VIEW names AS SELECT name FROM first;
      CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE SEQUENCE numbers;
      """, database)
  }

  /// Other tests work on the same server: true of a row whose `datname` is this database or what is made of it.
  var isOurs: String { "datname ~ '(^|_)\(database)(_|$)'" }

  /// Waits until rows of the large table are on their way, in one direction or the other.
  ///
  /// - Returns: whether they ever were before the program ended.
  func waitForRows(by program: RunningProgram, bytes: Int = 1_000_000) throws -> Bool {
    try program.waitUntil {
      // It stands still while the server is asked: all rows could be there before the answer is.
      program.signal(SIGSTOP)
      defer { program.signal(SIGCONT) }
      return try program.hasEnded
        || server.run("SELECT count(*) FROM pg_stat_progress_copy WHERE bytes_processed > \(bytes) AND \(isOurs)")
          != "0"
    } && !program.hasEnded
  }

  /// Sessions of anybody but the one that asks, in databases that bear the name or one made of it.
  func sessions() throws -> Int {
    let count = try server.run(
      "SELECT count(*) FROM pg_stat_activity WHERE \(isOurs) AND pid <> pg_backend_pid()")
    return Int(count) ?? -1
  }

  /// Waits until the server has seen that its clients are gone.
  func waitForNoSessions() throws -> Bool {
    for _ in 0..<100 {
      if try sessions() == 0 { return true }
      pause(seconds: 0.1)
    }
    return false
  }

  /// What restores make of it, under whatever names.
  func copies() throws -> [String] { try server.databases().filter { $0.hasPrefix("\(database)_") } }
}

/// What every failed backup has in common.
extension Workshop {
  /// Fails the test unless a run ended with that code, said what is wrong and what to do, and left no snapshot more.
  func expectFailure(
    _ report: CoffreReport, _ status: Int32, saying words: [String], snapshots: Int = 0,
    location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(report.status == status, "\(report)", sourceLocation: location)
    let said = report.outcome.output + report.outcome.errors
    for word in words { #expect(said.contains(word), "no '\(word)': \(report)", sourceLocation: location) }
    let advice = report.error?["advice"]?.text ?? ""
    #expect(!advice.isEmpty, "nobody says what to do: \(report)", sourceLocation: location)
    #expect(snapshotIDs.count == snapshots, "\(report)", sourceLocation: location)
    #expect(locks.isEmpty, "\(report)", sourceLocation: location)
  }
}
