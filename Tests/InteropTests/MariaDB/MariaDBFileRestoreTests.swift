import CoffreTestKit
import Testing

/// `restore FILE --to URL`: what mariadb-dump writes, whoever ran it.
@Suite("Restoring vendors' dumps of MariaDB", .timeLimit(.minutes(10)))
struct MariaDBFileRestoreTests {
  private let workshop: Workshop
  private let server: MariaDBServer

  init() throws {
    workshop = try Workshop()
    server = try MariaDBServer.shared()
  }

  private func restore(_ file: String, to database: String?, _ options: [String] = []) throws -> CoffreReport {
    try workshop.coffre(["restore", file, "--to", server.url(database)] + options, for: server)
  }

  private func write(_ text: String, as name: String = "made.sql") throws -> String {
    let file = "\(workshop.path)/\(name)"
    try writeRealFile(file, text)
    return file
  }

  /// What `mariadb` makes of the vendor's dump is what Coffre makes of it.
  @Test func `a dump of everything comes back, compressed or not`() throws {
    let database = try MariaDBFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    // A dump ends at a broken view, makes views in no order in which a CHECK OPTION is taken, tells six digits of a float,
    // names the database of a sequence, and loses dates that are none: `mariadb` does no better with it.
    try server.run(
      """
      DROP VIEW broken, a_on_z; ALTER TABLE customer ALTER number SET DEFAULT 5;
      UPDATE kinds SET x = NULL WHERE x = '2021-02-31'; UPDATE kinds SET f = 0.5;
      ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci COMMENT '';
      """, database)
    let original = try MariaDBState(of: database, in: server)
    let file = "\(workshop.path)/everything.sql"
    let dumped = try workshop.coffre(["source", "dump", server.url(database), "-o", file], for: server)
    #expect(dumped.status == 0, "\(dumped)")
    #expect(String(decoding: try readRealFile(file), as: UTF8.self).contains("-- Dump completed"))
    for (program, package) in [("gzip", "gzip"), ("zstd", "zstd"), ("xz", "xz-utils")] {
      let outcome = try Tool.named(program, package: package).run(["-k", file])
      #expect(outcome.isSuccess, "\(outcome)")
    }
    for (number, ending) in ["", ".gz", ".zst", ".xz"].enumerated() {
      let copy = "again\(number)_\(database)"
      defer { try? server.dropDatabase(copy) }
      let report = try restore(file + ending, to: copy)
      #expect(report.status == 0, "\(report)")
      try expectEqualDatabases(copy, of: server, and: original)
      guard number == 0 else { continue }
      // In the place of one that exists.
      try server.run("DROP TABLE empty_one; CREATE TABLE newer (a INT); ALTER DATABASE COMMENT 'stays'", copy)
      #expect(try restore(file, to: copy).status == 1)
      let replaced = try restore(file, to: copy, ["--confirm", copy])
      #expect(replaced.status == 0, "\(replaced)")
      // The file says nothing of the database itself.
      let comment = "SELECT SCHEMA_COMMENT FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()"
      #expect(try server.run(comment, copy) == "stays")
      try server.run("ALTER DATABASE COMMENT ''", copy)
      try expectEqualDatabases(copy, of: server, and: original)
    }
    #expect(try server.databases().filter { $0.contains(database) } == [database])
  }

  @Test(arguments: [
    ("CREATE TABLE t (a INT);\nINSERT INTO t VALUES (1", "within a statement"),
    ("-- MariaDB dump 10.19\nCREATE TABLE t (a INT);\nINSERT INTO t VALUES (1);\n", "Dump completed"),
    ("CREATE TABLE t (a INT);\nUSE mysql;\nDROP TABLE IF EXISTS t;\n", "names its databases"),
    ("CREATE TABLE t (a INT); /*!40000 DROP DATABASE IF EXISTS `mysql`*/;\n", "names its databases"),
    ("CREATE DATABASE /*!32312 IF NOT EXISTS*/ `x`;\n", "names its databases"),
    ("CREATE TABLE t (a INT);\n\\! touch /tmp/coffre-was-run\n;\n", "syntax"),
    ("CREATE TABLE t (a INT); SELECT 1 \\! touch /tmp/coffre-was-run\n;\n", "syntax"),
    ("CREATE TABLE t (a INT);\nsystem touch /tmp/coffre-was-run;\n", "syntax"),
    ("CREATE TABLE t (a INT);\nsource /etc/passwd;\n", "syntax"),
    ("CREATE TABLE t (a VARCHAR(99));\nLOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE t;\n", ""),
    ("CREATE TABLE t (a INT);\nCREATE TABLE t (a INT);\n", "already exists"),
  ])
  func `what is no dump of one database makes nothing`(_ example: (text: String, word: String)) throws {
    let before = "refused_\(try server.createDatabase("number"))"
    defer { try? server.dropDatabase(String(before.dropFirst("refused_".count))) }
    let report = try restore(try write(example.text), to: before)
    #expect(report.status != 0, "\(report)")
    #expect("\(report)".contains(example.word), "\(report)")
    #expect(try server.databases().filter { $0.hasPrefix(before) } == [], "\(report)")
    #expect(!realEntryExists("/tmp/coffre-was-run"))
    #expect(try server.run("SHOW TABLES LIKE 'user'") == "user")
  }

  @Test func `statements end where the program mariadb ends them`() throws {
    let name = "odd_\(try server.createDatabase("number"))"
    defer {
      try? server.dropDatabase(name)
      try? server.dropDatabase(String(name.dropFirst("odd_".count)))
    }
    let file = try write(
      #"""
      -- it's a remark; with a quote
      # another one's
      /* and 'one more; */
      CREATE TABLE `a;b` (id INT, t TEXT COMMENT 'x; ''y'' \'; -- z');
      INSERT INTO `a;b` VALUES (1, 'a;b'), (2, "c;'d"), (3, 'e\\'), (4, '-- f'), (5, '/* g'), (6, 1--1);
      DELIMITER ;;
      /*!50003 CREATE*/ /*!50003 TRIGGER tr BEFORE INSERT ON `a;b` FOR EACH ROW BEGIN
        -- don't
        SET NEW.t = CONCAT(NEW.t, ';');
      END */;;
      DELIMITER ;
      SET sql_mode = 'NO_BACKSLASH_ESCAPES';
      INSERT INTO `a;b` VALUES (7, '\'), (8, ';');
      SET sql_mode = '';
      ALTER DATABASE `somewhere` CHARACTER SET latin1 COLLATE latin1_bin;
      GRANT ALL ON *.* TO nobody@nowhere;
      INSERT INTO `a;b` VALUES (9, 'last')
      """# + ";", as: "odd.sql")
    let report = try restore(file, to: name)
    #expect(report.status == 0, "\(report)")
    #expect("\(report)".contains("GRANT"), "\(report)")
    let rows = try server.run("SELECT id, t FROM `a;b` ORDER BY id", name)
    #expect(rows == "1\ta;b\n2\tc;'d\n3\te\\\n4\t-- f\n5\t/* g\n6\t2\n7\t\\;\n8\t;;\n9\tlast;", "\(rows)")
    #expect(try server.run("SELECT @@collation_database", name) == "latin1_bin")
  }
}
