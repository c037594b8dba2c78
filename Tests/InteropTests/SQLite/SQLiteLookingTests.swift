import CoffreTestKit
import Testing

/// Looking into SQLite databases in snapshots, and what a second backup costs.
@Suite("SQLite databases in snapshots", .timeLimit(.minutes(10)))
struct SQLiteLookingTests {
  private func rows(_ workshop: Workshop, _ arguments: [String]) throws -> String {
    let outcome = try workshop.coffre(["snapshot", "rows", "latest"] + arguments + ["--format", "csv"])
    try #require(outcome.isSuccess, "\(outcome)")
    return String(decoding: outcome.outputBytes.filter { $0 != 13 }, as: UTF8.self)
  }

  @Test func `tables and rows`() throws {
    let workshop = try Workshop()
    let database = workshop.sqlite()
    try database.makeEverything(journal: "wal")
    try workshop.backUp(database)
    let tables = try workshop.coffre(["snapshot", "tables", "latest"])
    #expect(tables.output.contains("orders") && tables.output.contains("500"), "\(tables)")
    #expect(
      try rows(workshop, ["orders", "--where", "id=7", "--columns", "id,customer,cents,euros,stored"])
        == "id,customer,cents,euros,stored\n7,4,259,2.59,259!\n")
    #expect(try rows(workshop, ["words", "--where", "word=word 12"]) == "word,count\nword 12,444\n")
    #expect(
      try rows(workshop, ["customers", "--where", "anything=7", "--columns", "id,photo"]) == "id,photo\n1,X'00FF0A27'\n"
    )
    #expect(try rows(workshop, ["customers", "--where", "photo=\\N", "--columns", "name"]) == "name\nÉmile\n")
    #expect(try rows(workshop, ["search", "--limit", "1"]).hasPrefix("title,body\norder "))
    let all = try rows(workshop, ["orders", "--limit", "0"])
    #expect(all.split(separator: "\n").count == 501)
    let missing = try workshop.coffre(["snapshot", "rows", "latest", "orders", "--where", "none=1"])
    #expect(missing.status == 2, "\(missing)")
  }

  @Test func `what differs between two backups, row by row`() throws {
    let workshop = try Workshop()
    let database = workshop.sqlite()
    try database.makeEverything()
    let first = try #require(try workshop.backUp(database).snapshot)
    try database.run(
      """
      UPDATE orders SET cents = cents + 1 WHERE id IN (3, 5);
      DELETE FROM orders WHERE id = 10;
      DELETE FROM words WHERE word = 'word 9'; INSERT INTO words VALUES ('word new', 1);
      UPDATE "odd ""name'; --" SET "select" = '1' WHERE "a column" IS NULL;
      UPDATE customers SET name = 'ADA' WHERE id = 1;
      DELETE FROM log;
      """)
    let backup = try workshop.backUp(database)
    // A table that was emptied is a warning.
    #expect(backup.outcome.output.contains("it is empty"))
    let diff = try workshop.coffreJSON(["snapshot", "diff", first, "latest", "--rows"])
    #expect(diff.status == 0, "\(diff)")
    var counts: [String: [Int]] = [:]
    for line in diff.lines(of: "row-changes") {
      let name = line["table"]?.text ?? line["name"]?.text ?? ""
      let numbers: [Int?] = [line["added"]?.int, line["removed"]?.int, line["changed"]?.int]
      counts[name] = numbers.map { $0 ?? -1 }
    }
    #expect(counts["orders"] == [0, 1, 2], "\(diff)")
    #expect(counts["words"] == [1, 1, 0])
    #expect(counts["odd \"name'; --"] == [0, 0, 1])
    #expect(counts["customers"] == [0, 0, 1])
    #expect(counts["empty"] == nil && counts["strict_one"] == nil)
    let keys = diff.lines(of: "row-change").filter { $0["change"]?.text == "changed" }.compactMap {
      $0["key"]?["id"]?.text
    }
    #expect(Set(keys) == ["3", "5", "1"])
  }

  /// One row, and one table, out of a large image: only the blobs of the pages that SQLite touches.
  @Test func `little is read for a row and for a table`() throws {
    let store = try HostileServer()
    let workshop = try Workshop(at: store.location)
    try #require(try workshop.coffre(["repo", "init"]).isSuccess)
    let database = workshop.sqlite()
    let megabytes = runsAllTests ? 1000 : 100
    try database.run(
      """
      PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
      CREATE TABLE small (id INTEGER PRIMARY KEY, noise TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
        INSERT INTO small SELECT i, hex(randomblob(500)) FROM n;
      CREATE TABLE large (id INTEGER PRIMARY KEY, noise BLOB);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(megabytes * 1000))
        INSERT INTO large SELECT i, randomblob(1000) FROM n;
      """)
    try workshop.backUp(database)
    func bytesRead(_ work: () throws -> Void) throws -> Int {
      try removeRealTree("\(workshop.path)/cache")
      store.forgetRequests()
      try work()
      return store.bytesSent
    }
    let row = try bytesRead {
      let found = try rows(workshop, ["large", "--where", "id=\(megabytes * 500)", "--columns", "id"])
      #expect(found == "id\n\(megabytes * 500)\n")
    }
    let target = workshop.sqlite("target.db")
    try target.run("CREATE TABLE other (a)")
    let table = try bytesRead {
      let restore = try workshop.restore("latest", to: target, ["--table", "small"])
      #expect(restore.status == 0, "\(restore)")
    }
    print("\(megabytes) MB: \(row) bytes read for one row, \(table) for a table of 1 MB")
    #expect(row > 10_000 && row < 4_000_000, "\(row)")
    #expect(table > 500_000 && table < 24_000_000, "\(table)")
    #expect(try target.run("SELECT count(*), sum(length(noise)) FROM small") == "1000|1000000")
  }

  /// What is changed at the end of a table, as applications do, and all over it.
  @Test func `one percent changed adds little`() throws {
    let workshop = try Workshop()
    let database = workshop.sqlite()
    let rows = runsAllTests ? 1_000_000 : 200_000
    func insertion(_ count: Int) -> String {
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
        INSERT INTO orders(customer, state, note) SELECT abs(random()) % 65536, 'new', hex(randomblob(60)) FROM n;
      """
    }
    try database.run(
      """
      PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
      CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, state TEXT, note TEXT, changed TEXT);
      \(insertion(rows))
      """)
    func growth() throws -> Int {
      let before = try workshop.storedBytes
      try workshop.backUp(database)
      return try workshop.storedBytes - before
    }
    let first = try growth()
    try database.run(
      "UPDATE orders SET state = 'sent' WHERE id > \(rows - rows / 250) AND id % 2 = 0; \(insertion(rows / 125))")
    let end = try growth()
    let nothing = try growth()
    try database.run("UPDATE orders SET state = 'returned' WHERE id % 100 = 0")
    let everywhere = try growth()
    try database.run("UPDATE orders SET state = 'lost' WHERE id % 10000 = 0")
    let few = try growth()
    print("first \(first); 1 % at the end \(end); nothing \(nothing); 1 % everywhere \(everywhere); 0.01 % \(few)")
    #expect(end > 0 && end * 100 <= first * 3, "\(end) of \(first) bytes")
    #expect(nothing < 40_000, "\(nothing) bytes for a database in which nothing changed")
    #expect(everywhere * 100 <= first * 105)
    #expect(few * 100 < first * 20)
  }
}
