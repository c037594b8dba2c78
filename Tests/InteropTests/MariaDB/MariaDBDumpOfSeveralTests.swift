import CoffreTestKit
import Testing

/// `restore FILE --to URL --database NAME`: one database of a dump that holds several.
@Suite("One database of MariaDB's dumps of several", .timeLimit(.minutes(10)))
struct MariaDBDumpOfSeveralTests {
  private let workshop: Workshop
  private let shared: MariaDBServer

  init() throws {
    workshop = try Workshop()
    shared = try MariaDBServer.shared()
  }

  private func restore(
    _ file: String, to database: String?, _ options: [String] = [], on server: MariaDBServer? = nil
  ) throws -> CoffreReport {
    let server = server ?? shared
    return try workshop.coffre(["restore", file, "--to", server.url(database)] + options, for: server)
  }

  private func write(_ text: String) throws -> String { try write(Array(text.utf8)) }

  private func write(_ bytes: [UInt8]) throws -> String {
    let file = "\(workshop.path)/several.sql"
    try writeRealFile(file, bytes)
    return file
  }

  /// A database with everything that comes back from a dump as it was: see `MariaDBFileRestoreTests`.
  private func makeEverything(in server: MariaDBServer) throws -> String {
    let database = try MariaDBFixture.makeEverything(in: server)
    try server.run(
      """
      DROP VIEW broken, a_on_z;
      UPDATE kinds SET x = NULL WHERE x = '2021-02-31'; UPDATE kinds SET f = 0.5;
      """, database)
    return database
  }

  /// Only what these tests make of it: others have databases on the server, too.
  private func databases(about name: String, in server: MariaDBServer) throws -> [String] {
    try server.databases().filter { $0.hasSuffix(name) || $0.contains("\(name)_") }
  }

  @Test func `one of several comes back as it was, and the others stay as they are`() throws {
    let database = try makeEverything(in: shared)
    let other = try shared.createDatabase("neighbour")
    let copy = "again_\(database)"
    defer { for name in [database, other, copy] { try? shared.dropDatabase(name) } }
    try shared.run(
      """
      CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1);
      CREATE TABLE customer (b INT); CREATE VIEW v AS SELECT 1 AS x;
      """, other)
    let original = try MariaDBState(of: database, in: shared)
    let dumped = try shared.vendorTool(
      "mariadb-dump",
      [
        "--single-transaction", "--routines", "--events", "--hex-blob", "--dump-history", "--databases", "--", other,
        database,
      ])
    let file = try write(dumped.outputBytes)
    try shared.run("INSERT INTO t VALUES (2)", other)
    let neighbour = try MariaDBState(of: other, in: shared)

    let refused = try restore(file, to: copy)
    #expect(refused.status == 1 && "\(refused)".contains("--database NAME"), "\(refused)")
    #expect("\(refused)".contains("'\(other)'; '\(database)'"), "\(refused)")
    let absent = try restore(file, to: copy, ["--database", "nobody"])
    #expect(absent.status == 1 && "\(absent)".contains("'\(other)'"), "\(absent)")
    #expect(try databases(about: database, in: shared) == [database])

    let report = try restore(file, to: copy, ["--database", database])
    #expect(report.status == 0 && "\(report)".contains("left out: '\(other)'"), "\(report)")
    try expectEqualDatabases(copy, of: shared, and: original)
    // In the place of one that exists; what the file says of the database itself counts then.
    try shared.run("DROP TABLE empty_one; CREATE TABLE newer (a INT); ALTER DATABASE CHARACTER SET latin1", copy)
    let replaced = try restore(file, to: copy, ["--database", database, "--confirm", copy])
    #expect(replaced.status == 0, "\(replaced)")
    try expectEqualDatabases(copy, of: shared, and: original)
    try expectEqualDatabases(database, of: shared, and: original)
    try expectEqualDatabases(other, of: shared, and: neighbour)
    #expect(try databases(about: database, in: shared) == [copy, database])
  }

  /// Of a server of its own: nobody else changes it while it is dumped.
  @Test func `one of a whole server's dump comes back, however it was written`() throws {
    let server = try MariaDBServer()
    let database = try makeEverything(in: server)
    let original = try MariaDBState(of: database, in: server)
    try server.run(
      """
      CREATE DATABASE `Ä "b``c` CHARACTER SET latin1 COLLATE latin1_german1_ci;
      CREATE TABLE `Ä "b``c`.`ö` (t TEXT); INSERT INTO `Ä "b``c`.`ö` VALUES ('ü');
      CREATE DATABASE empty COMMENT 'nothing in it';
      CREATE USER somebody@'%' IDENTIFIED BY 'a password'; GRANT SELECT ON empty.* TO somebody@'%';
      CREATE ROLE reader; GRANT reader TO somebody@'%';
      -- mariadb-dump does not find those of other hosts where the server looks up no names.
      DELETE FROM mysql.global_priv WHERE Host NOT IN ('', '%', 'localhost'); FLUSH PRIVILEGES;
      """)
    let whole = "\(workshop.path)/server.sql"
    let written = try workshop.coffre(["source", "dump", server.url(nil), "-o", whole], for: server)
    try #require(written.status == 0, "\(written)")
    let names = try server.databases()

    let report = try restore(whole, to: "copy", ["--database", database], on: server)
    #expect(report.status == 0, "\(report)")
    try expectEqualDatabases("copy", of: server, and: original)
    try server.dropDatabase("copy")
    let empty = try restore(whole, to: "copy", ["--database", "empty"], on: server)
    #expect(empty.status == 0, "\(empty)")
    #expect(try server.run("SHOW CREATE DATABASE copy").contains("nothing in it"))
    try server.dropDatabase("copy")

    // The server cannot replace rows of periods.
    let ways = [
      [
        "--system=all", "--add-drop-database", "--flush-privileges", "--routines",
        "--events",
      ],
      ["--default-character-set=latin1", "--no-create-db", "--skip-opt", "--set-charset", "--no-autocommit"],
      ["--master-data=1", "--gtid", "--compact", "--replace", "--system=all", "--ignore-table=\(database).booked"],
    ]
    for options in ways {
      let file = try write(
        try server.vendorTool(
          "mariadb-dump", ["--all-databases", "--single-transaction", "--routines", "--events"] + options
        ).outputBytes)
      let report = try restore(file, to: "copy", ["--database", #"Ä "b`c"#], on: server)
      #expect(report.status == 0, "\(options): \(report)")
      #expect(try server.run("SELECT t FROM `ö`", "copy") == "ü", "\(options)")
      if !options.contains("--no-create-db"), !options.contains("--compact") {
        #expect(try server.run("SELECT @@collation_database", "copy") == "latin1_german1_ci", "\(options)")
      }
      try server.dropDatabase("copy")
      let everything = try restore(file, to: "copy", ["--database", database], on: server)
      #expect(everything.status == 0, "\(options): \(everything)")
      let count = "SELECT COUNT(*) FROM kinds; SELECT COUNT(*) FROM letters; SELECT COUNT(*) FROM purchase"
      #expect(try server.run(count, "copy") == server.run(count, database), "\(options)")
      try server.dropDatabase("copy")
    }
    // Without a name in the address, it bears that of the database.
    let again = try restore(whole, to: nil, ["--database", "empty"], on: server)
    #expect(again.status == 0, "\(again)")
    let made = try server.databases().filter { !names.contains($0) }
    #expect(made.count == 1 && made[0].hasPrefix("empty_restored_"), "\(made)")
    try expectEqualDatabases(database, of: server, and: original)
  }

  /// By what the server reads, and not by what a line looks like.
  @Test func `only a statement goes from one database to the other`() throws {
    let other = try shared.createDatabase("beside")
    let copy = "copy_\(other)"
    defer { for name in [other, copy] { try? shared.dropDatabase(name) } }
    let file = try write(
      #"""
      -- Current Database: `shop`
      SET @OLD_SQL_MODE = @@SQL_MODE;
      CREATE DATABASE /*!32312 IF NOT EXISTS*/ `else` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;
      USE `else`;
      CREATE TABLE t (a TEXT);
      INSERT INTO t VALUES ('
      USE `shop`;
      '), ("
      USE shop;"), ('\'; USE shop; --');
      # USE shop;
      /* USE shop; */
      DELIMITER ;;
      CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 'USE shop'; SET NEW.a = ''; END;;
      DELIMITER ;
      SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES';
      CREATE TABLE "; USE shop; --\" (a INT);
      USE "shop";
      CREATE TABLE t (a INT, b TEXT);
      INSERT INTO t VALUES (1, '\');
      /*!40000 USE `else` */;
      INSERT INTO t VALUES ('2');
      SET sql_mode = @OLD_SQL_MODE;
      /*!99999 USE `shop` */;
      INSERT INTO t VALUES ('3');
      use shop;
      INSERT INTO t VALUES (4, '
      USE `else`;
      ');
      USE `Shop`;
      INSERT INTO t VALUES (5, '');
      """#)
    let report = try restore(file, to: copy, ["--database", "shop"])
    #expect(report.status == 0, "\(report)")
    #expect(try shared.run("SELECT GROUP_CONCAT(a ORDER BY a) FROM t", copy) == "1,4")
    #expect(try shared.run("SELECT b FROM t WHERE a = 1", copy) == "\\")
    #expect(try shared.run("SELECT HEX(b) FROM t WHERE a = 4", copy) == "0A5553452060656C7365603B0A")
    #expect(try shared.run("SHOW TABLES", copy) == "t")
  }

  @Test(arguments: [
    "INSERT INTO `OTHER`.t VALUES (9);", "INSERT INTO t SELECT * FROM `OTHER`.t;", "DROP TABLE `OTHER`.t;",
    "CREATE TABLE `OTHER`.x (a INT);", "ALTER TABLE t RENAME TO `OTHER`.y;", "CALL `OTHER`.p();",
    "INSERT INTO t /*' */ SELECT * FROM `OTHER`.t /* ' */;", "DROP DATABASE `shop`;",
    "ALTER DATABASE `OTHER` CHARACTER SET latin1;", "CREATE OR REPLACE DATABASE `OTHER`;",
    "CREATE SEQUENCE s; CREATE TABLE n (a INT DEFAULT nextval(`OTHER`.s));",
    // Though it is not the wanted one's part, what it would do there is not passed over.
    "USE elsewhere; INSERT INTO `OTHER`.t VALUES (9);", "USE elsewhere; INSERT INTO shop.t VALUES (9);",
    "USE elsewhere; EXECUTE IMMEDIATE 'USE shop';", "USE elsewhere\nINSERT INTO t VALUES (9);",
    "USE elsewhere; ALTER DATABASE `shop` CHARACTER SET latin1;", "DROP DATABASE elsewhere, `OTHER`;",
  ])
  func `a dump of several does not reach another database`(_ statement: String) throws {
    let other = try shared.createDatabase("reached")
    let target = "made_\(other)"
    defer { for name in [other, target] { try? shared.dropDatabase(name) } }
    try shared.run("CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1); CREATE SEQUENCE s", other)
    let before = try MariaDBState(of: other, in: shared)
    let file = try write(
      """
      CREATE DATABASE `shop`;
      USE `shop`;
      CREATE TABLE t (a INT PRIMARY KEY);
      \(statement.replacing("OTHER", with: other))
      """)
    let report = try restore(file, to: target, ["--database", "shop"])
    #expect(report.status == 1, "\(report)")
    try expectEqualDatabases(other, of: shared, and: before)
    #expect(try databases(about: other, in: shared) == [other])
  }

  @Test(arguments: [
    ("CREATE TABLE t (a INT);\nINSERT INTO t VALUES (1);\n", "no database is named before this: CREATE TABLE t"),
    ("-- MariaDB dump 10.19\nSET NAMES utf8mb4;\n-- Dump completed\n", "it names no database"),
    ("DROP DATABASE IF EXISTS `shop`;\nSET NAMES utf8mb4;\n", "it names no database"),
    ("CREATE DATABASE Shop;\nUSE Shop;\nCREATE TABLE t (a INT);\n", "no database 'shop' in it, but 'Shop'"),
    ("USE shop;\nCREATE TABLE t (a INT);\nDROP DATABASE shop;\nCREATE TABLE t (a INT);\n", "DROP DATABASE shop"),
    ("USE x;\nDROP DATABASE x;\nCREATE TABLE t (a INT);\n", "no database is named before this"),
    ("-- MariaDB dump 10.19\nUSE shop;\nCREATE TABLE t (a INT);\nUSE x;\n", "Dump completed"),
  ])
  func `a file that does not hold what is wanted makes nothing`(_ example: (text: String, word: String)) throws {
    let number = try shared.createDatabase("absent")
    let target = "made_\(number)"
    defer { for name in [number, target] { try? shared.dropDatabase(name) } }
    let report = try restore(try write(example.text), to: target, ["--database", "shop"])
    #expect(report.status != 0 && "\(report)".contains(example.word), "\(report)")
    #expect(try databases(about: number, in: shared) == [number])
  }

  @Test func `other engines' files are restored whole`() throws {
    let report = try workshop.coffreJSON(
      ["restore", "/nowhere.sql", "--to", "postgresql://nobody@127.0.0.1:1/x", "--database", "shop"])
    #expect(report.status == 2 && "\(report)".contains("'--database' is for snapshots"), "\(report)")
  }
}
