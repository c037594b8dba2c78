import CoffreTestKit
import Glibc
import Testing

/// What breaks in the middle of a restore: the database that is there stays as it was, and what was made goes.
@Suite("MariaDB restores that are disturbed", .timeLimit(.minutes(10)))
struct MariaDBRestoreFaultTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  /// A restore that stands still among the rows of the large table.
  private func startStopped(
    _ large: LargeMariaDBTable, _ snapshot: String, to database: String, _ options: [String] = [],
    undo: () throws -> Void
  ) throws -> RunningProgram {
    try large.startStopped(
      .into, ["restore", snapshot, "--to", large.url(database)] + options, in: workshop, undo: undo)
  }

  @Test(arguments: [(signal: SIGINT, status: 130), (SIGTERM, 143), (SIGKILL, 137)] as [(signal: Int32, status: Int32)])
  func `coffre that is stopped while it replaces a database`(_ example: (signal: Int32, status: Int32)) throws {
    let server = try MariaDBServer.shared()
    let large = try LargeMariaDBTable(in: server)
    defer { large.drop() }
    let original = try MariaDBState(of: large.database, in: server)
    let snapshot = try #require(try large.backUp(in: workshop).snapshot)
    let change = "INSERT INTO first VALUES (3, 'written after the backup')"
    try server.run(change, large.database)
    let now = try MariaDBState(of: large.database, in: server)
    let restore = try startStopped(large, snapshot, to: large.database, ["--confirm", large.database]) {
      try server.run(change, large.database)
    }
    restore.signal(example.signal)
    restore.signal(SIGCONT)
    let outcome = try restore.wait()
    #expect(outcome.status == example.status, "\(outcome)")
    #expect(try large.sessionsThatStay() == "")
    try expectEqualDatabases(large.database, of: server, and: now)
    let left = try large.copies()
    if example.signal == SIGKILL {
      // Nobody was there to remove it. It bears the name that the guide tells, and does not stand in the way.
      #expect(left.count == 1 && left[0].hasPrefix("\(large.database)_coffre_"), "\(left)")
    } else {
      #expect(left == [], "\(outcome)")
    }
    let again = try workshop.restore(snapshot, to: large.database, of: server, ["--confirm", large.database])
    #expect(again.status == 0, "\(again)")
    try expectEqualDatabases(large.database, of: server, and: original)
    for name in left { #expect("\(again)".contains(name), "nobody says that '\(name)' is left over: \(again)") }
    #expect(try large.copies() == left)
  }

  @Test func `a server that is killed`() throws {
    let server = try LargeMariaDBTable.durableServer()
    let large = try LargeMariaDBTable(in: server)
    let snapshot = try #require(try large.backUp(in: workshop).snapshot)
    let before = try MariaDBState(of: large.database, in: server)
    let restore = try startStopped(large, snapshot, to: "again_\(large.database)") {
      try server.dropDatabase("again_\(large.database)")
    }
    server.kill()
    restore.signal(SIGCONT)
    let report = CoffreReport(try restore.wait())
    #expect(report.status == 13, "\(report)")
    #expect(report.error?["advice"]?.text?.isEmpty == false, "\(report)")
    try server.start()
    try expectEqualDatabases(large.database, of: server, and: before)
    let left = try server.databases().filter { $0 != large.database }
    #expect(!left.contains("again_\(large.database)"), "half a database bears the name of a whole one")
    for name in left { #expect("\(report)".contains(name), "nobody says that '\(name)' is left over: \(report)") }
    let again = try workshop.restore(snapshot, to: "again_\(large.database)", of: server)
    #expect(again.status == 0, "\(again)")
    try expectEqualDatabases("again_\(large.database)", of: server, and: before)
  }

  @Test func `sessions that are ended`() throws {
    let server = try MariaDBServer.shared()
    let large = try LargeMariaDBTable(in: server)
    defer { large.drop() }
    let snapshot = try #require(try large.backUp(in: workshop).snapshot)
    let restore = try startStopped(large, snapshot, to: "again_\(large.database)") {
      try server.dropDatabase("again_\(large.database)")
    }
    large.kill(try large.sessions())
    restore.signal(SIGCONT)
    let report = CoffreReport(try restore.wait())
    #expect(report.status == 13, "\(report)")
    #expect(report.error?["advice"]?.text?.isEmpty == false, "\(report)")
    #expect(try large.copies() == [], "\(report)")
  }

  /// The rows are there, and what comes then waits for somebody who uses the database.
  @Test(arguments: [SIGTERM, SIGKILL])
  func `coffre that is stopped while it waits to put the database in its place`(_ signal: Int32) throws {
    let server = try MariaDBServer.shared()
    let large = try LargeMariaDBTable(in: server, megabytes: 1)
    defer { large.drop() }
    let snapshot = try #require(try large.backUp(in: workshop).snapshot)
    let now = try MariaDBState(of: large.database, in: server)
    let caller = try server.createUser("caller")
    let account = "\(MariaDBServer.literal(caller.user))@'%'"
    defer { _ = try? server.run("DROP USER IF EXISTS \(account)") }
    try server.run(
      "GRANT EXECUTE ON FUNCTION one TO \(account); "
        + "GRANT USAGE ON *.* TO \(MariaDBServer.literal(large.login.user))@'%' WITH GRANT OPTION", large.database)
    let grants = try server.run("SHOW GRANTS FOR \(account)")
    let user = try startUser("BEGIN; SELECT * FROM first LIMIT 1", of: large.database, in: server)
    defer { user.kill(9) }
    let restore = try large.start(
      ["restore", snapshot, "--to", large.url(), "--confirm", large.database], in: workshop)
    #expect(
      try restore.waitUntil(seconds: 120) {
        try restore.hasEnded || !large.sessions("INFO LIKE 'RENAME TABLE%'").isEmpty
      },
      "\(restore.outputSoFar)")
    restore.signal(signal)
    let outcome = try restore.wait()
    #expect(outcome.status == 128 + signal, "\(outcome)")
    if signal == SIGTERM {
      user.kill(9)
      #expect(try large.sessionsThatStay() == "")
      try expectEqualDatabases(large.database, of: server, and: now)
      #expect(try large.copies() == [], "\(outcome)")
      #expect(try server.run("SHOW GRANTS FOR \(account)") == grants, "\(outcome)")
    } else {
      user.kill(9)
      #expect(try large.sessionsThatStay() == "")
      // The safety backup has what is missing now.
      let again = try workshop.restore(snapshot, to: large.database, of: server, ["--confirm", large.database])
      #expect(again.status == 0, "\(again)")
      try expectEqualDatabases(large.database, of: server, and: now)
    }
  }

  /// A session of somebody else that stays, in the middle of what it does.
  private func startUser(_ statements: String, of database: String, in server: MariaDBServer) throws -> RunningProgram {
    var settings = ProgramSettings()
    settings.environment = ["MYSQL_PWD": MariaDBServer.password]
    let user = try MariaDBServer.tool("mariadb").start(
      [
        "--no-defaults", "--host=127.0.0.1", "--port=\(server.port.number)", "--user=\(MariaDBServer.user)",
        database, "-e", "\(statements); DO SLEEP(600)",
      ], settings)
    let isThere = try user.waitUntil {
      try !server.run(
        """
        SELECT 1 FROM information_schema.PROCESSLIST WHERE DB = \(MariaDBServer.literal(database))
         AND INFO LIKE 'DO SLEEP%'
        """
      ).isEmpty
    }
    #expect(isThere)
    return user
  }

  /// Its tables have the new name already, and a view waits for what it shows.
  private func startPlacing(
    _ large: LargeMariaDBTable, of other: String, in server: MariaDBServer
  ) throws -> (restore: RunningProgram, user: RunningProgram) {
    try server.run("CREATE TABLE seen (a INT) ENGINE=InnoDB", other)
    try server.run("CREATE VIEW across AS SELECT a FROM \(other).seen", large.database)
    let snapshot = try #require(try large.backUp(in: workshop).snapshot)
    let user = try startUser("LOCK TABLES seen WRITE", of: other, in: server)
    let restore = try large.start(["restore", snapshot, "--to", large.url("again_\(large.database)")], in: workshop)
    let isWaiting = try restore.waitUntil(seconds: 120) {
      try restore.hasEnded || !large.sessions("INFO LIKE 'CREATE OR REPLACE%across%'").isEmpty
    }
    #expect(isWaiting && !restore.hasEnded, "\(restore.outputSoFar)")
    #expect(try server.run("SHOW TABLES LIKE 'first'", "again_\(large.database)") == "first")
    return (restore, user)
  }

  @Test func `coffre that is stopped when a new database has its tables already`() throws {
    // Its own: who holds a table keeps every backup of the server waiting.
    let server = try MariaDBServer()
    let large = try LargeMariaDBTable(in: server, megabytes: 1)
    let other = try server.createDatabase("seen")
    let (restore, user) = try startPlacing(large, of: other, in: server)
    defer { user.kill(9) }
    restore.signal(SIGTERM)
    let isHeard = restore.waitUntil(seconds: 120) { restore.errorsSoFar.contains("stopping") }
    #expect(isHeard, "\(restore.errorsSoFar)")
    user.kill(9)
    let outcome = try restore.wait()
    #expect(outcome.status == 143, "\(outcome)")
    #expect(try large.sessionsThatStay() == "")
    #expect(try large.copies() == [], "\(outcome)")
  }

  /// Nobody can be told to drop it: then people are told.
  @Test func `a server that is gone when a new database has its tables already`() throws {
    let server = try LargeMariaDBTable.durableServer()
    let large = try LargeMariaDBTable(in: server, megabytes: 1)
    let (restore, user) = try startPlacing(large, of: try server.createDatabase("seen"), in: server)
    server.kill()
    user.kill(9)
    let report = CoffreReport(try restore.wait())
    #expect(report.status == 13, "\(report)")
    try server.start()
    let copies = try large.copies()
    #expect(copies.contains("again_\(large.database)"), "the test does not show what it shall: \(copies)")
    for name in copies { #expect("\(report)".contains("'\(name)'"), "nobody says that '\(name)' is left: \(report)") }
    #expect(report.error?["advice"]?.text?.contains("Drop") == true, "\(report)")
  }

  /// Its foreign key waits for somebody who uses the other table: half a table must not keep the good name.
  @Test(arguments: [SIGTERM, 0])
  func `a table alone that is stopped at its foreign keys`(_ signal: Int32) throws {
    // Its own: who holds a table keeps every backup of the server waiting.
    let server = try MariaDBServer()
    let large = try LargeMariaDBTable(in: server, megabytes: 1)
    try server.run(
      """
      CREATE TABLE referring (id INT PRIMARY KEY, first INT, FOREIGN KEY (first) REFERENCES first (id)) ENGINE=InnoDB;
      INSERT INTO referring VALUES (1, 2);
      """, large.database)
    let snapshot = try #require(try large.backUp(in: workshop).snapshot)
    try server.run("DROP TABLE referring", large.database)
    let before = try MariaDBState(of: large.database, in: server)
    let user = try startUser("LOCK TABLES first WRITE", of: large.database, in: server)
    defer { user.kill(9) }
    let restore = try large.start(
      ["restore", snapshot, "--to", large.url(), "--table", "referring"], in: workshop)
    let isWaiting = try restore.waitUntil(seconds: 120) {
      try restore.hasEnded || !large.sessions("INFO LIKE 'ALTER TABLE%FOREIGN KEY%'").isEmpty
    }
    #expect(isWaiting && !restore.hasEnded, "\(restore.outputSoFar)")
    if signal == 0 {
      large.kill(try large.sessions("INFO LIKE 'ALTER TABLE%FOREIGN KEY%'"))
    } else {
      restore.signal(signal)
    }
    let report = CoffreReport(try restore.wait())
    user.kill(9)
    #expect(report.status == (signal == 0 ? 13 : 128 + signal), "\(report)")
    #expect(try large.sessionsThatStay() == "")
    try expectEqualDatabases(large.database, of: server, and: before)
    #expect(try large.copies() == [], "\(report)")
    let again = try workshop.restore(snapshot, to: large.database, of: server, ["--table", "referring"])
    #expect(again.status == 0, "\(again)")
    let key =
      "SELECT REFERENCED_TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()"
    #expect(try server.run(key, large.database) == "first")
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a full disk of the server`() throws {
    let server = try MariaDBServer()
    let folder = "\(server.scratch.path)/small"
    try makeRealFolder(folder)
    let mount = try MemoryMount(at: folder, options: "size=40m,mode=0777")
    defer { withExtendedLifetime(mount) {} }
    let large = try LargeMariaDBTable(in: server, megabytes: 18, options: "DATA DIRECTORY='\(folder)'")
    let snapshot = try #require(try large.backUp(in: workshop).snapshot)
    let before = try MariaDBState(of: large.database, in: server)
    let report = try workshop.restore(snapshot, to: "again_\(large.database)", of: server)
    #expect(report.status == 21, "\(report)")
    #expect(report.error?["advice"]?.text?.isEmpty == false, "\(report)")
    #expect(try server.databases() == [large.database])
    try expectEqualDatabases(large.database, of: server, and: before)
  }

  @Test func `a damaged repository`() throws {
    let server = try MariaDBServer.shared()
    let large = try LargeMariaDBTable(in: server, megabytes: 20)
    defer { large.drop() }
    let snapshot = try #require(try large.backUp(in: workshop).snapshot)
    try server.run("INSERT INTO first VALUES (3, 'written after the backup')", large.database)
    let before = try MariaDBState(of: large.database, in: server)
    try damageLargestPack()
    for (target, options) in [
      ("again_\(large.database)", []), (large.database, ["--confirm", large.database]),
      (large.database, ["--table", "large=large_again"]),
      (large.database, ["--data-only", "--table", "large", "--confirm", large.database]),
    ] {
      let report = try workshop.restore(snapshot, to: target, of: server, options)
      #expect(report.status == 1, "\(options): \(report)")
      #expect(report.error?["advice"]?.text?.isEmpty == false, "\(options): \(report)")
      #expect(try large.copies() == [], "\(options): \(report)")
      try expectEqualDatabases(large.database, of: server, and: before)
    }
  }

  /// In the middle of it: rows.
  private func damageLargestPack() throws {
    let damaging = try Tool.named("python3", package: "python3").run([
      "-c",
      """
      import os, sys
      packs = [os.path.join(folder, name) for folder, _, names in os.walk(sys.argv[1]) for name in names]
      pack = max(packs, key=os.path.getsize)
      os.chmod(pack, 0o600)
      with open(pack, "r+b") as file:
          file.seek(os.path.getsize(pack) // 2)
          byte = file.read(1)[0]
          file.seek(-1, 1)
          file.write(bytes([byte ^ 1]))
      """, "\(workshop.repository)/data",
    ])
    try #require(damaging.isSuccess, "\(damaging)")
  }

  /// Nothing is changed before it is known that all of it could be put back.
  @Test func `an account that may not make what others own`() throws {
    let server = try MariaDBServer.shared()
    let large = try LargeMariaDBTable(in: server, megabytes: 1)
    defer { large.drop() }
    let snapshot = try #require(try large.backUp(in: workshop).snapshot)
    let login = try server.createUser(
      "owner",
      [
        "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, TRIGGER, EVENT, LOCK TABLES, RELOAD, "
          + "CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, PROCESS ON *.*"
      ])
    let before = try MariaDBState(of: large.database, in: server)
    let report = try workshop.coffre(
      ["restore", snapshot, "--to", server.url(large.database, user: login.user), "--confirm", large.database],
      for: server, as: login)
    #expect(report.status == 22, "\(report)")
    #expect(report.error?["advice"]?.text?.isEmpty == false, "\(report)")
    try expectEqualDatabases(large.database, of: server, and: before)
    #expect(try large.copies() == [], "\(report)")
  }
}
