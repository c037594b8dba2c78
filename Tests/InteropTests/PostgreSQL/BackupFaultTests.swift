import CoffreTestKit
import Glibc
import Testing

/// What breaks in the middle of a backup: no snapshot, an error that says what to do, nothing left behind.
@Suite("PostgreSQL backups that are disturbed", .timeLimit(.minutes(10)))
struct BackupFaultTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  private func start(_ large: LargeTable, _ options: [String] = []) throws -> RunningProgram {
    let arguments = ["backup", large.server.url(large.database), "--name", Workshop.serverName, "--json"]
    return try workshop.startCoffre(arguments + options) { $0.environment["PGPASSWORD"] = PostgresServer.password }
  }

  /// After the fault is over the next run is a whole one, and its predecessor's rubbish does no harm.
  private func expectNextIsWhole(_ large: LargeTable) throws {
    let backup = try workshop.backUp(large.database, of: large.server)
    #expect(workshop.snapshotIDs == [try #require(backup.snapshot)])
    #expect(try workshop.manifest()["complete"]?.bool == true)
  }

  @Test func `a server that is killed`() throws {
    let large = try LargeTable(in: PostgresServer())
    let backup = try start(large)
    try #require(try large.waitForRows(by: backup), "\(backup.outputSoFar)")
    large.server.kill()
    try workshop.expectFailure(CoffreReport(backup.wait()), 14, saying: [])
    try large.server.start()
    try expectNextIsWhole(large)
  }

  @Test func `sessions that are ended one by one`() throws {
    let server = try PostgresServer.shared()
    let large = try LargeTable(in: server)
    defer { try? server.dropDatabase(large.database) }
    // Those that read rows, those that hold the instant or wait with their text.
    for condition in ["query LIKE '%COPY %'", "query NOT LIKE '%COPY %'"] {
      let backup = try start(large)
      try #require(try large.waitForRows(by: backup), "\(backup.outputSoFar)")
      // It could be over before the server does it.
      backup.signal(SIGSTOP)
      let ended = try server.run(
        """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
          WHERE datname = '\(large.database)' AND \(condition)
        """)
      #expect(ended != "0")
      backup.signal(SIGCONT)
      try workshop.expectFailure(CoffreReport(backup.wait()), 14, saying: [])
      #expect(try large.waitForNoSessions())
    }
    try expectNextIsWhole(large)
  }

  @Test(arguments: [(signal: SIGINT, status: 130), (SIGTERM, 143), (SIGKILL, 137)] as [(signal: Int32, status: Int32)])
  func `coffre that is stopped`(_ example: (signal: Int32, status: Int32)) throws {
    let server = try PostgresServer.shared()
    let large = try LargeTable(in: server)
    defer { try? server.dropDatabase(large.database) }
    let backup = try start(large)
    try #require(try large.waitForRows(by: backup), "\(backup.outputSoFar)")
    backup.signal(example.signal)
    let outcome = try backup.wait()
    #expect(outcome.status == example.status, "\(outcome)")
    #expect(workshop.snapshotIDs.isEmpty)
    #expect(try large.waitForNoSessions(), "the server still works for it")
    try expectNextIsWhole(large)
    try workshop.expectCoffreFindsNoErrorsButHints()
  }

  @Test func `no instant is held while a lock is waited for, and what comes meanwhile is in the backup`() throws {
    let server = try PostgresServer.shared()
    let large = try LargeTable(in: server, megabytes: 1)
    defer { try? server.dropDatabase(large.database) }
    let restic = try #require(Tool.restics.first)
    // restic's check locks exclusively; it is stopped while it holds the lock.
    let holder = try workshop.startRestic(restic, ["check"])
    try #require(holder.waitUntil { !workshop.locks.isEmpty })
    holder.signal(SIGSTOP)
    defer { holder.signal(SIGCONT) }
    try #require(workshop.locks.count == 1)
    let backup = try start(large, ["--retry-lock", "600s"])
    #expect(
      try backup.waitUntil {
        try server.run(
          "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND \(large.isOurs)") != "0"
      }, "none was taken while the repository was opened")
    #expect(backup.waitUntil { backup.outputSoFar.contains("waiting for process \(holder.processID)") })
    #expect(try large.waitForNoSessions(), "it keeps others from changing tables")
    try server.run("ALTER TABLE first ADD late int; INSERT INTO first VALUES (3, 'three', 3)", large.database)
    holder.signal(SIGCONT)
    #expect(try holder.wait().isSuccess)
    let outcome = CoffreReport(try backup.wait())
    #expect(outcome.status == 0, "\(outcome)")
    let rows = try workshop.file("\(large.database)/data/public/first.copy", of: "latest").output
    #expect(rows == "1\tone\t\\N\n2\ttwo\t\\N\n3\tthree\t3\n")
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a full disk for the repository`() throws {
    let server = try PostgresServer.shared()
    let large = try LargeTable(in: server)
    defer { try? server.dropDatabase(large.database) }
    let workshop = try Workshop(repositoryVersion: nil)
    let mount = try MemoryMount(at: workshop.repository, options: "size=8m")
    defer { withExtendedLifetime(mount) {} }
    try workshop.makeRepository()
    // What is said first may depend on which thread is first.
    for _ in 0..<4 {
      let backup = try workshop.coffre(
        ["backup", server.url(large.database), "--name", Workshop.serverName], for: server)
      #expect(backup.status == 21, "\(backup)")
      #expect(backup.error?["advice"]?.text?.isEmpty == false, "\(backup)")
      #expect(workshop.snapshotIDs.isEmpty)
    }
    #expect(try large.waitForNoSessions())
  }

  @Test func `tables cannot be changed until it is read, and whoever waits for one does not stop the backup`() throws {
    let server = try PostgresServer.shared()
    let large = try LargeTable(in: server, megabytes: 80)
    defer { try? server.dropDatabase(large.database) }
    let original = try server.dump(large.database)
    let backup = try start(large)
    try #require(try large.waitForRows(by: backup), "\(backup.outputSoFar)")
    // It stands still while the tables are tried; its tools have their locks, or have ended.
    #expect(
      try backup.waitUntil {
        try server.run(
          "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump' AND \(large.isOurs)") == "0"
      })
    backup.signal(SIGSTOP)
    defer { backup.signal(SIGCONT) }
    try #require(!backup.hasEnded, "it was too fast")
    for statement in [
      "DROP TABLE large", "ALTER TABLE first ADD a int", "TRUNCATE first", "ALTER TABLE large ALTER id TYPE bigint",
    ] {
      #expect(throws: PostgresRefusal.self, "\(statement)") {
        try server.run("SET lock_timeout = '50ms'; \(statement)", large.database)
      }
    }
    var settings = ProgramSettings()
    settings.environment = server.toolEnvironment(for: large.database)
    let change = try server.installation.tool("psql").start(
      ["-Xqc", "ALTER TABLE first ADD added int; ALTER TABLE large DROP noise; DROP TABLE first CASCADE"], settings)
    #expect(
      try change.waitUntil {
        try server.run(
          """
          SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT granted AND \(large.isOurs)
          """) != "0"
      })
    backup.signal(SIGCONT)
    let outcome = CoffreReport(try backup.wait())
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try change.wait().isSuccess)
    let restore = try workshop.restore(try #require(outcome.snapshot), to: "as_it_was_\(large.database)", of: server)
    #expect(restore.status == 0, "\(restore)")
    defer { try? server.dropDatabase("as_it_was_\(large.database)") }
    try expectEqualDatabases("as_it_was_\(large.database)", of: server, and: original)
  }

  /// Nothing keeps anybody from dropping what is no table. A backup then is the one of its instant, or none.
  @Test(arguments: [
    "DROP VIEW names", "DROP FUNCTION one", "DROP SEQUENCE numbers", "CREATE TABLE more (id int)",
    "ALTER SEQUENCE numbers RENAME TO others", "CREATE OR REPLACE VIEW names AS SELECT name, id FROM first",
  ])
  func `other things that are changed meanwhile`(_ statement: String) throws {
    let server = try PostgresServer.shared()
    let database = try LargeTable(in: server, megabytes: 1).database
    defer { try? server.dropDatabase(database) }
    let original = try server.dump(database)
    let tools = try StandInTools(for: server, in: workshop)
    try tools.hold("--section=pre-data")
    let backup = try workshop.startCoffre(
      ["backup", server.url(database), "--name", Workshop.serverName, "--json"]
    ) { $0.environment.merge(tools.environment) { $1 } }
    #expect(backup.waitUntil { tools.isHolding }, "\(backup.outputSoFar)")
    // Sequences are locked, as tables are.
    _ = try? server.run("SET lock_timeout = '200ms'; \(statement)", database)
    try tools.release()
    let report = CoffreReport(try backup.wait())
    if report.status == 0 {
      let copy = "again_\(database)"
      let restore = try workshop.restore(try #require(report.snapshot), to: copy, of: server)
      #expect(restore.status == 0, "\(restore)")
      defer { try? server.dropDatabase(copy) }
      try expectEqualDatabases(copy, of: server, and: original)
    } else {
      try workshop.expectFailure(report, 14, saying: [])
    }
  }
}
