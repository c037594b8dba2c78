import CoffreTestKit
import Glibc
import Testing

/// What breaks in the middle of a backup: no snapshot, an error that says what to do, nothing left behind.
@Suite("MariaDB backups that are disturbed", .timeLimit(.minutes(10)))
struct MariaDBBackupFaultTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  /// A backup that stands still among the rows of the large table.
  private func start(_ large: LargeMariaDBTable, _ options: [String] = []) throws -> RunningProgram {
    let arguments = ["backup", large.url(), "--name", Workshop.mariadbName] + options
    return try large.startStopped(.out, arguments, in: workshop) {
      let folder = "\(workshop.repository)/snapshots"
      for name in realNames(in: folder) { try removeRealTree("\(folder)/\(name)") }
    }
  }

  /// After the fault is over the next run is a whole one, and its predecessor's rubbish does no harm.
  private func expectNextIsWhole(_ large: LargeMariaDBTable) throws {
    let backup = try large.backUp(in: workshop)
    #expect(workshop.snapshotIDs == [try #require(backup.snapshot)])
  }

  @Test func `a server that is killed`() throws {
    let large = try LargeMariaDBTable(in: LargeMariaDBTable.durableServer())
    // A crash takes the row of a sequence that is not older than some seconds.
    try large.server.run("DROP SEQUENCE counter", large.database)
    let backup = try start(large)
    large.server.kill()
    backup.signal(SIGCONT)
    try workshop.expectFailure(CoffreReport(backup.wait()), 14, saying: [])
    try large.server.start()
    try expectNextIsWhole(large)
  }

  /// Those that read rows; and those that wait with an instant, or with locks.
  @Test(arguments: ["COMMAND = 'Query'", "COMMAND = 'Sleep'"])
  func `sessions that are ended`(_ condition: String) throws {
    let server = try MariaDBServer.shared()
    let large = try LargeMariaDBTable(in: server)
    defer { large.drop() }
    let backup = try start(large)
    let numbers = try large.sessions(condition)
    #expect(!numbers.isEmpty)
    large.kill(numbers)
    backup.signal(SIGCONT)
    try workshop.expectFailure(CoffreReport(backup.wait()), 14, saying: [])
    #expect(try large.sessionsThatStay() == "")
    try expectNextIsWhole(large)
  }

  @Test(arguments: [(signal: SIGINT, status: 130), (SIGTERM, 143), (SIGKILL, 137)] as [(signal: Int32, status: Int32)])
  func `coffre that is stopped`(_ example: (signal: Int32, status: Int32)) throws {
    let server = try MariaDBServer.shared()
    let large = try LargeMariaDBTable(in: server)
    defer { large.drop() }
    let backup = try start(large)
    backup.signal(example.signal)
    backup.signal(SIGCONT)
    let outcome = try backup.wait()
    #expect(outcome.status == example.status, "\(outcome)")
    #expect(workshop.snapshotIDs.isEmpty)
    #expect(try large.sessionsThatStay() == "")
    // Nobody is held any more.
    try server.run(
      "SET lock_wait_timeout = 60; INSERT INTO isam VALUES (2); ALTER TABLE large ADD more INT", large.database)
    try expectNextIsWhole(large)
    try workshop.expectCoffreFindsNoErrorsButHints()
  }

  /// One connection reads table after table, in no order that is known here. One that was read already may be locked; then
  /// nothing changes.
  @Test(arguments: [
    "TRUNCATE second", "DROP TABLE second", "ALTER TABLE second ADD more INT", "RENAME TABLE second TO third",
    "DROP TRIGGER kept; TRUNCATE second; CREATE TRIGGER kept BEFORE INSERT ON second FOR EACH ROW SET NEW.name = 'x'",
    "CREATE OR REPLACE TABLE second (id INT PRIMARY KEY, name TEXT) ENGINE=InnoDB",
    "RENAME TABLE second TO third; CREATE TABLE second LIKE third",
    "ALTER TABLE second ENGINE=InnoDB, FORCE",
  ])
  func `a table that is changed meanwhile`(_ statement: String) throws {
    let server = try MariaDBServer.shared()
    let large = try LargeMariaDBTable(in: server)
    defer { large.drop() }
    let original = try MariaDBState(of: large.database, in: server)
    let backup = try start(large, ["--connections", "1"])
    _ = try? server.run("SET lock_wait_timeout = 1; \(statement)", large.database)
    backup.signal(SIGCONT)
    let report = CoffreReport(try backup.wait())
    if report.status == 0 {
      // Then it is as it was all the same.
      let copy = "again_\(large.database)"
      let restore = try workshop.restore(try #require(report.snapshot), to: copy, of: server)
      #expect(restore.status == 0, "\(restore)")
      try expectEqualDatabases(copy, of: server, and: original)
    } else {
      try workshop.expectFailure(report, 14, saying: ["second"])
    }
  }

  @Test func `tables that are read cannot be changed, and writers go on but for those without transactions`() throws {
    let server = try MariaDBServer.shared()
    let large = try LargeMariaDBTable(in: server)
    defer { large.drop() }
    let original = try MariaDBState(of: large.database, in: server)
    let backup = try start(large, ["--connections", "1"])
    defer { backup.signal(SIGCONT) }
    for statement in ["DROP TABLE large", "ALTER TABLE large ADD a INT", "INSERT INTO isam VALUES (3)"] {
      #expect(throws: MariaDBRefusal.self, "\(statement)") {
        try server.run("SET lock_wait_timeout = 1; \(statement)", large.database)
      }
    }
    try server.run(
      "INSERT INTO large VALUES (-1, 'new'); DELETE FROM first; UPDATE second SET name = 'other'", large.database)
    backup.signal(SIGCONT)
    let report = CoffreReport(try backup.wait())
    #expect(report.status == 0, "\(report)")
    let copy = "again_\(large.database)"
    let restore = try workshop.restore(try #require(report.snapshot), to: copy, of: server)
    #expect(restore.status == 0, "\(restore)")
    try expectEqualDatabases(copy, of: server, and: original)
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a full disk for the repository`() throws {
    let server = try MariaDBServer.shared()
    let large = try LargeMariaDBTable(in: server)
    defer { large.drop() }
    let workshop = try Workshop(repositoryVersion: nil)
    let mount = try MemoryMount(at: workshop.repository, options: "size=8m")
    defer { withExtendedLifetime(mount) {} }
    try workshop.makeRepository()
    let backup = try workshop.coffre(
      ["backup", large.url(), "--name", Workshop.mariadbName], for: server, as: large.login)
    #expect(backup.status == 21, "\(backup)")
    #expect(backup.error?["advice"]?.text?.isEmpty == false, "\(backup)")
    #expect(workshop.snapshotIDs.isEmpty)
    #expect(try large.sessionsThatStay() == "")
  }
}
