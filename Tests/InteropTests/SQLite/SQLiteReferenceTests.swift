import CoffreTestKit
import Testing

/// Rows that refer to others which are not there: they are told, however many they are.
@Suite("SQLite rows that refer to others", .timeLimit(.minutes(10)))
struct SQLiteReferenceTests {
  private let workshop: Workshop
  private let database: SQLiteDatabase

  init() throws {
    workshop = try Workshop()
    database = workshop.sqlite()
  }

  /// Rows that stay refer to some that the snapshot did not have yet.
  @Test func `rows of a table that others refer to`() throws {
    try database.run(
      """
      CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES Parent(id));
      CREATE TABLE stranger (id INTEGER PRIMARY KEY);
      INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1), (2, 2);
      """)
    let backup = try #require(try workshop.backUp(database).snapshot)
    let options = ["--data-only", "--table", "parent", "--confirm", "data.db"]
    let whole = try workshop.restore(backup, to: database, options)
    #expect(whole.status == 0 && whole.lines(of: "warning").isEmpty, "\(whole)")
    try database.run("INSERT INTO parent VALUES (3); INSERT INTO child VALUES (3, 3)")
    let report = try workshop.restore(backup, to: database, options)
    #expect(report.status == 0, "\(report)")
    let warnings = report.lines(of: "warning")
    #expect(warnings.count == 1, "\(report)")
    #expect("\(warnings)".contains("child") && "\(warnings)".contains("1 row refer to rows that are not there"))
    #expect(try database.run("SELECT count(*) FROM child; SELECT count(*) FROM parent") == "3\n2")
  }

  /// All rows of a table are such rows where the other table is left behind.
  @Test func `a million of them take little memory`() throws {
    try database.run(
      """
      PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
      CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id));
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
        INSERT INTO child SELECT i, i FROM n;
      """)
    let checked = try workshop.coffreWithPeak(["backup", "sqlite:\(database.path)", "--foreign-key-check"]) {
      $0.timeLimit = 300
    }
    #expect(checked.outcome.status == 14, "\(checked.outcome)")
    #expect(checked.outcome.errors.contains("1000000 rows of 'child'"), "\(checked.outcome)")
    #expect(checked.peak < Self.most, "\(checked.peak) bytes at its peak")
    try workshop.backUp(database)
    let copy = workshop.sqlite("copy.db")
    let restored = try workshop.coffreWithPeak(
      ["restore", "latest", "--to", "sqlite:\(copy.path)", "--table", "child"]
    ) { $0.timeLimit = 300 }
    #expect(restored.outcome.isSuccess, "\(restored.outcome)")
    #expect(restored.peak < Self.most, "\(restored.peak) bytes at its peak")
    #expect(try copy.run("SELECT count(*) FROM child") == "1000000")
  }

  /// In bytes. Each of them took more than 200.
  private static let most = 150_000_000
}
