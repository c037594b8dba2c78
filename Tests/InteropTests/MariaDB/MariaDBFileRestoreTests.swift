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
    try write(Array(text.utf8), as: name)
  }

  private func write(_ bytes: [UInt8], as name: String = "made.sql") throws -> String {
    let file = "\(workshop.path)/\(name)"
    try writeRealFile(file, bytes)
    return file
  }

  /// What `mariadb` makes of the vendor's dump is what Coffre makes of it.
  @Test func `a dump of everything comes back, compressed or not`() throws {
    let database = try MariaDBFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    // A dump ends at a broken view, makes views in no order in which a CHECK OPTION is taken, tells six digits of a float,
    // and loses dates that are none: `mariadb` does no better with it.
    try server.run(
      """
      DROP VIEW broken, a_on_z;
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
    // Other tests have numbers that begin with this one's.
    let made = try server.databases().filter { $0.hasSuffix(database) || $0.contains("\(database)_") }
    #expect(made == [database])
  }

  /// What Coffre takes of a file of a text: no database is left of any name that it may have given.
  private func expectRefusal(_ text: String, saying word: String) throws {
    try expectRefusal(of: Array(text.utf8), saying: word)
  }

  private func expectRefusal(of bytes: [UInt8], saying word: String) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    let name = "refused_\(try server.createDatabase("number"))"
    defer { try? server.dropDatabase(String(name.dropFirst("refused_".count))) }
    let file = try write(bytes)
    let report = try restore(file, to: name)
    #expect(report.status != 0, "\(report)")
    #expect("\(report)".contains(word), "\(text): \(report)")
    #expect(try server.databases().filter { $0 == name || $0.contains("\(name)_") } == [], "\(report)")
    #expect(!realEntryExists("/tmp/coffre-was-run"))
    #expect(try server.run("SHOW TABLES LIKE 'user'") == "user")
  }

  @Test(arguments: [
    ("CREATE TABLE t (a INT);\nINSERT INTO t VALUES (1", "within a statement"),
    ("-- MariaDB dump 10.19\nCREATE TABLE t (a INT);\nINSERT INTO t VALUES (1);\n", "Dump completed"),
    ("CREATE TABLE t (a INT);\nUSE mysql;\nDROP TABLE IF EXISTS t;\n", "names its databases"),
    ("CREATE TABLE t (a INT); /*!40000 DROP DATABASE IF EXISTS `mysql`*/;\n", "names its databases"),
    ("CREATE DATABASE /*!32312 IF NOT EXISTS*/ `x`;\n", "names its databases"),
    ("CREATE TABLE t (a INT);\n\\! touch /tmp/coffre-was-run\n;\n", "no dump of one database"),
    ("CREATE TABLE t (a INT); SELECT 1 \\! touch /tmp/coffre-was-run\n;\n", "no dump of one database"),
    ("CREATE TABLE t (a INT);\nsystem touch /tmp/coffre-was-run;\n", "no dump of one database"),
    ("CREATE TABLE t (a INT);\nsource /etc/passwd;\n", "no dump of one database"),
    (
      "CREATE TABLE t (a VARCHAR(99));\nLOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE t;\n",
      "no dump of one database does: LOAD DATA LOCAL INFILE"
    ),
    ("CREATE TABLE t (a INT);\nCREATE TABLE t (a INT);\n", "already exists"),
    ("CREATE TABLE t (a INT) COMMENT 'x;\n", "within a statement"),
  ])
  func `what is no dump of one database makes nothing`(_ example: (text: String, word: String)) throws {
    try expectRefusal(example.text, saying: example.word)
  }

  /// A file may say what it likes: other databases, and the server, stay as they are.
  @Test func `no statement of a file reaches another database or the server`() throws {
    let victim = try server.createDatabase("victim")
    defer { try? server.dropDatabase(victim) }
    try server.run(
      """
      CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1);
      CREATE PROCEDURE p () DELETE FROM t; CREATE SEQUENCE s;
      DELIMITER ;;
      CREATE FUNCTION f () RETURNS INT DETERMINISTIC BEGIN DELETE FROM t; RETURN 1; END;;
      """, victim)
    let before = try MariaDBState(of: victim, in: server)
    let own = "CREATE TABLE t (a INT);\n"
    for (statement, word) in [
      ("DROP TABLE `\(victim)`.`t`", "names its databases"), ("DROP TABLE t, \(victim) . t", "names its databases"),
      ("INSERT INTO \(victim).t VALUES (2)", "names its databases"),
      ("/*!50001 INSERT INTO */ /*!99999 t */ \(victim).t VALUES (2)", "names its databases"),
      ("ALTER TABLE \(victim).t ADD b INT", "names its databases"), ("CREATE TABLE \(victim).u (a INT)", "names its"),
      ("CREATE TRIGGER r BEFORE INSERT ON \(victim).t FOR EACH ROW SET NEW.a = 1", "names its databases"),
      ("CREATE VIEW \(victim).v AS SELECT 1", "names its databases"), ("DO SETVAL(\(victim).s, 100)", "names its"),
      ("CREATE FUNCTION \(victim).f () RETURNS INT RETURN 1", "names its databases"),
      ("DELETE FROM \(victim).t", "no dump of one"), ("UPDATE \(victim).t SET a = 2", "no dump of one"),
      ("TRUNCATE \(victim).t", "no dump of one"), ("CALL \(victim).p()", "no dump of one"),
      ("RENAME TABLE \(victim).t TO t2", "no dump of one"), ("ALTER TABLE t RENAME \(victim).t2", "no dump of one"),
      ("BEGIN NOT ATOMIC DELETE FROM \(victim).t; END", "no dump of one"),
      ("CREATE VIEW v AS SELECT a FROM \(victim).t;;\nINSERT INTO v VALUES (2)", "no table of its own"),
      (
        "CREATE VIEW v AS SELECT a FROM \(victim).t;;\nCREATE TABLE IF NOT EXISTS v (a INT);;\nINSERT INTO v VALUES (2)",
        "no table of its own"
      ),
      (
        "CREATE TABLE m (a INT) ENGINE=MERGE UNION=(\(victim).t) INSERT_METHOD=LAST;;\nINSERT INTO m VALUES (2)",
        "no table of its own"
      ),
      (
        "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW DELETE FROM \(victim).t;;\nINSERT INTO t VALUES (2)",
        "no table of its own"
      ),
      (
        "CREATE FUNCTION f () RETURNS INT DETERMINISTIC BEGIN DELETE FROM \(victim).t; RETURN 1; END;;\nINSERT INTO t VALUES (f())",
        "no dump of one"
      ),
      ("SET @a = (SELECT COUNT(*) FROM \(victim).t)", "no dump of one"),
      // The numbers of its sequences are its own.
      ("CREATE TABLE y (a INT DEFAULT nextval(\(victim).s))", "names its databases"),
      ("CREATE TABLE y (a INT DEFAULT (NEXT VALUE FOR `\(victim)` . `s`))", "names its databases"),
      ("ALTER TABLE t MODIFY a INT DEFAULT (nextval(\(victim).s) + 1)", "names its databases"),
      ("SET sql_mode='ORACLE';;\nCREATE TABLE y (a INT DEFAULT \(victim).s.nextval)", "names its databases"),
      // What looks like a text is none to the server.
      ("SET sql_mode='ANSI_QUOTES';;\nCREATE TABLE y (\"a\\\" int) SELECT \(victim).f() AS b # \"\n", "no dump of one"),
      (
        "SET @x='ANSI_QUOTES';;\nSET sql_mode=@x;;\nCREATE TABLE y (\"a\\\" int) SELECT \(victim).f() AS b # \"\n",
        "no dump"
      ),
      ("CREATE TABLE y (a int) --\u{7F}'\n SELECT \(victim).f() AS b #'\n", "no dump of one"),
    ] {
      try expectRefusal("\(own)DELIMITER ;;\n\(statement);;\n", saying: word)
    }
    // In other character sets, where % is the byte.
    let rows =
      "CREATE TABLE x (a TEXT, b INT, c TEXT);;\nINSERT INTO x VALUES ('%\\',(SELECT \(victim).f()),',1,') # '\n"
    let table = "CREATE TABLE y (a int)"
    for (statement, byte, word) in [
      ("SET NAMES gbk;;\n\(rows)", 0xBF, "'gbk'"), ("SET character_set_client = 'sjis';;\n\(rows)", 0x83, "'sjis'"),
      ("SET @c = 'big5';;\nSET @d = 1, CHARACTER_SET_CLIENT = @c;;\n\(rows)", 0xA4, "'big5'"),
      ("SET CHARACTER SET cp932;;\n\(rows)", 0x83, "'cp932'"),
      ("SET character_set_client = 28;;\n\(rows)", 0xBF, "'gbk'"),
      // A space, there.
      ("SET NAMES latin1;;\n\(table)%SELECT \(victim).f() AS b", 0xA0, "no dump of one"),
      ("SET NAMES latin1;;\n\(table) --%'\n SELECT \(victim).f() AS b #'\n", 0xA0, "no dump of one"),
    ] as [(String, UInt8, String)] {
      let text = "\(own)DELIMITER ;;\n\(statement);;\n"
      try expectRefusal(of: text.utf8.map { $0 == UInt8(ascii: "%") ? byte : $0 }, saying: word)
    }
    try expectEqualDatabases(victim, of: server, and: before)
  }

  /// A load that is not in the binary log, while its tables' move is, would break replicas.
  @Test func `what concerns the server is left out and named`() throws {
    let name = "left_\(try server.createDatabase("number"))"
    defer {
      try? server.dropDatabase(name)
      try? server.dropDatabase(String(name.dropFirst("left_".count)))
    }
    let limit = "SELECT @@GLOBAL.max_connections, @@GLOBAL.gtid_slave_pos"
    let before = try server.run(limit)
    let place = try server.run("SHOW MASTER STATUS").split(separator: "\t")
    let statements = [
      "SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN", "SET @@SESSION.SQL_LOG_BIN= 0", "STOP ALL SLAVES",
      "SET @a=1, GLOBAL max_connections=77", "CHANGE MASTER TO MASTER_HOST='nowhere.example'",
      "SET GLOBAL gtid_slave_pos='0-7-7'", "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)", "RESET MASTER",
      "SET @@SESSION.SQL_LOG_BIN = @MYSQLDUMP_TEMP_LOG_BIN", "START SLAVE", "/*! FLUSH PRIVILEGES */",
    ]
    let report = try restore(try write(statements.map { $0 + ";\n" }.joined(), as: "left.sql"), to: name)
    #expect(report.status == 0, "\(report)")
    for word in ["SET SESSION SQL_LOG_BIN", "STOP ALL SLAVES", "CHANGE MASTER", "RESET MASTER", "SET GLOBAL"] {
      #expect("\(report)".contains(word), "\(word): \(report)")
    }
    #expect(try server.run(limit) == before)
    #expect(try server.run("SHOW ALL SLAVES STATUS") == "")
    #expect(try server.run("SELECT * FROM t", name) == "1")
    // The rows are in the binary log.
    let events = try server.run("SHOW BINLOG EVENTS IN '\(place[0])' FROM \(place[1])").split(separator: "\n")
    #expect(events.contains { $0.contains("Table_map") && $0.contains("\(name)_coffre_") }, "\(events)")
  }

  /// More than a server takes in one statement is kept by nobody.
  @Test func `a text without an end costs no more memory than a statement may have`() throws {
    let other = try MariaDBServer(
      {
        var options = MariaDBServer.Options()
        options.settings["max-allowed-packet"] = "1M"
        return options
      }())
    let file = "\(workshop.path)/endless.sql"
    let making = try Tool.named("sh", package: "dash").run([
      "-c",
      "{ printf 'CREATE TABLE t (a INT);\\nINSERT INTO t VALUES (\\047'; head -c 200000000 /dev/zero | tr '\\0' x; } | gzip -1 >'\(file).gz'",
    ])
    try #require(making.isSuccess, "\(making)")
    let report = try workshop.coffre(["restore", "\(file).gz", "--to", other.url("endless")], for: other)
    #expect(report.status != 0 && "\(report)".contains("does not end within 1048576 bytes"), "\(report)")
    #expect(report.error?["advice"]?.text?.contains("max_allowed_packet") == true, "\(report)")
    #expect(try other.databases() == [])
    // The longest that the server takes is none of them.
    let longest = String(repeating: "x", count: (1 << 20) - 100)
    let whole = try write("CREATE TABLE t (a LONGTEXT);\nINSERT INTO t VALUES ('\(longest)');\n", as: "longest.sql")
    let fine = try workshop.coffre(["restore", whole, "--to", other.url("longest")], for: other)
    #expect(fine.status == 0, "\(fine)")
    #expect(try other.run("SELECT LENGTH(a) FROM t", "longest") == "\(longest.count)")
  }

  /// Whatever mariadb-dump is asked for, what it writes of one database is taken.
  @Test(arguments: [
    [], ["--skip-opt", "--skip-tz-utc"], ["--master-data=2", "--flush-privileges"],
    ["--master-data=1", "--gtid", "--apply-slave-statements"],
    ["--hex-blob", "--complete-insert", "--replace", "--ignore-table=@.booked"],
    ["--no-autocommit", "--insert-ignore", "--add-drop-trigger", "--order-by-primary"],
    ["--dump-history", "--skip-extended-insert", "--delayed-insert"], ["--compact"],
    ["--default-character-set=latin1", "--skip-add-locks", "--skip-disable-keys"],
  ])
  func `what mariadb-dump writes in its many ways`(_ options: [String]) throws {
    let database = try MariaDBFixture.makeEverything(in: server)
    let copy = "again_\(database)"
    defer { for name in [database, copy] { try? server.dropDatabase(name) } }
    // See above; and `mariadb` cannot replace rows of periods either.
    try server.run(
      """
      DROP VIEW broken, a_on_z;
      UPDATE kinds SET x = NULL WHERE x = '2021-02-31'; UPDATE kinds SET f = 0.5;
      """, database)
    let left = options.contains { $0.hasSuffix(".booked") } ? "booked" : ""
    let all = ["--single-transaction", "--routines", "--events", "--triggers"] + options
    let dumped = try server.vendorTool(
      "mariadb-dump", all.map { $0.replacing("@", with: database) } + ["--", database])
    let file = "\(workshop.path)/ways.sql"
    try writeRealFile(file, dumped.outputBytes)
    let report = try restore(file, to: copy)
    #expect(report.status == 0, "\(report)")
    let names = """
      SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
       AND TABLE_NAME <> '\(left)' ORDER BY 1;
      SELECT ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1, 2;
      SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1;
      SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY 1;
      """
    #expect(try server.run(names, copy) == server.run(names, database), "\(report)")
    let tables = ["kinds", "letters", "purchase", "customer"]
    for table in tables {
      let count = "SELECT COUNT(*) FROM \(table)"
      #expect(try server.run(count, copy) == server.run(count, database), "\(table)")
    }
  }

  @Test func `what is no script is refused`() throws {
    let database = try server.createDatabase("xml")
    defer { try? server.dropDatabase(database) }
    try server.run("CREATE TABLE t (a INT); INSERT INTO t VALUES (1)", database)
    for options in [["--xml"], ["--databases"]] {
      let dumped = try server.vendorTool("mariadb-dump", options + [database])
      let file = "\(workshop.path)/other.sql"
      try writeRealFile(file, dumped.outputBytes)
      let report = try restore(file, to: "again_\(database)")
      #expect(report.status != 0, "\(report)")
      #expect(try server.databases().filter { $0.contains("again_\(database)") } == [], "\(report)")
    }
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
      CREATE TABLE other (t TEXT);
      DELIMITER ;;
      /*!50003 CREATE*/ /*!50003 TRIGGER tr BEFORE INSERT ON other FOR EACH ROW BEGIN
        -- don't
        SET NEW.t = CONCAT(NEW.t, ';');
      END */;;
      DELIMITER ;
      SET sql_mode = 'NO_BACKSLASH_ESCAPES';
      INSERT INTO `a;b` VALUES (7, '\'), (8, ';');
      SET @OLD_SQL_MODE = @@SQL_MODE, SQL_MODE = 'ANSI_QUOTES';
      CREATE TABLE "c\" ("d;" INT); INSERT INTO "c\" VALUES (1); INSERT INTO "a;b" VALUES (10, '\';');
      SET SQL_MODE = @OLD_SQL_MODE;
      INSERT INTO `a;b` VALUES (11, "\");
      SET sql_mode = '';
      ALTER DATABASE `somewhere` CHARACTER SET latin1 COLLATE latin1_bin;
      GRANT ALL ON *.* TO nobody@nowhere;
      INSERT INTO `a;b` VALUES (9, 'last')
      """# + ";", as: "odd.sql")
    let report = try restore(file, to: name)
    #expect(report.status == 0, "\(report)")
    #expect("\(report)".contains("GRANT"), "\(report)")
    let rows = try server.run("SELECT id, t FROM `a;b` ORDER BY id", name)
    let expected = "1\ta;b\n2\tc;'d\n3\te\\\n4\t-- f\n5\t/* g\n6\t2\n7\t\\\n8\t;\n9\tlast\n10\t';\n11\t\\"
    #expect(rows == expected, "\(rows)")
    #expect(try server.run("SELECT `d;` FROM `c\\`", name) == "1")
    #expect(try server.run("SELECT @@collation_database", name) == "latin1_bin")
    #expect(try server.run("INSERT INTO other VALUES ('a'); SELECT t FROM other", name) == "a;")
  }
}
