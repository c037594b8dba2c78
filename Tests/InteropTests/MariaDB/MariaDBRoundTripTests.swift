import CoffreTestKit
import Testing

/// Databases go through the repository and are what they were, while others write to them.
@Suite("MariaDB there and back", .timeLimit(.minutes(10)))
struct MariaDBRoundTripTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  private static let bankTables = ["account", "transfer"]

  @Test func `a database that uses everything comes back while it is written to`() throws {
    let server = try MariaDBServer.shared()
    let database = try MariaDBFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    let bank = try MariaDBBank(in: server, database: database)
    let original = try MariaDBState(of: database, in: server, without: Self.bankTables)
    #expect(original.dump.count > 300)

    let writer = try bank.startWriter()
    try writer.waitForTransfers(50)
    let before = try bank.transfers()
    let backup = try workshop.backUp(database, of: server)
    try writer.waitForTransfers(20)
    let after = try bank.transfers()
    let copy = "again_\(database)"
    let restore = try workshop.restore(try #require(backup.snapshot), to: copy, of: server)
    defer { try? server.dropDatabase(copy) }
    writer.end()
    #expect(restore.status == 0, "\(restore)")

    try expectEqualDatabases(copy, of: server, and: original, without: Self.bankTables)
    #expect(try bank.problems(in: copy) == [])
    let copied = try bank.transfers(in: copy)
    #expect(copied >= before && copied < after, "\(copied) transfers, \(before) before and \(after) after the backup")
    // Nobody of that name is there, and it is said.
    #expect("\(restore)".contains("nobody@nowhere"), "\(restore)")
  }

  @Test func `a whole server comes back on another, with its users`() throws {
    let server = try MariaDBServer()
    let everything = try MariaDBFixture.makeEverything(in: server)
    let odd = try ["Shop", "two words", "a`b", "it's", "a.b", "é", "-x", "$(x)", "select", "a/b"].map {
      try server.createDatabase($0)
    }
    for name in odd { try server.run("CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1)", name) }
    try server.run(
      """
      CREATE ROLE reader;
      CREATE USER 'sh''op'@'%' IDENTIFIED BY 'sesame';
      CREATE USER named@somewhere.example IDENTIFIED BY 'never';
      GRANT SELECT ON `two words\\_%`.* TO reader;
      GRANT reader TO 'sh''op'@'%';
      GRANT ALL ON `\(everything)`.* TO 'sh''op'@'%' WITH GRANT OPTION;
      SET DEFAULT ROLE reader FOR 'sh''op'@'%';
      CREATE FUNCTION `\(odd[1])`.one () RETURNS INT DETERMINISTIC RETURN 1;
      CREATE USER few@'%';
      GRANT SELECT ON `\(odd[0])`.t TO few@'%';
      GRANT UPDATE (a) ON \(MariaDBServer.identifier(odd[2])).t TO few@'%';
      GRANT EXECUTE ON FUNCTION `\(odd[1])`.one TO few@'%';
      """)
    let backup = try workshop.backUp(nil, of: server)
    let other = try MariaDBServer()
    let restore = try workshop.restore(try #require(backup.snapshot), to: nil, of: other, ["--globals"])
    #expect(restore.status == 0, "\(restore)")
    let made = try other.databases()
    #expect(made.count == odd.count + 1, "\(made)")
    let copy = try #require(made.first { $0.hasPrefix("\(everything)_restored_") }, "\(made)")
    try expectEqualDatabases(copy, of: other, and: try MariaDBState(of: everything, in: server))
    let grants = "SHOW GRANTS FOR 'sh''op'@'%'; SHOW GRANTS FOR reader"
    #expect(try other.run(grants) == server.run(grants))
    let login = MariaDBLogin(user: "sh'op", password: "sesame")
    #expect(try other.run("SELECT CURRENT_ROLE()", "information_schema", as: login) == "reader")
    // Rights on what is in a database go with it to its new name.
    let few = try other.run("SHOW GRANTS FOR few@'%'").replacing(#/_restored_\d{8}/#, with: "")
    #expect(
      Set(few.split(separator: "\n")) == Set(try server.run("SHOW GRANTS FOR few@'%'").split(separator: "\n")),
      "\(few)\n\(restore)")
  }

  /// An account gets its rights when there is what they are about, whatever the order of databases.
  @Test func `rights on a table, a column and a routine come back under the same name`() throws {
    // Its own: all users of the server are made again.
    let server = try MariaDBServer()
    let database = try server.createDatabase("granted")
    let user = try server.createUser("granted")
    let account = "\(MariaDBServer.literal(user.user))@'%'"
    try server.run(
      """
      CREATE TABLE t (a INT PRIMARY KEY, b INT) ENGINE=InnoDB;
      CREATE PROCEDURE p () SELECT 1;
      GRANT SELECT ON t TO \(account);
      GRANT UPDATE (b) ON t TO \(account);
      GRANT EXECUTE ON PROCEDURE p TO \(account);
      """, database)
    let grants = try server.run("SHOW GRANTS FOR \(account)")
    #expect(grants.contains("UPDATE (`b`)") && grants.contains("PROCEDURE"), "\(grants)")
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    try server.run("DROP USER \(account)")
    try server.dropDatabase(database)
    let restore = try workshop.restore(snapshot, to: database, of: server, ["--globals"])
    #expect(restore.status == 0, "\(restore)")
    #expect(try server.run("SHOW GRANTS FOR \(account)") == grants, "\(restore)")
  }

  @Test func `one table comes back, under another name, beside the others`() throws {
    let server = try MariaDBServer.shared()
    let database = try MariaDBFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    let backup = try workshop.backUp(database, of: server)
    let snapshot = try #require(backup.snapshot)
    let before = try MariaDBState(of: database, in: server)
    let restore = try workshop.restore(snapshot, to: database, of: server, ["--table", "purchase=purchase_old"])
    #expect(restore.status == 0, "\(restore)")
    #expect(
      try server.checksums(database)["purchase_old"] == before.checksums["purchase"], "\(restore)")
    try server.run("DROP TABLE purchase_old", database)
    try expectEqualDatabases(database, of: server, and: before)
    // Nothing that exists is written over.
    let refused = try workshop.restore(snapshot, to: database, of: server, ["--table", "kinds"])
    #expect(refused.status == 1, "\(refused)")
    try expectEqualDatabases(database, of: server, and: before)
    #expect(try server.databases().filter { $0.hasPrefix("\(database)_") } == [])
  }

  @Test func `a database is replaced, and put back if that fails`() throws {
    let server = try MariaDBServer.shared()
    let database = try MariaDBFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    let backup = try workshop.backUp(database, of: server)
    let snapshot = try #require(backup.snapshot)
    let original = try MariaDBState(of: database, in: server)
    try server.run(
      """
      SET sql_mode = 'ALLOW_INVALID_DATES';
      DELETE FROM keyless; DROP VIEW a_on_z; CREATE TABLE newer (a INT PRIMARY KEY); INSERT INTO newer VALUES (1);
      CREATE TRIGGER on_newer BEFORE INSERT ON newer FOR EACH ROW SET NEW.a = NEW.a + 1;
      DROP FUNCTION ansi;
      """, database)
    let changed = try MariaDBState(of: database, in: server)
    // Rights on single routines go with these, unless somebody looks after them.
    let user = try server.createUser("caller")
    let account = "\(MariaDBServer.literal(user.user))@'%'"
    defer { _ = try? server.run("DROP USER IF EXISTS \(account)") }
    let routines = try server.run(
      "SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()", database
    ).split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(Set(routines.map { $0[0] }) == ["FUNCTION", "PROCEDURE", "PACKAGE", "PACKAGE BODY"])
    for routine in routines {
      try server.run(
        "SET sql_mode = 'ORACLE'; GRANT EXECUTE ON \(routine[0]) \(MariaDBServer.identifier(String(routine[1]))) TO \(account)",
        database)
    }
    try server.run(
      "GRANT ALTER ROUTINE ON \(routines[0][0]) \(MariaDBServer.identifier(String(routines[0][1]))) TO \(account)"
        + " WITH GRANT OPTION", database)
    let grants = try server.run("SHOW GRANTS FOR \(account)").split(separator: "\n")

    let refused = try workshop.restore(snapshot, to: database, of: server)
    #expect(refused.status == 1, "\(refused)")
    try expectEqualDatabases(database, of: server, and: changed)

    let restore = try workshop.restore(snapshot, to: database, of: server, ["--confirm", database])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualDatabases(database, of: server, and: original)
    #expect(try server.databases().filter { $0.hasPrefix("\(database)_") } == [])
    #expect(
      try server.run("SHOW GRANTS FOR \(account)").split(separator: "\n").sorted() == grants.sorted(), "\(restore)")
    // What was replaced lies in a backup of its own.
    #expect(workshop.snapshotIDs.count == 2)
  }

  @Test func `rows alone take the place of those that are there`() throws {
    let server = try MariaDBServer.shared()
    let database = try server.createDatabase("rows")
    defer { try? server.dropDatabase(database) }
    let bank = try MariaDBBank(in: server, database: database)
    let backup = try workshop.backUp(database, of: server)
    let original = try MariaDBState(of: database, in: server)
    try server.run("DELETE FROM account WHERE id > 50; UPDATE account SET balance = 0", database)
    #expect(try bank.problems() != [])
    let restore = try workshop.restore(
      try #require(backup.snapshot), to: database, of: server, ["--data-only", "--confirm", database])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualDatabases(database, of: server, and: original)
  }
}
