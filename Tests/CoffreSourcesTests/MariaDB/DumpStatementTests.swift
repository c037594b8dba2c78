import Testing

@testable import CoffreSources

/// What a dump may do: what the vendors' programs write, for MariaDB and MySQL.
@Suite("Statements of vendors' dumps")
struct DumpStatementTests {
  private static let mariaDB = "10.11.19-MariaDB"
  private static let mySQL = "8.0.36"

  private func meaning(_ text: String, _ server: String = mariaDB, keepsBackslashes: Bool = false) throws
    -> DumpStatement.Meaning
  {
    try meaning(Array(text.utf8), server) { reading in
      reading = DumpWords.Reading(version: reading.version, keepsBackslashes: keepsBackslashes)
    }
  }

  private func meaning(
    _ bytes: [UInt8], _ server: String = mariaDB, _ change: (inout DumpWords.Reading) -> Void
  ) throws -> DumpStatement.Meaning {
    var reading = DumpWords.Reading(version: try #require(MariaDBVersion(server)), keepsBackslashes: false)
    change(&reading)
    return DumpStatement(bytes, reading).meaning
  }

  private static let t = Array("t".utf8)

  @Test(arguments: [
    "DROP TABLE IF EXISTS `t`", "/*!50001 DROP VIEW IF EXISTS `v`*/", "/*!50003 DROP PROCEDURE IF EXISTS `p` */",
    "/*!40000 ALTER TABLE `t` DISABLE KEYS */", "ALTER TABLE `t` ADD PRIMARY KEY (`a`), ADD KEY `rename` (`b`)",
    "DO SETVAL(`s`, 1001, 0)", "SELECT SETVAL(`s`, -1, 0)", "COMMIT", "START TRANSACTION",
    "/*!80002 ANALYZE TABLE `t` UPDATE HISTOGRAM ON `a`, `b` WITH 100 BUCKETS */",
    "CREATE DEFINER=`a`@`%` PACKAGE BODY `p` AS END",
    "/*!50003 CREATE*/ /*!50020 DEFINER=`a`@`%`*/ /*!50003 FUNCTION `f`() RETURNS int RETURN 1 */",
  ])
  func `what dumps of one database hold is run`(_ text: String) throws {
    for server in [Self.mariaDB, Self.mySQL] {
      let found = try meaning(text, server)
      // What is for MySQL alone is nothing to MariaDB.
      #expect(found == .other || (server == Self.mariaDB && text.hasPrefix("/*!80") && found == .needless), "\(found)")
    }
  }

  @Test(arguments: [
    "/*M!999999\\- enable the sandbox mode */\n-- MariaDB dump 10.19\n/*!40101 SET NAMES utf8mb4 */",
    "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */",
    "/*!50003 SET sql_mode              = @saved_sql_mode */", "SET SESSION sql_mode = '', autocommit = 1",
    "/*!50003 SET character_set_client  = utf8mb4 */ ", "/*!50503 SET character_set_client = utf8mb4 */",
    "SET CHARACTER SET latin1", "SET charset utf8", "SET @a = 1, @@session.character_set_client = 28",
  ])
  func `what changes how the session reads is known`(_ text: String) throws {
    for server in [Self.mariaDB, Self.mySQL] { #expect(try meaning(text, server) == .changesReading) }
  }

  @Test(arguments: [
    "/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */",
    "/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */",
    "SET @OLD_AUTOCOMMIT=@@AUTOCOMMIT, @@AUTOCOMMIT=0", "set autocommit=0",
    "SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN",
    "/*!40101 SET @saved_cs_client     = @@character_set_client */",
    "/*!80000 SET SESSION information_schema_stats_expiry=0 */",
  ])
  func `other settings of the session are known`(_ text: String) throws {
    for server in [Self.mariaDB, Self.mySQL] {
      let found = try meaning(text, server)
      #expect(
        found == .changesSession || (server == Self.mariaDB && text.hasPrefix("/*!80") && found == .needless),
        "\(found)")
    }
  }

  @Test func `the databases that a dump goes through are known by their names`() throws {
    let latin = Array(" DEFAULT CHARACTER SET latin1".utf8)
    for (text, expected) in [
      ("USE `t`", .uses(Self.t)), ("/*!40000 USE t */ -- there", .uses(Self.t)),
      ("USE `a``b`", .uses(Array("a`b".utf8))),
      ("CREATE DATABASE t", .makesDatabase(Self.t, properties: [])),
      (
        "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `t` /*!40100 DEFAULT CHARACTER SET latin1 */",
        .makesDatabase(Self.t, properties: latin)
      ),
      (
        "CREATE SCHEMA `t` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE=latin1_bin COMMENT 'a''\\\\'*/ -- DATABASE",
        .makesDatabase(Self.t, properties: latin + " COLLATE = latin1_bin COMMENT 'a''\\\\'".utf8)
      ),
      ("/*!40000 DROP DATABASE IF EXISTS `t`*/", .dropsDatabase(Self.t)), ("DROP SCHEMA t", .dropsDatabase(Self.t)),
    ] as [(String, DumpStatement.Meaning)] {
      #expect(try meaning(text) == expected, "\(text)")
    }
    #expect(
      try meaning(
        "CREATE DATABASE t /*!40100 DEFAULT CHARACTER SET latin1 */ /*!80016 DEFAULT ENCRYPTION='N' */", Self.mySQL)
        == .makesDatabase(Self.t, properties: latin + " DEFAULT ENCRYPTION = 'N'".utf8))
  }

  @Test func `rows, tables, views and triggers are known by their names`() throws {
    #expect(
      try meaning("INSERT INTO `t` VALUES (1,-1.5e-3,NULL,0x61,_binary 'a;b',x'61',b'1'),('\\'',\"\",'')")
        == .rows(of: Self.t))
    #expect(try meaning("INSERT  IGNORE INTO t (`a`, b) VALUES\n(1,'(')") == .rows(of: Self.t))
    #expect(try meaning("REPLACE INTO t VALUES (_utf8mb4 0x61)") == .rows(of: Self.t))
    #expect(try meaning("CREATE SEQUENCE `t` start with 1 minvalue 1") == .makesSequence(Self.t))
    #expect(try meaning("DROP EVENT IF EXISTS `t`") == .concernsEvent(Self.t))
    #expect(
      try meaning(
        "/*!50106 CREATE*/ /*!50117 DEFINER=CURRENT_USER()*/ /*!50106 EVENT `t` ON SCHEDULE EVERY 1 DAY DO SELECT 1 */")
        == .concernsEvent(Self.t))
    #expect(try meaning("INSERT INTO `a``b` VALUES (1)") == .rows(of: Array("a`b".utf8)))
    #expect(
      try meaning(
        "CREATE TABLE `t` (`a` int, CHECK (`a` like 'x')) ENGINE=InnoDB PARTITION BY RANGE (`a`) "
          + "(PARTITION `p` VALUES LESS THAN (10) ENGINE = InnoDB)") == .makesTable(Self.t, isOutward: false))
    #expect(try meaning("CREATE TABLE t (a int) ENGINE=MRG_MyISAM UNION=(b)") == .makesTable(Self.t, isOutward: true))
    #expect(
      try meaning(
        "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`a`@`%` SQL SECURITY DEFINER */\n"
          + "/*!50001 VIEW `t` AS select 1 AS `a` */") == .makesView(Self.t))
    #expect(
      try meaning(
        "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`%`*/ /*!50003 TRIGGER r BEFORE INSERT ON `t` FOR EACH ROW\n"
          + "BEGIN /* it */ SET NEW.a = 1; END */") == .makesTrigger(of: Self.t))
    let altered = try meaning("ALTER DATABASE `t` CHARACTER SET latin1 COLLATE latin1_bin")
    #expect(altered == .altersDatabase(name: Self.t, at: 15..<18))
    #expect(try meaning("ALTER DATABASE t COLLATE latin1_bin") == .altersDatabase(name: Self.t, at: 15..<16))
    #expect(try meaning("ALTER DATABASE COMMENT = ''") == .altersDatabase(name: nil, at: nil))
    // The server takes it for a name, too.
    let comment = Array("comment".utf8)
    #expect(try meaning("ALTER DATABASE comment CHARSET latin1") == .altersDatabase(name: comment, at: 15..<22))
  }

  @Test(arguments: [
    "DROP TABLE `x`.`t`",
    "DROP TABLE IF EXISTS `a`, x . t", "INSERT INTO x.t VALUES (1)", "CREATE TABLE `x`.`t` (a int)",
    "CREATE TABLE /*!99999 `a` (b int) -- */ x.t (a int)", "CREATE VIEW x.v AS SELECT 1",
    "CREATE TRIGGER r AFTER INSERT ON x.t FOR EACH ROW DO 1", "CREATE TRIGGER x.r AFTER INSERT ON t FOR EACH ROW DO 1",
    "CREATE FUNCTION x.f() RETURNS int RETURN 1", "CREATE EVENT x.e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
    "ALTER TABLE x.t DISABLE KEYS", "DO SETVAL(x.s, 1)", "DROP FUNCTION IF EXISTS x.f",
    "/*!50001 INSERT INTO */ /*!99999 t */ x.t VALUES (1)",
  ])
  func `what names a database leads out of it`(_ text: String) throws {
    #expect(try meaning(text) == .leaves)
  }

  @Test(arguments: [
    "SET @@SESSION.SQL_LOG_BIN= 0", "SET sql_log_bin=@MYSQLDUMP_TEMP_LOG_BIN",
    "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5'",
    "SET @a=1, GLOBAL max_connections=77", "SET @a=1, @@global.max_connections=77",
    "SET a.b=1, PASSWORD='x'".replacing("a.b=1", with: "@b=1"),
    "STOP ALL SLAVES", "START SLAVE", "RESET MASTER", "CHANGE MASTER TO MASTER_LOG_FILE='a', MASTER_LOG_POS=4",
    "SET GLOBAL gtid_slave_pos='0-1-2'", "/*! FLUSH PRIVILEGES */", "GRANT ALL ON *.* TO a", "CREATE USER a",
    "DROP USER a", "ALTER USER a", "CREATE FUNCTION f RETURNS STRING SONAME 'f.so'", "INSTALL PLUGIN a SONAME 'b'",
    "CREATE TABLESPACE x", "SET PERSIST max_connections=7", "SET ROLE a", "SET DEFAULT ROLE a",
    "/*M!100203 EXECUTE IMMEDIATE IF(@@LOG_OUTPUT='TABLE' AND (@@GENERAL_LOG=1),\"SET GLOBAL LOG_OUTPUT='NONE'\", \"DO 0\") */",
    "/*!50606 SET GLOBAL INNODB_STATS_AUTO_RECALC=OFF */", "/*M!100401 UNINSTALL PLUGIN IF EXIST a */",
    "/*!50106 SET GLOBAL LOG_OUTPUT=@save_log_output*/", "SELECT COALESCE(CURRENT_ROLE(),'NONE') into @current_role",
    "/*M!100203 EXECUTE IMMEDIATE CONCAT('SET ROLE ', @current_role) */",
    "/*M!100101 IF current_user()='a' THEN SIGNAL SQLSTATE '45000'; END IF */",
  ])
  func `what concerns the server is left out`(_ text: String) throws {
    #expect(try meaning(text) == .concernsServer)
  }

  @Test(arguments: [
    "DELETE FROM t", "UPDATE t SET a = 1", "TRUNCATE t", "CALL p()", "BINLOG 'x'", "LOAD DATA INFILE 'x' INTO TABLE t",
    "INSERT INTO t SELECT 1", "INSERT INTO t VALUES (f(1))", "INSERT INTO t VALUES ((SELECT 1))",
    "INSERT INTO t VALUES (`f`(1))", "INSERT INTO t VALUES (1f (1))", "INSERT INTO t VALUES (_f(1))",
    "INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = f()", "INSERT INTO t SET a = 1",
    "CREATE TABLE t AS SELECT f()", "CREATE TABLE t (VALUES (f()))", "CREATE TABLE t AS VALUES (f())",
    "CREATE TABLE t LIKE u", "CREATE TEMPORARY TABLE t (a int)", "SELECT f()", "SELECT 1 INTO OUTFILE '/tmp/x'",
    "DO f()", "DO SETVAL(s, f())", "BEGIN NOT ATOMIC DELETE FROM x.t; END", "EXECUTE IMMEDIATE 'DROP TABLE x.t'",
    "EXECUTE IMMEDIATE IF(1, 'USE x', '')", "SELECT COALESCE(f())", "EXECUTE IMMEDIATE CONCAT('USE ', 'x')",
    "PREPARE s FROM 'DROP TABLE x.t'", "SET @a = (SELECT f())", "SET @a = f()", "SET STATEMENT sql_mode='' FOR DO 1",
    "SET default_storage_engine='MERGE'", "ALTER TABLE t RENAME x.t", "ALTER TABLE t ADD a int, RENAME x.t",
    "ALTER TABLE t ADD a int, ENGINE=MERGE UNION=(x.t)", "RENAME TABLE t TO x.t", "source /etc/passwd", "\\! touch x",
    "ALTER DATABASE `x` UPGRADE DATA DIRECTORY NAME", "ALTER DATABASE `x`", "ALTER DATABASE COMMENT latin1",
    "ALTER DATABASE x COMMENT 'a' y",
    "USE shop CREATE TABLE t (a int)", "USE 'shop'", "USE", "CREATE OR REPLACE DATABASE x", "CREATE DATABASE 'x'",
    "CREATE DATABASE x y CHARSET latin1", "CREATE DATABASE x COMMENT CHARSET latin1", "DROP DATABASE x, y",
    "HANDLER t OPEN", "KILL 1", "XA RECOVER",
  ])
  func `what is on no list is not run`(_ text: String) throws {
    #expect(try meaning(text) == .strange)
  }

  @Test func `nothing is lost without some`() throws {
    for text in [
      "LOCK TABLES `t` WRITE", "UNLOCK TABLES", "-- a remark", "/* another */", "/*!50717 DROP TABLE x.t */",
      "/*!50003 DROP FUNCTION IF EXISTS `f` */",
    ] {
      #expect(try meaning(text) == .needless, "\(text)")
    }
    #expect(try meaning("/*!50717 DROP TABLE x.t */", Self.mySQL) == .leaves)
    #expect(try meaning("/*M!100203 EXECUTE IMMEDIATE 'x' */", Self.mySQL) == .needless)
    for text in [
      "/*!50717 SELECT COUNT(*) INTO @rocksdb_has_p_s_session_variables FROM INFORMATION_SCHEMA.TABLES */",
      "/*!50717 SET @rocksdb_get_is_supported = IF (@rocksdb_has_p_s_session_variables, 'SELECT 1', 'SELECT 0') */",
      "/*!50717 PREPARE s FROM @rocksdb_get_is_supported */", "/*!50717 EXECUTE s */",
      "/*!50717 DEALLOCATE PREPARE s */",
    ] {
      #expect(try meaning(text, Self.mySQL) == .needless, "\(text)")
    }
  }

  @Test func `a backslash is what the session takes it for`() throws {
    let text = #"INSERT INTO t VALUES ('\', f(), '\')"#
    #expect(try meaning(text, keepsBackslashes: true) == .strange)
    #expect(try meaning(text) == .strange, "the text is not closed, but what follows it is no value")
    #expect(try meaning(#"INSERT INTO t VALUES ('\', f(), \'')"#) == .rows(of: Self.t))
  }

  @Test func `double quotes are what the session takes them for`() throws {
    func named(_ text: String) throws -> DumpStatement.Meaning {
      try meaning(Array(text.utf8)) { $0.quotesNames = true }
    }
    #expect(try named(#"INSERT INTO "a""\" VALUES (1)"#) == .rows(of: Array(#"a"\"#.utf8)))
    #expect(try named(#"INSERT INTO "x"."t" VALUES (1)"#) == .leaves)
    #expect(try named(#"CREATE TABLE t ("a\" int) SELECT f() AS b # ""#) == .strange)
    #expect(try named(#"INSERT INTO t VALUES ("a")"#) == .strange, "it is the name of a column")
    #expect(try meaning(#"INSERT INTO "t" VALUES (1)"#) == .strange)
    #expect(try meaning(#"CREATE TABLE t (a int COMMENT "x\" SELECT")"#) == .makesTable(Self.t, isOutward: false))
  }

  /// In some sets of characters it is a space, and ends a word, or begins a remark.
  @Test func `a byte that is a letter in UTF-8 is not taken for one elsewhere`() throws {
    func latin(_ text: String) throws -> DumpStatement.Meaning {
      try meaning(text.utf8.map { $0 == UInt8(ascii: "%") ? 0xA0 : $0 }) { $0.isUTF8 = false }
    }
    #expect(try latin("INSERT INTO `%` VALUES ('%', \"%\")") == .rows(of: [0xA0]))
    for text in ["CREATE TABLE t (a int)%SELECT f()", "CREATE TABLE t (a int) --%'\nSELECT f() #'", "DROP TABLE a%"] {
      #expect(try latin(text) == .strange, "\(text)")
    }
    #expect(try meaning("CREATE TABLE t (é int)") == .makesTable(Self.t, isOutward: false))
    #expect(try meaning("CREATE TABLE t (a int) --é'\nSELECT f() #'") == .strange)
    #expect(try meaning("CREATE TABLE t (a int) --\u{7F}'\nSELECT f() #'") == .strange)
  }

  @Test func `a version of six digits is not run by MySQL unseen`() throws {
    let table = "CREATE TABLE t (a int) AUTO_INCREMENT=1"
    for (text, isKnown) in [
      ("\(table)/*!100100 SELECT f() */", false), ("\(table)/*!080036 SELECT f() */", false),
      ("/*!999999\\- enable the sandbox mode */ \(table)", true), ("\(table)/*M!100100 SELECT f() */", true),
    ] {
      #expect(
        try meaning(text, Self.mySQL) == (isKnown ? .makesTable(Self.t, isOutward: false) : .strange), "\(text)")
    }
  }

  @Test func `sequences of some database are found where tables ask them for numbers`() throws {
    func found(_ text: String) throws -> [String] {
      let version = try #require(MariaDBVersion(Self.mariaDB))
      let statement = DumpStatement(Array(text.utf8), DumpWords.Reading(version: version, keepsBackslashes: false))
      let bytes = Array(text.utf8)
      return statement.sequences.map { sequence in
        String(decoding: sequence.name + [58] + sequence.database + [58] + bytes[sequence.place], as: UTF8.self)
      }
    }
    #expect(
      try found(
        "CREATE TABLE t (a int DEFAULT nextval(`d``1`.`s`), b int DEFAULT (NEXT VALUE FOR d . s + LASTVAL (d.u)), "
          + "c int DEFAULT nextval(s), d text DEFAULT 'nextval(x.y)', e int DEFAULT (previous value for s))")
        == ["s:d`1:`d``1`.", "s:d:d . ", "u:d:d."])
    #expect(try found("CREATE TABLE t (a int DEFAULT d.s.nextval, b int DEFAULT s.nextval)") == ["s:d:d."])
    #expect(try found("ALTER TABLE t MODIFY a int DEFAULT (setval(d.s, 1))") == ["s:d:d."])
    #expect(try found("CREATE TABLE t (nextval int, `next` int, CHECK (`next` > 1.5), CHECK (t.nextval > 1))") == [])
  }
}
