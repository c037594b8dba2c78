import CoffreTestKit
import Testing

/// Parts of a database, other servers, and what a second backup adds.
@Suite("MariaDB in parts", .timeLimit(.minutes(10)))
struct MariaDBPartsTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  /// Then rows go as INSERT.
  @Test func `a server that takes no files gets everything all the same`() throws {
    let server = try MariaDBServer.shared()
    let database = try MariaDBFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    let original = try MariaDBState(of: database, in: server)
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    var options = MariaDBServer.Options()
    options.settings["local-infile"] = "0"
    options.settings["max-allowed-packet"] = "1M"
    let other = try MariaDBServer(options)
    let restore = try workshop.restore(snapshot, to: "again", of: other)
    #expect(restore.status == 0, "\(restore)")
    try expectEqualDatabases("again", of: other, and: original)
    // Rows that fill many statements.
    let large = try LargeMariaDBTable(in: server, megabytes: 5)
    defer { large.drop() }
    let before = try MariaDBState(of: large.database, in: server)
    let second = try #require(try large.backUp(in: workshop).snapshot)
    let loaded = try workshop.restore(second, to: "large", of: other)
    #expect(loaded.status == 0, "\(loaded)")
    try expectEqualDatabases("large", of: other, and: before)
  }

  /// By several connections, with some keys before the rows and some behind them.
  @Test func `a large table of short rows is shared out, beside one of long rows`() throws {
    let server = try MariaDBServer(MariaDBServer.Options())
    let database = try server.createDatabase("shared")
    try server.run(
      """
      CREATE TABLE points (id INT PRIMARY KEY, area INT, code CHAR(12) NOT NULL, note VARCHAR(80),
       KEY (area), UNIQUE KEY (code)) ENGINE=InnoDB;
      INSERT INTO points SELECT seq * 3, seq % 40, LPAD(seq, 12, 'x'),
       IF(seq % 1000 = 0, CONCAT('a\\tb\\nc\\\\', seq), REPEAT(MD5(seq), 2)) FROM seq_1_to_800000;
      CREATE TABLE texts (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(100), body LONGTEXT, KEY (title),
       FULLTEXT KEY (body), CONSTRAINT place FOREIGN KEY (id) REFERENCES points (id)) ENGINE=InnoDB;
      INSERT INTO texts (id, title, body) SELECT seq * 3, MD5(seq), REPEAT(MD5(seq * 7), 100) FROM seq_1_to_2000;
      CREATE TABLE numbered (id INT AUTO_INCREMENT PRIMARY KEY, value INT, KEY (value)) ENGINE=InnoDB;
      INSERT INTO numbered (value) SELECT seq % 7 FROM seq_1_to_1000;
      """, database)
    // A text of all rows would take longer than all the rest.
    func state(of database: String) throws -> String {
      let tables = ["points", "texts", "numbered"]
      let sums = try server.run("CHECKSUM TABLE \(tables.joined(separator: ", "))", database)
      return try tables.reduce(sums.replacing("\(database).", with: "")) {
        $0 + (try server.run("SHOW CREATE TABLE \($1)", database))
      }
    }
    let original = try state(of: database)
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    func loads() throws -> Int {
      let rows = try server.run("SHOW GLOBAL STATUS LIKE 'Com_load'")
      return try #require(rows.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) })
    }
    let before = try loads()
    let restore = try workshop.restore(snapshot, to: "again", of: server)
    #expect(restore.status == 0, "\(restore)")
    #expect(try loads() - before > 3, "the large table was loaded in one piece")
    #expect(try state(of: "again") == original)
  }

  @Test func `structure alone and rows alone make the whole`() throws {
    let server = try MariaDBServer.shared()
    let database = try server.createDatabase("halves")
    defer { try? server.dropDatabase(database) }
    let bank = try MariaDBBank(in: server, database: database)
    try server.run(
      "INSERT INTO transfer (source, target, amount) VALUES (1, 2, 0); UPDATE account SET moves = 1 WHERE id < 3",
      database)
    let original = try MariaDBState(of: database, in: server)
    #expect(try bank.problems() == [])
    let copy = "again_\(database)"
    defer { try? server.dropDatabase(copy) }
    for (number, options) in [(["--schema-only"], ["--data-only"]), ([], [])].enumerated() {
      let structure = try #require(try workshop.backUp(database, of: server, options.0).snapshot)
      let rows = try #require(try workshop.backUp(database, of: server, options.1).snapshot)
      let made = try workshop.restore(structure, to: copy, of: server, ["--schema-only"])
      #expect(made.status == 0, "\(made)")
      #expect(try server.run("SELECT COUNT(*) FROM account", copy) == "0")
      let filled = try workshop.restore(rows, to: copy, of: server, ["--data-only", "--confirm", copy])
      #expect(filled.status == 0, "\(number): \(filled)")
      try expectEqualDatabases(copy, of: server, and: original)
      try server.dropDatabase(copy)
    }
  }

  /// A table takes its sequence along where there is none.
  @Test func `a table that numbers its rows by a sequence goes elsewhere alone`() throws {
    let server = try MariaDBServer.shared()
    let database = try MariaDBFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    let other = try server.createDatabase("other")
    defer { try? server.dropDatabase(other) }
    for name in ["customer", "customer_too"] {
      let wish = name == "customer" ? name : "customer=\(name)"
      let restore = try workshop.restore(snapshot, to: other, of: server, ["--table", wish])
      #expect(restore.status == 0, "\(restore)")
      try server.run("INSERT INTO \(name) (name) VALUES ('new')", other)
    }
    #expect(try server.run("SELECT COUNT(DISTINCT number) FROM customer WHERE name = 'new'", other) == "1")
    #expect(try server.databases().filter { $0.contains(other + "_coffre") } == [])
  }

  /// Nothing turns them off.
  @Test func `rows alone do not go past triggers`() throws {
    let server = try MariaDBServer.shared()
    let large = try LargeMariaDBTable(in: server, megabytes: 1)
    defer { large.drop() }
    let snapshot = try #require(try large.backUp(in: workshop).snapshot)
    let before = try MariaDBState(of: large.database, in: server)
    let refused = try workshop.restore(
      snapshot, to: large.database, of: server, ["--data-only", "--table", "second", "--confirm", large.database])
    #expect(refused.status == 1 && "\(refused)".contains("kept"), "\(refused)")
    try expectEqualDatabases(large.database, of: server, and: before)
  }

  @Test func `foreign keys of other databases keep a database where it is`() throws {
    let server = try MariaDBServer.shared()
    let database = try server.createDatabase("parent")
    let other = try server.createDatabase("child")
    defer {
      try? server.dropDatabase(other)
      try? server.dropDatabase(database)
    }
    try server.run("CREATE TABLE p (id INT PRIMARY KEY) ENGINE=InnoDB; INSERT INTO p VALUES (1)", database)
    try server.run(
      "CREATE TABLE c (p INT, FOREIGN KEY (p) REFERENCES \(database).p (id)) ENGINE=InnoDB; INSERT INTO c VALUES (1)",
      other)
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    let before = try MariaDBState(of: database, in: server)
    let refused = try workshop.restore(snapshot, to: database, of: server, ["--confirm", database])
    #expect(refused.status == 1 && "\(refused)".contains("\(other).c"), "\(refused)")
    try expectEqualDatabases(database, of: server, and: before)
    #expect(try server.databases().filter { $0.hasPrefix("\(database)_") } == [])
  }

  /// Rows of other databases that refer to those that are replaced, and the other way round.
  @Test func `rows alone leave no foreign key of another database without its row`() throws {
    let server = try MariaDBServer.shared()
    let database = try server.createDatabase("parent")
    let other = try server.createDatabase("child")
    defer {
      try? server.dropDatabase(other)
      try? server.dropDatabase(database)
    }
    try server.run(
      """
      CREATE TABLE p (id INT PRIMARY KEY) ENGINE=InnoDB; INSERT INTO p VALUES (1), (2);
      CREATE TABLE q (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id)) ENGINE=InnoDB;
      """, database)
    try server.run(
      """
      CREATE TABLE c (p INT, CONSTRAINT out_of_here FOREIGN KEY (p) REFERENCES \(database).p (id)) ENGINE=InnoDB;
      CREATE TABLE d (id INT PRIMARY KEY) ENGINE=InnoDB; INSERT INTO c VALUES (1), (NULL); INSERT INTO d VALUES (7);
      """, other)
    try server.run(
      """
      CREATE TABLE r (d INT, CONSTRAINT into_another FOREIGN KEY (d) REFERENCES \(other).d (id)) ENGINE=InnoDB;
      INSERT INTO r VALUES (7);
      """, database)
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    func restore(_ table: String) throws -> CoffreReport {
      try workshop.restore(
        snapshot, to: database, of: server, ["--data-only", "--table", table, "--confirm", database])
    }
    // All that is referred to comes back.
    let fine = try restore("p")
    #expect(fine.status == 0, "\(fine)")
    // The backup has neither the row that one of the other database refers to, nor one that is there.
    try server.run("INSERT INTO p VALUES (3)", database)
    try server.run("INSERT INTO c VALUES (3)", other)
    let inwards = try restore("p")
    #expect(inwards.status == 1 && "\(inwards)".contains("out_of_here"), "\(inwards)")
    #expect("\(inwards)".contains("\(other).c"), "\(inwards)")
    #expect(try server.run("SELECT GROUP_CONCAT(id ORDER BY id) FROM p", database) == "1,2,3")
    try server.run("DELETE FROM r", database)
    try server.run("DELETE FROM d", other)
    let outwards = try restore("r")
    #expect(outwards.status == 1 && "\(outwards)".contains("into_another"), "\(outwards)")
    #expect(try server.run("SELECT COUNT(*) FROM r", database) == "0")
  }

  /// All else is worth having without it; what stood in for it must not stay.
  @Test func `a view of tables that are nowhere is left out and named`() throws {
    let server = try MariaDBServer.shared()
    let database = try server.createDatabase("viewer")
    let other = try server.createDatabase("viewed")
    let copy = "again_\(database)"
    defer { for name in [database, other, copy] { try? server.dropDatabase(name) } }
    try server.run("CREATE TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB", other)
    try server.run(
      """
      CREATE TABLE own (a INT PRIMARY KEY) ENGINE=InnoDB; INSERT INTO own VALUES (1);
      CREATE VIEW across AS SELECT a FROM \(other).t;
      CREATE VIEW on_across AS SELECT a FROM across;
      CREATE VIEW fine AS SELECT a FROM own;
      """, database)
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    try server.dropDatabase(other)
    let restore = try workshop.restore(snapshot, to: copy, of: server)
    #expect(restore.status == 0 && "\(restore)".contains("\(copy).across"), "\(restore)")
    #expect(try server.run("SHOW TABLES", copy) == "fine\nown")
    #expect(try server.run("SELECT a FROM fine", copy) == "1")
  }

  @Test func `tables and rows are seen in a snapshot, and what changed between two`() throws {
    let server = try MariaDBServer.shared()
    let database = try server.createDatabase("seen")
    defer { try? server.dropDatabase(database) }
    try server.run(
      """
      CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(50)) ENGINE=InnoDB;
      INSERT INTO orders VALUES (1, 'tab\\tand\\nline'), (2, NULL), (3, 'é'), (4, 'stays');
      """, database)
    let first = try #require(try workshop.backUp(database, of: server).snapshot)
    let tables = try workshop.coffre(["snapshot", "tables", "latest"])
    #expect(tables.isSuccess && tables.output.contains("orders"), "\(tables)")
    let rows = try workshop.coffre(["snapshot", "rows", "latest", "orders", "--where", "id=1", "--format", "csv"])
    #expect(rows.isSuccess && rows.output.contains("1,\"tab\tand\nline\""), "\(rows)")
    try server.run(
      "UPDATE orders SET note = 'now' WHERE id = 2; DELETE FROM orders WHERE id = 3; INSERT INTO orders VALUES (9, '')",
      database)
    _ = try workshop.backUp(database, of: server)
    let diff = try workshop.coffreJSON(["snapshot", "diff", first, "latest", "--rows"])
    #expect(diff.outcome.isSuccess, "\(diff)")
    #expect(diff.outcome.output.contains("\"added\":1"), "\(diff)")
    #expect(diff.outcome.output.contains("\"removed\":1"), "\(diff)")
    #expect(diff.outcome.output.contains("\"changed\":1"), "\(diff)")
  }

  /// Above 96 MB a table is cut into parts; each connection reads some of them. The server's own log tells who did.
  @Test(.enabled(if: runsAllTests, "only with COFFRE_TEST_ALL"))
  func `a table of more than 96 MB is read by several connections, and comes back`() throws {
    var options = MariaDBServer.Options()
    options.settings["log-output"] = "TABLE"
    let server = try MariaDBServer(options)
    let large = try LargeMariaDBTable(in: server, megabytes: 240)
    try server.run("ANALYZE TABLE large", large.database)
    try server.run("SET GLOBAL general_log = 1")
    let snapshot = try #require(try large.backUp(in: workshop, ["--read-concurrency", "3"]).snapshot)
    try server.run("SET GLOBAL general_log = 0")
    let question = "FROM mysql.general_log WHERE argument LIKE 'SELECT /*!40001%`large`%`id` %'"
    let parts = Int(try server.run("SELECT COUNT(*) \(question)")) ?? 0
    let sessions = Int(try server.run("SELECT COUNT(DISTINCT thread_id) \(question)")) ?? 0
    #expect(parts >= 3 && sessions >= 2, "\(parts) parts, read by \(sessions) connections")
    let before = try server.checksums(large.database)
    let restore = try workshop.restore(snapshot, to: "again", of: server)
    #expect(restore.status == 0, "\(restore)")
    #expect(try server.checksums("again") == before)
  }

  /// An application adds orders at the end, and changes some of those it added lately.
  @Test func `one percent added and changed at the end costs three percent at most`() throws {
    let server = try MariaDBServer.shared()
    let database = try server.createDatabase("orders")
    defer { try? server.dropDatabase(database) }
    let rows = runsAllTests ? 2_500_000 : 300_000
    func insertion(_ first: Int, _ count: Int) -> String {
      """
      INSERT INTO orders (customer, state, placed, note)
        SELECT CRC32(seq) & 65535, ELT(1 + (CRC32(seq + 1) & 3), 'new', 'paid', 'sent', 'returned'),
          '2026-01-01 00:00:00' + INTERVAL seq * 7 SECOND, CONCAT(MD5(seq), ' parcel ', MD5(seq * 31), ' ', MD5(seq * 17))
        FROM seq_\(first)_to_\(first + count - 1);
      """
    }
    try server.run(
      """
      CREATE TABLE orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, customer INT NOT NULL, state VARCHAR(10) NOT NULL,
        placed DATETIME NOT NULL, note TEXT NOT NULL, changed DATETIME) ENGINE=InnoDB;
      \(insertion(1, rows))
      """, database)
    func growth() throws -> Int {
      let before = try workshop.storedBytes
      _ = try workshop.backUp(database, of: server)
      return try workshop.storedBytes - before
    }
    let first = try growth()
    let changed = rows / 500
    try server.run(
      """
      UPDATE orders SET state = 'sent', changed = '2026-11-21 12:00:00'
        WHERE id > (SELECT m FROM (SELECT MAX(id) - \(changed * 2) AS m FROM orders) x) AND id % 2 = 0;
      \(insertion(rows + 1, rows / 100 - changed))
      """, database)
    let second = try growth()
    let third = try growth()
    print("first backup: \(first) bytes; 1 % added and changed: \(second); nothing changed: \(third)")
    #expect(first > rows * 40, "hardly anything was stored")
    #expect(second > 0 && second * 100 <= first * 3, "\(second) of \(first) bytes")
    #expect(third < 40_000, "\(third) bytes for a database in which nothing changed")
  }
}
