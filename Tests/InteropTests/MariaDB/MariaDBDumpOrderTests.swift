import CoffreTestKit
import Testing

/// What of a vendor's dump must not happen before all of it is there, or not to others.
@Suite("Events and sequences of MariaDB's dumps", .timeLimit(.minutes(10)))
struct MariaDBDumpOrderTests {
  private let workshop: Workshop
  private let server: MariaDBServer

  init() throws {
    workshop = try Workshop()
    server = try MariaDBServer.shared()
  }

  private func restore(_ bytes: [UInt8], to database: String, _ options: [String] = []) throws -> CoffreReport {
    let file = "\(workshop.path)/made.sql"
    try writeRealFile(file, bytes)
    return try workshop.coffre(["restore", file, "--to", server.url(database)] + options, for: server)
  }

  /// Statements that make the event, in the binary log behind a place, in databases whose names begin so.
  private func events(since place: [Substring], in name: String) throws -> [Substring] {
    try server.run("SHOW BINLOG EVENTS IN '\(place[0])' FROM \(place[1])").split(separator: "\n")
      .filter { $0.contains(" EVENT `e` ON ") && $0.contains("`\(name)") }
  }

  /// A server runs them as soon as they are there, also in a database whose name nobody knows.
  @Test func `events of a file are made when all else stands`() throws {
    let number = try server.createDatabase("number")
    let name = "acting_\(number)"
    defer { for database in [number, name] { try? server.dropDatabase(database) } }
    let text = #"""
      CREATE TABLE t (a INT);
      SET @old_mode = @@sql_mode, @old_zone = @@time_zone;
      DELIMITER ;;
      /*!50106 DROP EVENT IF EXISTS `e` */;;
      SET sql_mode = 'PIPES_AS_CONCAT', time_zone = '+02:00';;
      /*!50106 CREATE*/ /*!50117 DEFINER=CURRENT_USER*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 SECOND
        STARTS '2035-01-01 00:00:00' DISABLE COMMENT 'it''s; one' DO INSERT INTO t VALUES ('1' || '2') */;;
      SET sql_mode = @old_mode, time_zone = @old_zone;;
      DELIMITER ;
      INSERT INTO t VALUES (7);

      """#
    let place = try server.run("SHOW MASTER STATUS").split(separator: "\t")
    for ending in ["USE mysql;\n", "INSERT INTO t VALUES (8", "INSERT INTO nothing VALUES (1);\n"] {
      let refused = try restore(Array((text + ending).utf8), to: name)
      #expect(refused.status != 0, "\(refused)")
    }
    #expect(try events(since: place, in: name) == [])
    #expect(try server.databases().filter { $0 == name || $0.contains("\(name)_") } == [])

    for options in [[], ["--confirm", name]] {
      let report = try restore(Array(text.utf8), to: name, options)
      #expect(report.status == 0, "\(report)")
      let found = try server.run(
        """
        SELECT EVENT_NAME, SQL_MODE, TIME_ZONE, STATUS, STARTS, EVENT_COMMENT, EVENT_DEFINITION
         FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()
        """, name)
      #expect(
        found
          == "e\tPIPES_AS_CONCAT\t+02:00\tDISABLED\t2035-01-01 00:00:00\tit's; one\tINSERT INTO t VALUES ('1' || '2')",
        "\(found)")
    }
    // None in the database that it was loaded into.
    let acted = try events(since: place, in: name)
    #expect(acted.count == 2 && !acted.contains { $0.contains("\(name)_coffre_") }, "\(acted)")
  }

  /// mariadb-dump writes the name of the database before that of the sequence.
  @Test func `tables number their rows by the sequences that came along`() throws {
    let database = try server.createDatabase("sho`p")
    let copy = "again_\(database)"
    defer { for name in [database, copy] { try? server.dropDatabase(name) } }
    try server.run(
      """
      CREATE SEQUENCE `s``1` START 100; CREATE SEQUENCE other START 7;
      CREATE TABLE o (id INT DEFAULT nextval(`s``1`), n INT DEFAULT (NEXT VALUE FOR other + 1), t TEXT,
        u VARCHAR(99) DEFAULT 'nextval(`x`.`y`)') ENGINE=InnoDB;
      INSERT INTO o (t) VALUES ('first');
      """, database)
    let dump = try server.vendorTool("mariadb-dump", ["--", database]).outputBytes
    #expect(String(decoding: dump, as: UTF8.self).contains("nextval(`\(database.replacing("`", with: "``"))`."))
    let values = "SELECT next_not_cached_value FROM `s``1`; SELECT next_not_cached_value FROM other"
    let before = try server.run(values, database)

    func expectOwnNumbers(_ report: CoffreReport) throws {
      #expect(report.status == 0, "\(report)")
      let table = try server.run("SHOW CREATE TABLE o", copy)
      #expect(!table.contains("`\(database.replacing("`", with: "``"))`"), "\(table)")
      let own = try server.run("SELECT next_not_cached_value FROM `s``1`", copy)
      try server.run("INSERT INTO o (t) VALUES ('second')", copy)
      #expect(try server.run("SELECT id FROM o WHERE t = 'second'", copy) == own)
      #expect(try server.run("SELECT u FROM o WHERE t = 'second'", copy) == "nextval(`x`.`y`)")
    }
    // Beside the database that it is of, and in the place of the copy.
    try expectOwnNumbers(try restore(dump, to: copy))
    try expectOwnNumbers(try restore(dump, to: copy, ["--confirm", copy]))
    #expect(try server.run(values, database) == before)
    // Where that is not.
    try server.dropDatabase(database)
    try server.dropDatabase(copy)
    try expectOwnNumbers(try restore(dump, to: copy))
  }
}
