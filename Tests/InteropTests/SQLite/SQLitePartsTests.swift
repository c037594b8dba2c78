import CoffreTestKit
import Testing

/// Parts of a SQLite database that come back without the rest: tables into a new file, definitions alone, rows alone.
@Suite("Restoring parts of SQLite databases", .timeLimit(.minutes(10)))
struct SQLitePartsTests {
  private let workshop: Workshop
  private let database: SQLiteDatabase

  private static let all = "SELECT *, rowid FROM"

  init() throws {
    workshop = try Workshop()
    database = workshop.sqlite()
  }

  private func expectRefused(
    _ report: CoffreReport, _ status: Int32 = 1, saying words: [String], location: SourceLocation = #_sourceLocation
  ) {
    #expect(report.status == status, "\(report)", sourceLocation: location)
    let said = report.outcome.output + report.outcome.errors
    for word in words { #expect(said.contains(word), "no '\(word)': \(report)", sourceLocation: location) }
    let litter = realNames(in: workshop.path).filter { $0.contains(".coffre-") }
    #expect(litter.isEmpty, "\(litter)", sourceLocation: location)
  }

  // MARK: New databases

  @Test(arguments: ["UTF-8", "UTF-16be"])
  func `some tables become a new database`(_ encoding: String) throws {
    try database.makeEverything(encoding: encoding, pageSize: 1024, journal: "wal")
    let backup = try #require(try workshop.backUp(database).snapshot)
    let copy = workshop.sqlite("part.db")
    let report = try workshop.restore(
      backup, to: copy, ["--table", "customers", "--table", "s*", "--table", "words=w2"])
    #expect(report.status == 0, "\(report)")
    // `s*` is strict_one and search, without what search made for itself.
    let names = try copy.run(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'search_%'")
    #expect(Set(names.split(separator: "\n")) == ["customers", "strict_one", "search", "w2"])
    #expect(try copy.run("SELECT * FROM w2 ORDER BY 1") == database.run("SELECT * FROM words ORDER BY 1"))
    for table in ["customers", "strict_one", "search"] {
      #expect(try copy.run("\(Self.all) \(table)") == database.run("\(Self.all) \(table)"), "\(table)")
    }
    let facts = "PRAGMA user_version; PRAGMA application_id; PRAGMA encoding; PRAGMA page_size"
    #expect(try copy.run(facts) == database.run(facts))
    #expect(try copy.run("SELECT seq FROM sqlite_sequence WHERE name = 'customers'") == "4")
    #expect(try copy.integrity() == "ok")
    #expect(try realStatus(copy.path).mode & 0o777 == 0o600)
    // It exists now: tables are added, and none is replaced.
    expectRefused(try workshop.restore(backup, to: copy, ["--table", "search"]), saying: ["has a table 'search'"])
  }

  @Test func `definitions come back without rows`() throws {
    try database.makeEverything()
    let backup = try #require(try workshop.backUp(database).snapshot)
    let copy = workshop.sqlite("schema.db")
    let report = try workshop.restore(backup, to: copy, ["--schema-only"])
    #expect(report.status == 0, "\(report)")
    let definitions = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY 1, 2"
    #expect(try copy.run(definitions) == database.run(definitions))
    for table in ["customers", "orders", "words", "log", "search", "places"] {
      #expect(try copy.run("SELECT count(*) FROM \(table)") == "0", "\(table)")
    }
    #expect(try copy.run("PRAGMA user_version") == "42")
    #expect(try copy.integrity() == "ok")
    // Everything works: the trigger, the full text.
    try copy.run("INSERT INTO orders(id, customer, cents) VALUES (1, 1, 1); INSERT INTO search VALUES ('one', 'two')")
    #expect(try copy.run("SELECT text FROM log") == "order 1; of 1")
    #expect(try copy.run("SELECT title FROM search WHERE search MATCH 'two'") == "one")

    // Over what exists only with its name, and only after a backup.
    expectRefused(try workshop.restore(backup, to: copy, ["--schema-only"]), saying: ["exists", "--confirm schema.db"])
    #expect(try workshop.restore(backup, to: copy, ["--schema-only", "--confirm", "schema.db"]).status == 0)
    #expect(try copy.run("SELECT count(*) FROM log") == "0")
    #expect(workshop.snapshotIDs.count == 2)
    // A table alone, beside what is there.
    #expect(
      try workshop.restore(backup, to: copy, ["--schema-only", "--table", "orders=o2", "--table", "search=s2"]).status
        == 0)
    #expect(try copy.run("SELECT count(*) FROM o2; SELECT count(*) FROM s2") == "0\n0")
  }

  // MARK: Virtual tables

  @Test func `virtual tables come back whole`() throws {
    try database.makeEverything(pageSize: 8192)
    try database.run(
      """
      CREATE VIRTUAL TABLE "old text" USING fts4(title, body, tokenize=porter);
      INSERT INTO "old text" SELECT 'order ' || id, 'bodies of ' || cents FROM orders;
      CREATE VIRTUAL TABLE spare USING fts5(body, content='', columnsize=0, prefix='2 3');
      INSERT INTO spare(rowid, body) SELECT id, 'bare ' || cents FROM orders;
      CREATE VIRTUAL TABLE indexed USING fts5(text, content=log, content_rowid=rowid);
      INSERT INTO log VALUES ('a line that is indexed');
      INSERT INTO indexed(indexed) VALUES ('rebuild');
      INSERT INTO search(search, rank) VALUES ('pgsz', 512);
      CREATE VIRTUAL TABLE terms USING fts5vocab(search, row);
      """)
    let backup = try #require(try workshop.backUp(database).snapshot)
    // Another size of pages: the nodes of an R-Tree keep theirs.
    let other = workshop.sqlite("other.db")
    try other.run("PRAGMA page_size = 1024; CREATE TABLE search (mine); INSERT INTO search VALUES (1)")
    let report = try workshop.restore(
      backup, to: other,
      [
        "--table", "search=found", "--table", "places", "--table", "old text=o'ld", "--table", "spare", "--table",
        "indexed", "--table", "terms",
      ])
    #expect(report.status == 0, "\(report)")
    #expect(report.outcome.output.contains("does not agree with the table"), "\(report)")
    func same(_ mine: String, _ table: String, _ theirs: String, _ name: String) throws {
      #expect(try other.run(mine.replacing("%", with: table)) == database.run(theirs.replacing("%", with: name)))
    }
    try same("\(Self.all) %", "found", "\(Self.all) %", "search")
    let match = "SELECT rowid FROM % WHERE % MATCH 'order AND 37' ORDER BY rowid"
    #expect(try other.run(match.replacing("%", with: "found")) == database.run(match.replacing("%", with: "search")))
    #expect(try database.run(match.replacing("%", with: "search")) != "")
    #expect(try other.run("SELECT v FROM found_config WHERE k = 'pgsz'") == "512")
    let box = "SELECT * FROM places WHERE x0 > 100 AND x1 < 200 ORDER BY id"
    #expect(try other.run(box) == database.run(box))
    let porter = "SELECT title FROM \"%\" WHERE \"%\" MATCH 'body' ORDER BY docid"
    #expect(
      try other.run(porter.replacing("%", with: "o'ld")) == database.run(porter.replacing("%", with: "old text")))
    let bare = "SELECT rowid FROM spare WHERE spare MATCH 'ba*' ORDER BY rowid"
    #expect(try other.run(bare) == database.run(bare))
    #expect(try other.integrity() == "ok")
    #expect(try other.run("SELECT rtreecheck('main', 'places')") == "ok")
    for table in ["found", "spare"] { try other.run("INSERT INTO \(table)(\(table)) VALUES ('integrity-check')") }
    #expect(try other.run("SELECT mine FROM search") == "1")
    // It goes on working.
    try other.run("INSERT INTO found VALUES ('new', 'entry'); INSERT INTO places VALUES (9999, 0, 1, 0, 1)")
    #expect(try other.run("SELECT title FROM found WHERE found MATCH 'entry'") == "new")

    let before = try other.dump()
    try other.run("CREATE TABLE again_data (a)")
    expectRefused(
      try workshop.restore(backup, to: other, ["--table", "search=again"]),
      saying: ["'again_data'", "--table search=NEW"])
    try other.run("DROP TABLE again_data")
    #expect(try other.dump() == before)
  }

  @Test func `a virtual table whose module is not here is refused`() throws {
    try database.run("CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE VIRTUAL TABLE v USING fts5(a)")
    try database.run(
      "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'fts5(', 'nowhere(') WHERE name = 'v'")
    let backup = try #require(try workshop.backUp(database).snapshot)
    let copy = workshop.sqlite("copy.db")
    expectRefused(try workshop.restore(backup, to: copy, ["--schema-only"]), saying: ["nowhere", "restore the whole"])
    #expect(!realEntryExists(copy.path))
    #expect(try workshop.restore(backup, to: copy).status == 0)
    #expect(try copy.run("SELECT a FROM t; SELECT sql FROM sqlite_master WHERE name = 'v'").contains("nowhere("))
  }

  // MARK: Rows

  @Test(arguments: ["delete", "wal"])
  func `rows take the place of rows`(_ journal: String) throws {
    try database.makeEverything(journal: journal)
    let old = try database.dump()
    let backup = try #require(try workshop.backUp(database).snapshot)
    try database.run(
      """
      DELETE FROM customers WHERE id = 1;
      UPDATE orders SET cents = 1;
      INSERT INTO customers(name) VALUES ('Zoé');
      DELETE FROM search; DELETE FROM places; DELETE FROM words;
      CREATE TABLE later (a); INSERT INTO later VALUES ('stays');
      """)
    let changed = try database.dump()
    expectRefused(
      try workshop.restore(backup, to: database, ["--data-only"]), saying: ["would be changed", "--confirm data.db"])
    #expect(try database.dump() == changed)
    let report = try workshop.restore(backup, to: database, ["--data-only", "--confirm", "data.db"])
    #expect(report.status == 0, "\(report)")
    #expect(report.outcome.output.contains("triggers did not run"), "\(report)")
    #expect(workshop.snapshotIDs.count == 2)
    #expect(try database.run("SELECT a FROM later") == "stays")
    #expect(try database.integrity() == "ok")
    #expect(try database.run("SELECT count(*) FROM search WHERE search MATCH 'order'") == "500")
    #expect(try database.run("SELECT rtreecheck('main', 'places')") == "ok")
    try database.run("DROP TABLE later; INSERT INTO search(search) VALUES ('integrity-check')")
    // The statistics are those of the present.
    func withoutStatistics(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { !$0.contains("sqlite_stat") }
    }
    #expect(try withoutStatistics(database.dump()) == withoutStatistics(old))
  }

  /// Nodes of an R-Tree are as large as the pages were when it was made; who has it open must not take them for others.
  @Test func `rows of virtual tables that another database made`() throws {
    try database.makeEverything(pageSize: 8192)
    let backup = try #require(try workshop.backUp(database).snapshot)
    let other = workshop.sqlite("other.db")
    try other.makeEverything(pageSize: 512)
    try other.run("DELETE FROM places WHERE id < 400; DELETE FROM search WHERE rowid < 400")
    let program = """
      import sqlite3, sys
      c = sqlite3.connect(sys.argv[1], isolation_level=None)
      ask = "SELECT count(*) FROM places WHERE x0 >= 0", "SELECT count(*) FROM search WHERE search MATCH 'order'"
      print("before", [c.execute(one).fetchone()[0] for one in ask], flush=True)
      sys.stdin.readline()
      print("after", [c.execute(one).fetchone()[0] for one in ask], flush=True)
      """
    let shell = "(while [ ! -e '\(workshop.path)/go' ]; do sleep 0.1; done; echo) | python3 -c \"$1\" \"$2\""
    let holder = try Tool.named("sh", package: "dash").start(["-c", shell, "sh", program, other.path])
    #expect(holder.waitUntil { holder.outputSoFar.contains("before [101, 101]") }, "\(holder.outputSoFar)")
    let report = try workshop.restore(
      backup, to: other, ["--data-only", "--table", "places", "--table", "search", "--confirm", "other.db"])
    #expect(report.status == 0, "\(report)")
    try writeRealFile("\(workshop.path)/go", "")
    #expect(holder.waitUntil { holder.outputSoFar.contains("after") || holder.hasEnded })
    #expect(holder.outputSoFar.contains("after [500, 500]"), "\(holder.outputSoFar) \(holder.errorsSoFar)")
    #expect(try other.integrity() == "ok")
    #expect(try other.run("SELECT rtreecheck('main', 'places')") == "ok")
  }

  @Test func `rows of one table, and what does not fit`() throws {
    try database.makeEverything()
    let backup = try #require(try workshop.backUp(database).snapshot)
    let words = try database.run("SELECT * FROM words ORDER BY 1")
    try database.run("DELETE FROM words; DELETE FROM orders WHERE id > 10; DELETE FROM customers WHERE id = 2")
    let only = try workshop.restore(backup, to: database, ["--data-only", "--table", "words", "--confirm", "data.db"])
    #expect(only.status == 0, "\(only)")
    #expect(try database.run("SELECT * FROM words ORDER BY 1") == words)
    #expect(try database.run("SELECT count(*) FROM orders") == "10")
    let lost = try workshop.restore(backup, to: database, ["--data-only", "--table", "orders", "--confirm", "data.db"])
    #expect(lost.status == 0, "\(lost)")
    #expect(lost.outcome.output.contains("refer to rows that are not there"), "\(lost)")

    let confirmed = ["--data-only", "--confirm", "data.db"]
    try database.run("ALTER TABLE words ADD COLUMN more; CREATE UNIQUE INDEX one ON log(text)")
    let before = try database.dump()
    expectRefused(
      try workshop.restore(backup, to: database, confirmed + ["--table", "words"]), saying: ["columns are others"])
    expectRefused(
      try workshop.restore(backup, to: database, confirmed + ["--table", "orders=o2"]), saying: ["new name"])
    expectRefused(
      try workshop.restore(backup, to: database, confirmed + ["--table", "search_data"]), saying: ["'search'"])
    #expect(try database.dump() == before)
    try database.run("ALTER TABLE strict_one RENAME TO gone")
    let renamed = try database.dump()
    expectRefused(
      try workshop.restore(backup, to: database, confirmed + ["--table", "log", "--table", "strict_one"]),
      saying: ["no such table"])
    #expect(try database.dump() == renamed)
    let none = workshop.sqlite("none.db")
    expectRefused(try workshop.restore(backup, to: none, ["--data-only"]), saying: ["no such database"])
    #expect(!realEntryExists(none.path))
    expectRefused(try workshop.restore(backup, to: database, ["--globals"]), 2, saying: ["neither globals"])
  }

  /// Rows that do not fit end the whole transaction, and what was replaced before comes back.
  @Test func `rows that fail bring the old ones back`() throws {
    try database.run(
      "CREATE TABLE a (x); CREATE TABLE b (x); INSERT INTO a VALUES (1), (2); INSERT INTO b VALUES (7), (7)")
    let backup = try #require(try workshop.backUp(database).snapshot)
    try database.run("DELETE FROM a; DELETE FROM b; INSERT INTO a VALUES (5); CREATE UNIQUE INDEX one ON b(x)")
    let before = try database.dump()
    expectRefused(
      try workshop.restore(backup, to: database, ["--data-only", "--confirm", "data.db"]), saying: ["UNIQUE"])
    #expect(try database.dump() == before)
  }
}
