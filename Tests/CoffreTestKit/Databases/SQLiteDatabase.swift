import Glibc

/// A SQLite database in a folder of a test, made and asked by the sqlite3 program: nothing of Coffre's has a part in it.
package struct SQLiteDatabase: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  /// Runs commands.
  ///
  /// - Returns: what they print, without the last newline.
  @discardableResult
  package func run(_ commands: String, location: String = #function) throws -> String {
    let outcome = try Tool.named("sqlite3", package: "sqlite3").run(["-batch", "-bail", path, commands])
    guard outcome.isSuccess else { throw Tool.Missing(description: "\(outcome)") }
    return String(outcome.output.drop { $0 == "\n" }.reversed().drop { $0 == "\n" }.reversed())
  }

  /// The one number that a command prints.
  package func number(_ command: String) throws -> Int {
    let text = try run(command)
    guard let number = Int(text) else { throw Tool.Missing(description: "'\(text)' is no number: \(command)") }
    return number
  }

  package func dump() throws -> String { try run(".dump") }

  /// What sqlite3 finds wrong; `ok` for nothing.
  package func integrity() throws -> String { try run("PRAGMA integrity_check") }

  package var bytes: [UInt8] {
    get throws { try readRealFile(path) }
  }

  /// Everything that SQLite knows.
  package func makeEverything(encoding: String = "UTF-8", pageSize: Int = 4096, journal: String = "delete") throws {
    try run(
      """
      PRAGMA page_size = \(pageSize);
      PRAGMA encoding = '\(encoding)';
      PRAGMA journal_mode = \(journal);
      PRAGMA user_version = 42;
      PRAGMA application_id = 1128681286;
      CREATE TABLE customers (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE UNIQUE,
        rate REAL DEFAULT 0.1, photo BLOB, anything);
      CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customers(id), cents INTEGER
        CHECK (cents >= 0), euros REAL GENERATED ALWAYS AS (cents / 100.0) VIRTUAL, stored TEXT AS (cents || '!') STORED);
      CREATE INDEX orders_customer ON orders(customer, cents DESC);
      CREATE INDEX "orders partial" ON orders(cents) WHERE cents > 500;
      CREATE INDEX orders_expression ON orders(cents % 10);
      CREATE TABLE words (word TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
      CREATE TABLE strict_one (a INT, b ANY) STRICT;
      CREATE TABLE "odd ""name'; --" ("a column" TEXT, "select" INT, "é😀" TEXT);
      CREATE TABLE log (text TEXT);
      CREATE TABLE empty (unused);
      CREATE VIEW totals AS SELECT customer, sum(cents) AS cents FROM orders GROUP BY customer;
      CREATE TRIGGER orders_logged AFTER INSERT ON orders BEGIN
        INSERT INTO log VALUES ('order ' || new.id || '; of ' || new.customer); END;
      CREATE TRIGGER totals_instead INSTEAD OF DELETE ON totals BEGIN SELECT 1; END;
      CREATE VIRTUAL TABLE search USING fts5(title, body);
      CREATE VIRTUAL TABLE places USING rtree(id, x0, x1, y0, y1);
      INSERT INTO customers(name, rate, photo, anything) VALUES ('Ada', 1e100, x'00FF0A27', 7), ('Émile', -0.0, NULL, 'text'),
        ('nul' || char(0) || 'inside', 1.0 / 3, zeroblob(10000), x'01'), ('quote''s' || char(10), 9e999, x'', NULL);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
        INSERT INTO orders(customer, cents) SELECT 1 + i % 4, i * 37 % 1000 FROM n;
      INSERT INTO words SELECT 'word ' || id, cents FROM orders;
      INSERT INTO strict_one VALUES (1, 'x'), (2, 2), (9223372036854775807, x'00');
      INSERT INTO "odd ""name'; --" VALUES ('a', 1, 'ü'), (NULL, NULL, NULL);
      INSERT INTO search SELECT 'order ' || id, 'body of ' || cents FROM orders;
      INSERT INTO places SELECT id, id, id + 1, cents, cents + 1 FROM orders;
      DELETE FROM customers WHERE id = 99;
      ANALYZE;
      """)
  }

  /// Accounts whose sum never changes, for `SQLiteWriter`.
  package func makeBank(journal: String, accounts: Int = 500) throws {
    try run(
      """
      PRAGMA journal_mode = \(journal);
      CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL, filler TEXT);
      CREATE TABLE transfer (id INTEGER PRIMARY KEY, source INTEGER, target INTEGER, amount INTEGER);
      CREATE TABLE counter (transfers INTEGER);
      INSERT INTO counter VALUES (0);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(accounts))
        INSERT INTO account SELECT i, 1000, hex(randomblob(2000)) FROM n;
      """)
  }

  /// What holds at every instant; empty if it does.
  package func bankProblems(accounts: Int = 500) throws -> String {
    let found = try run(
      """
      SELECT sum(balance) - \(accounts) * 1000 FROM account;
      SELECT (SELECT count(*) FROM transfer) - (SELECT transfers FROM counter);
      SELECT count(*) FROM account a WHERE balance <> 1000
        + (SELECT coalesce(sum(amount), 0) FROM transfer WHERE target = a.id)
        - (SELECT coalesce(sum(amount), 0) FROM transfer WHERE source = a.id);
      """)
    return found == "0\n0\n0" ? "" : found
  }
}

/// A program that never stops moving money between accounts, in Python: each transfer is one transaction.
package final class SQLiteWriter {
  private let database: SQLiteDatabase
  private let program: RunningProgram

  package struct Stopped: Error, CustomStringConvertible {
    package let description: String
  }

  package init(to database: SQLiteDatabase, accounts: Int = 500, pause: Double = 0) throws {
    self.database = database
    var settings = ProgramSettings()
    settings.timeLimit = 600
    program = try Tool.named("python3", package: "python3").start(
      ["-u", "-c", Self.script, database.path, "\(accounts)", "\(pause)"], settings)
  }

  private static let script = """
    import random, sqlite3, sys, time
    connection = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
    accounts, wait, done = int(sys.argv[2]), float(sys.argv[3]), 0
    while True:
        source, target, amount = random.randint(1, accounts), random.randint(1, accounts), random.randint(1, 9)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE account SET balance = balance - ? WHERE id = ?", (amount, source))
        connection.execute("UPDATE account SET balance = balance + ? WHERE id = ?", (amount, target))
        connection.execute("INSERT INTO transfer(source, target, amount) VALUES (?, ?, ?)", (source, target, amount))
        connection.execute("UPDATE counter SET transfers = transfers + 1")
        connection.execute("COMMIT")
        done += 1
        print(done)
        time.sleep(wait)
    """

  /// How many transfers it told of.
  package var transfers: Int { program.outputSoFar.split(separator: "\n").dropLast().last.flatMap { Int($0) } ?? 0 }

  package func waitForTransfers(_ count: Int) throws {
    let goal = transfers + count
    let isDone = program.waitUntil(seconds: 60) { program.hasEnded || transfers >= goal }
    guard isDone, !program.hasEnded else { throw Stopped(description: "no more transfers: \(program.errorsSoFar)") }
  }

  /// - Throws: if it had ended by itself: then nobody wrote while the test thought so.
  package func end() throws {
    guard !program.hasEnded else { throw Stopped(description: "\(try program.wait())") }
    program.kill(SIGKILL)
    try program.wait()
  }
}
