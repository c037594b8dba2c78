import CoffreTestKit
import Testing

/// What a restore of parts must neither change nor leave out without a word.
@Suite("Parts of SQLite databases come back as they were", .timeLimit(.minutes(10)))
struct SQLiteFidelityTests {
  private let workshop: Workshop
  private let database: SQLiteDatabase

  init() throws {
    workshop = try Workshop()
    database = workshop.sqlite()
  }

  private func backUp() throws -> String { try #require(try workshop.backUp(database).snapshot) }

  // MARK: Values

  private func restoreRows(_ backup: String, of table: String) throws -> CoffreReport {
    try workshop.restore(backup, to: database, ["--data-only", "--table", table, "--confirm", "data.db"])
  }

  @Test(
    arguments: [
      // A type by which SQLite makes 7 and 100000 of them; another type; other rules; other numbers of rows.
      (former: "(code TEXT)", now: "(code NUMERIC)", words: "columns are others"),
      ("(code TEXT)", "(code)", "columns are others"), ("(code ANY) STRICT", "(code ANY)", "makes other values"),
      ("(code TEXT, id INTEGER PRIMARY KEY)", "(code TEXT, id INTEGER PRIMARY KEY DESC)", "columns are others"),
    ] as [(former: String, now: String, words: String)])
  func `rows go into no table that would change them`(
    _ example: (former: String, now: String, words: String)
  ) throws {
    try database.run("CREATE TABLE acc \(example.former); INSERT INTO acc(code) VALUES ('007'), ('1e5')")
    let backup = try backUp()
    try database.run("DROP TABLE acc; CREATE TABLE acc \(example.now); INSERT INTO acc(code) VALUES ('mine')")
    let before = try database.dump()
    let report = try restoreRows(backup, of: "acc")
    #expect(report.status == 1, "\(report)")
    #expect("\(report)".contains(example.words), "\(report)")
    #expect(try database.dump() == before)
  }

  @Test func `rows go into columns of another order`() throws {
    try database.run(
      """
      CREATE TABLE acc (code TEXT, count INTEGER, id INTEGER PRIMARY KEY, twice INTEGER AS (count * 2));
      CREATE TABLE words (word TEXT PRIMARY KEY, count) WITHOUT ROWID;
      CREATE TABLE bare (x, rowid, oid, _rowid_);
      INSERT INTO acc(code, count) VALUES ('007', 1), ('1e5', 2), (NULL, NULL), (x'00', 'text');
      INSERT INTO words VALUES ('a', 1), ('b', '1'), ('c', x'31'), ('d', NULL), ('e', 1.0);
      INSERT INTO bare(x) VALUES (1), ('1');
      """)
    let backup = try backUp()
    let values = """
      SELECT id, quote(code), quote(count), twice FROM acc ORDER BY id; SELECT word, quote(count) FROM words ORDER BY 1;
      SELECT quote(x) FROM bare;
      """
    let wanted = try database.run(values)
    try database.run(
      """
      DROP TABLE acc; DROP TABLE words; DELETE FROM bare;
      CREATE TABLE acc (id INTEGER PRIMARY KEY, COUNT integer, code TEXT, twice INTEGER AS (count * 2));
      CREATE TABLE words (count, word TEXT PRIMARY KEY) WITHOUT ROWID;
      """)
    for table in ["acc", "words", "bare"] {
      let report = try restoreRows(backup, of: table)
      #expect(report.status == 0, "\(report)")
    }
    #expect(try database.run(values) == wanted)
  }

  /// Such a key is not the row's number.
  @Test func `numbers of rows beside a key of numbers`() throws {
    try database.run(
      "CREATE TABLE d (id INTEGER PRIMARY KEY DESC, x); INSERT INTO d(rowid, id, x) VALUES (50, 7, 'a'), (60, 8, 'b')")
    let backup = try backUp()
    let report = try workshop.restore(backup, to: database, ["--table", "d=d2"])
    #expect(report.status == 0, "\(report)")
    #expect(try database.run("SELECT rowid, id, x FROM d2 ORDER BY 1") == "50|7|a\n60|8|b")
  }

  // MARK: Tables and triggers

  /// Tables of the program whose names look like those that virtual tables make for themselves.
  @Test func `what only looks like a part of a virtual table`() throws {
    try database.run(
      """
      CREATE TABLE notes_content (id INTEGER PRIMARY KEY, body);
      CREATE INDEX bodies ON notes_content(body);
      CREATE VIRTUAL TABLE notes USING fts5(body, content = 'notes_content', content_rowid=id);
      CREATE VIRTUAL TABLE "old ""notes" USING fts4(content="notes_content", body, tokenize=porter);
      CREATE TABLE thin_docsize (mine);
      CREATE VIRTUAL TABLE thin USING fts5(a, columnsize=0);
      CREATE VIRTUAL TABLE plain USING fts3(a);
      CREATE TABLE plain_stat (mine);
      CREATE TRIGGER noted AFTER INSERT ON notes_content BEGIN
        INSERT INTO notes(rowid, body) VALUES (new.id, new.body); END;
      INSERT INTO notes_content VALUES (1, 'first words'), (2, 'second words');
      """)
    let backup = try backUp()
    let copy = workshop.sqlite("schema.db")
    let report = try workshop.restore(backup, to: copy, ["--schema-only"])
    #expect(report.status == 0, "\(report)")
    let definitions = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"
    #expect(try copy.run(definitions) == database.run(definitions))
    try copy.run("INSERT INTO notes_content VALUES (1, 'a word')")
    #expect(try copy.run("SELECT rowid FROM notes WHERE notes MATCH 'word'") == "1")

    let part = workshop.sqlite("part.db")
    let both = try workshop.restore(backup, to: part, ["--table", "notes*", "--table", "thin*"])
    #expect(both.status == 0, "\(both)")
    #expect(try part.run("SELECT * FROM notes_content") == database.run("SELECT * FROM notes_content"))
    #expect(try part.run("SELECT rowid FROM notes WHERE notes MATCH 'second'") == "2")
    #expect(try part.run("SELECT count(*) FROM thin_docsize") == "0")
    #expect(try part.integrity() == "ok")
    // It alone, without the table that holds its text.
    let alone = try workshop.restore(backup, to: workshop.sqlite("alone.db"), ["--table", "notes"])
    #expect(alone.status == 0, "\(alone)")
    #expect(alone.outcome.output.contains("does not agree with the table"), "\(alone)")
  }

  /// SQLite keeps the name of a trigger's table as the trigger was written.
  @Test func `a trigger that writes its table in another way`() throws {
    try database.run(
      """
      CREATE TABLE Orders (a); CREATE TABLE log (b);
      CREATE TRIGGER logged AFTER INSERT ON orders BEGIN INSERT INTO log VALUES (new.a); END;
      """)
    let backup = try backUp()
    try database.run("DROP TABLE Orders")
    for name in ["Orders", "o2"] {
      let report = try workshop.restore(backup, to: database, ["--table", "Orders=\(name)"])
      #expect(report.status == 0, "\(report)")
      try database.run("INSERT INTO \(name) VALUES ('\(name)')")
    }
    #expect(try database.run("SELECT b FROM log") == "Orders\no2")
  }
}
