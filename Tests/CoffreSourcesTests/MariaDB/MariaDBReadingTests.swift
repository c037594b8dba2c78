import CoffreTestKit
import MariaDBKit
import Testing

@testable import CoffreSources

/// What servers of other versions say, as it was recorded or as their manuals have it.
@Suite("Answers of MariaDB and MySQL")
struct MariaDBReadingTests {
  @Test(
    arguments: [
      ("10.11.19-MariaDB-0+deb12u1-log", true, 101119), ("5.5.5-10.3.39-MariaDB", true, 100339),
      ("11.4.3-MariaDB", true, 110403), ("8.0.36", false, 80036), ("8.4.2-0ubuntu0.24.04.1", false, 80402),
      ("5.7.44-log", false, 50744),
    ] as [(text: String, isMariaDB: Bool, number: Int)])
  func `versions`(_ example: (text: String, isMariaDB: Bool, number: Int)) throws {
    let version = try #require(MariaDBVersion(example.text))
    #expect(version.isMariaDB == example.isMariaDB)
    #expect(version.number == example.number)
    #expect(!version.text.hasPrefix("5.5.5-"))
  }

  @Test func `what is no version is none`() {
    for text in ["", "MariaDB", "x.y"] { #expect(MariaDBVersion(text) == nil) }
  }

  @Test(
    arguments: [
      ("8.0.36", GlobalLock.readLock), ("10.3.39-MariaDB", .readLock), ("10.11.6-MariaDB", .stages),
    ] as [(version: String, lock: GlobalLock)])
  func `how writers are held depends on the version`(_ example: (version: String, lock: GlobalLock)) throws {
    let version = try #require(MariaDBVersion(example.version))
    #expect(version.hasBackupStages == (example.lock == .stages))
  }

  @Test(
    arguments: [
      ("8.0.36", "SHOW MASTER STATUS"), ("8.1.0", "SHOW MASTER STATUS"), ("8.4.2", "SHOW BINARY LOG STATUS"),
      ("9.1.0", "SHOW BINARY LOG STATUS"), ("10.11.19-MariaDB", "SHOW MASTER STATUS"),
      ("11.4.3-MariaDB", "SHOW MASTER STATUS"),
    ] as [(version: String, statement: String)])
  func `how the place in the log is asked for depends on the version`(
    _ example: (version: String, statement: String)
  ) throws {
    #expect(try #require(MariaDBVersion(example.version)).logPositionStatement == example.statement)
  }

  /// As MySQL's reference manual has it ("SHOW CREATE USER Statement"), with roles.
  @Test func `roles that are taken on by themselves are set when they are there`() {
    let head = "CREATE USER `a``b`@`%` IDENTIFIED WITH 'caching_sha2_password' AS 0x244124303035247B "
    let tail = "REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD REQUIRE CURRENT DEFAULT"
    let parts = AccountStatement("\(head)DEFAULT ROLE `r1`@`%`,`r 2`@`h` \(tail)")
    #expect(parts.creation == head + tail)
    #expect(parts.defaultRoles == "SET DEFAULT ROLE `r1`@`%`,`r 2`@`h` TO `a``b`@`%`")
    let set = GrantStatement(Array((parts.defaultRoles ?? "").utf8))
    #expect(set?.account == "a`b@%" && set?.makes == false)
  }

  @Test(arguments: [
    "CREATE USER `a`@`%` IDENTIFIED BY PASSWORD '*DEFAULT ROLE x REQUIRE'",
    "CREATE USER `DEFAULT`@`ROLE` IDENTIFIED WITH 'caching_sha2_password' AS 'DEFAULT ROLE `r` REQUIRE' REQUIRE NONE",
    "CREATE USER `a`@`localhost` IDENTIFIED VIA unix_socket REQUIRE SSL",
  ])
  func `an account without such roles is made as the server says`(_ statement: String) {
    let parts = AccountStatement(statement)
    #expect(parts.creation == statement && parts.defaultRoles == nil)
  }

  private static func row(_ values: String?...) -> [[UInt8]?] { values.map { $0.map { Array($0.utf8) } } }

  /// As MySQL 8.0.30 tells columns (`information_schema.COLUMNS`), with an invisible key of its own making.
  @Test func `columns of MySQL`() throws {
    let values: [[[UInt8]?]] = [
      Self.row("t", "my_row_id", "bigint", "bigint unsigned", "auto_increment INVISIBLE", ""),
      Self.row("t", "at", "timestamp", "timestamp", "DEFAULT_GENERATED on update CURRENT_TIMESTAMP", ""),
      Self.row("t", "sum", "int", "int", "STORED GENERATED", "(`a` + `b`)"),
      Self.row("t", "soft", "int", "int", "VIRTUAL GENERATED INVISIBLE", "(`a` * 2)"),
      Self.row("t", "j", "json", "json", "", nil),
    ]
    let names = ["TABLE_NAME", "COLUMN_NAME", "DATA_TYPE", "COLUMN_TYPE", "EXTRA", "GENERATION_EXPRESSION"]
    let columns = try #require(MariaDBColumn.all(in: MariaDBRows(columns: names, values: values))["t"])
    #expect(columns.map(\.isGenerated) == [false, false, true, true, false])
    #expect(columns[0].isUnsigned && !columns.contains(where: \.isRowTime))
    let mysql = try #require(MariaDBVersion("8.0.30"))
    let mariadb = try #require(MariaDBVersion("10.11.6-MariaDB"))
    #expect(columns[4].takesNoBytes(by: mysql) && !columns[4].takesNoBytes(by: mariadb))
  }

  @Test func `rights come from grants on everything, and on databases by pattern`() {
    let rights = MariaDBRights([
      "GRANT SELECT, RELOAD, SHOW VIEW ON *.* TO `backup`@`%` IDENTIFIED BY PASSWORD '*00'",
      "GRANT TRIGGER, EVENT ON `shop\\_%`.* TO `backup`@`%`", "GRANT ALL PRIVILEGES ON `mi``ne`.* TO `backup`@`%`",
      "GRANT TRIGGER ON `single`.`table` TO `backup`@`%`", "GRANT SELECT (a), UPDATE (a) ON `x`.* TO `backup`@`%`",
      "GRANT `reader` TO `backup`@`%`", "SET DEFAULT ROLE `reader` FOR `backup`@`%`",
    ])
    #expect(rights.has("RELOAD") && !rights.has("EVENT"))
    #expect(rights.has("TRIGGER", on: "shop_a") && !rights.has("TRIGGER", on: "shopXa"))
    #expect(rights.has("EVENT", on: "mi`ne") && !rights.has("TRIGGER", on: "single"))
    #expect(rights.has("SELECT", on: "anything"))
    #expect(MariaDBRights(["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost`"]).has("EVENT", on: "x"))
    #expect(MariaDBRights(["GRANT SELECT, DROP, SUPER ON *.* TO `a`@`%`"]).needless == ["DROP", "SUPER"])
  }

  @Test(
    arguments: [
      ("mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)", "10.11.19"),
      ("mariadb-dump from 11.4.3-MariaDB, client 10.19 for Linux (x86_64)", "11.4.3"),
      ("mysqldump  Ver 10.13 Distrib 5.7.44, for Linux (x86_64)", "5.7.44"),
    ] as [(line: String, version: String)])
  func `versions of tools`(_ example: (line: String, version: String)) {
    #expect(ToolVersion.mariadb(example.line)?.text == example.version)
  }

  @Test func `large tables are cut at numbers that stay`() {
    let size: Int64 = 1 << 30
    let cuts = DumpedRows.cuts(sizeInBytes: size, bounds: (1, 10_000_000))
    #expect(cuts.count >= 8 && cuts.count <= 17, "\(cuts.count)")
    let step = cuts[1] - cuts[0]
    #expect(step.nonzeroBitCount == 1 && cuts.allSatisfy { $0 % step == 0 })
    // More rows at the end leave the cuts where they are.
    #expect(Array(DumpedRows.cuts(sizeInBytes: size, bounds: (1, 10_100_000)).prefix(cuts.count)) == cuts)
    #expect(DumpedRows.cuts(sizeInBytes: 1000, bounds: (1, 10_000_000)) == [])
    let wide = DumpedRows.cuts(sizeInBytes: size, bounds: (.min, .max))
    #expect(wide.count >= 7 && wide == wide.sorted())
    #expect(DumpedRows.cuts(sizeInBytes: size, bounds: (-5, -5)) == [])
  }

  @Test(
    arguments: [
      ("CREATE USER `sh``op`@`%` IDENTIFIED BY PASSWORD '*AB TO'", "sh`op@%", true, "DROP USER IF EXISTS `sh``op`@`%`"),
      ("CREATE ROLE `reader`", "reader@", true, "DROP ROLE IF EXISTS `reader`"),
      ("GRANT SELECT ON `TO`.* TO `a`@`%` WITH GRANT OPTION", "a@%", false, "DROP USER IF EXISTS `a`@`%`"),
      ("SET DEFAULT ROLE `reader` FOR `a`@`%`", "a@%", false, "DROP USER IF EXISTS `a`@`%`"),
    ] as [(text: String, account: String, makes: Bool, removal: String)])
  func `whom a statement of grants is about`(
    _ example: (text: String, account: String, makes: Bool, removal: String)
  ) throws {
    let statement = try #require(GrantStatement(Array(example.text.utf8)))
    #expect(statement.account == example.account && statement.makes == example.makes)
    #expect(statement.removal == example.removal)
    #expect(GrantStatement(Array("SET NAMES utf8mb4".utf8)) == nil)
  }

  @Test func `rows are loaded as bytes, unless a type takes none`() {
    let load = LoadStatement(table: "`t`", file: "data/it's.tsv", columns: ["a`b", "j"], texts: ["j"])
    #expect(
      load.text == #"LOAD DATA LOCAL INFILE 'data/it''s.tsv' INTO TABLE `t` CHARACTER SET binary"#
        + #" FIELDS TERMINATED BY '\t' ESCAPED BY '\\' LINES TERMINATED BY '\n' (`a``b`, @coffre_1)"#
        + #" SET `j` = CONVERT(@coffre_1 USING utf8mb4)"#)
    #expect(LoadStatement(table: "`t`", file: "x", columns: []).text.hasSuffix(" (@coffre_none)"))
  }
}
