import CoffreTestKit
import Glibc
import Testing

/// What cannot be backed up, and what breaks meanwhile: no snapshot, an error that says what to do, nothing left behind.
@Suite("SQLite backups that are disturbed", .timeLimit(.minutes(10)))
struct SQLiteFaultTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  private func fail(
    _ database: SQLiteDatabase, _ status: Int32, saying words: [String], _ options: [String] = [],
    _ change: (inout ProgramSettings) -> Void = { _ in }, location: SourceLocation = #_sourceLocation
  ) throws {
    let report = try workshop.coffreJSON(["backup", "sqlite:\(database.path)"] + options, change)
    try workshop.expectFailure(report, status, saying: words, location: location)
  }

  @Test func `what is no database`() throws {
    let database = workshop.sqlite()
    try fail(database, 14, saying: ["No such file"])
    try writeRealFile(database.path, seededBytes(1, count: 20_000))
    try fail(database, 14, saying: ["not a database", "encrypted"])
    try writeRealFile(database.path, "SQLite format 3")
    try fail(database, 14, saying: [])
    try fail(SQLiteDatabase(workshop.path), 14, saying: ["no file"])
    let partial = try workshop.coffreJSON(["backup", "sqlite:\(database.path)", "--table", "t"])
    #expect(partial.status == 2, "\(partial)")
    let address = try workshop.coffreJSON(["backup", "sqlite://host/path.db"])
    #expect(address.status == 2, "\(address)")
  }

  @Test func `a damaged database`() throws {
    let database = workshop.sqlite()
    try database.makeEverything()
    // Every page can be read, but an index lacks rows of its table.
    try database.run(
      """
      PRAGMA writable_schema = ON;
      UPDATE sqlite_master SET sql = replace(sql, '> 500', '> 100') WHERE name = 'orders partial';
      """)
    try #require(try database.integrity() != "ok")
    try fail(database, 14, saying: [".recover"], ["--integrity-check"])
    // A tree that ends in nothing is found in any case.
    var bytes = try database.bytes
    let root = try database.number("SELECT rootpage FROM sqlite_master WHERE name = 'words'")
    bytes.replaceSubrange((root - 1) * 4096..<root * 4096, with: [UInt8](repeating: 0xEE, count: 4096))
    try writeRealFile(database.path, bytes)
    try fail(database, 14, saying: [".recover"])
  }

  @Test func `rows that refer to nothing`() throws {
    let database = workshop.sqlite()
    try database.makeEverything()
    try database.run("DELETE FROM customers WHERE id = 2")
    try fail(database, 14, saying: ["not there"], ["--foreign-key-check"])
    try workshop.backUp(database, ["--integrity-check"])
  }

  @Test func `somebody who keeps it locked`() throws {
    let database = workshop.sqlite()
    try database.run("CREATE TABLE t (a)")
    let holder = try Tool.named("python3", package: "python3").start([
      "-u", "-c",
      "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        + "c.execute('BEGIN EXCLUSIVE'); print('held'); time.sleep(float(sys.argv[2]))", database.path, "600",
    ])
    #expect(holder.waitUntil { holder.outputSoFar.contains("held") })
    try fail(database, 14, saying: ["locked", "--lock-timeout"], ["--lock-timeout", "1s"])
    holder.kill(SIGKILL)
    try holder.wait()
    try workshop.backUp(database)
  }

  /// The writer dies between its first write into the database and its commit.
  @Test func `a writer that died half-way`() throws {
    let database = workshop.sqlite()
    try database.makeBank(journal: "delete")
    let dying = try Tool.named("python3", package: "python3").run([
      "-c",
      """
      import os, sqlite3, sys
      c = sqlite3.connect(sys.argv[1], isolation_level=None)
      c.execute("PRAGMA cache_size = 5")
      c.execute("PRAGMA cache_spill = 1")
      c.execute("BEGIN IMMEDIATE")
      c.execute("UPDATE account SET balance = balance + 7, filler = hex(randomblob(2000))")
      os.kill(os.getpid(), 9)
      """, database.path,
    ])
    #expect(!dying.isSuccess && realEntryExists(database.path + "-journal"))
    let bytes = try database.bytes
    try workshop.backUp(database)
    let copy = workshop.sqlite("copy.db")
    #expect(try workshop.restore("latest", to: copy).status == 0)
    #expect(try copy.bankProblems() == "")
    #expect(try copy.integrity() == "ok")
    #expect(try database.bytes != bytes, "the fixture had nothing to undo")
  }

  /// Whoever died left a log, and no memory of what is in it.
  @Test func `a log of changes without its index`() throws {
    let database = workshop.sqlite()
    let other = workshop.sqlite("other.db")
    try database.makeBank(journal: "wal")
    let writer = try SQLiteWriter(to: database)
    try writer.waitForTransfers(30)
    try writer.end()
    for ending in ["", "-wal"] {
      try writeRealFile(other.path + ending, readRealFile(database.path + ending))
    }
    let (image, log) = (try other.bytes, try readRealFile(other.path + "-wal"))
    #expect(log.count > 10_000)
    try workshop.backUp(other)
    // Neither the database nor its log was touched.
    #expect(try other.bytes == image)
    #expect(try readRealFile(other.path + "-wal") == log)
    let copy = workshop.sqlite("copy.db")
    #expect(try workshop.restore("latest", to: copy).status == 0)
    #expect(try copy.bankProblems() == "")
    #expect(try copy.number("SELECT transfers FROM counter") >= 30)
  }

  @Test func `nothing is left beside a database that nobody uses`() throws {
    let database = workshop.sqlite()
    try database.makeEverything(journal: "wal")
    let (before, bytes) = (realNames(in: workshop.path).sorted(), try database.bytes)
    try workshop.backUp(database)
    #expect(
      realNames(in: workshop.path).filter { $0.hasPrefix("data.db") } == before.filter { $0.hasPrefix("data.db") })
    #expect(try database.bytes == bytes)
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `no room for the private copy`() throws {
    let database = workshop.sqlite()
    try database.run("CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(9000000))")
    let mount = try MemoryMount(at: "\(workshop.path)/small", options: "size=4m")
    let small = "\(workshop.path)/small"
    try fail(database, 21, saying: ["TMPDIR", small]) { $0.environment["TMPDIR"] = small }
    #expect(realNames(in: small).isEmpty)
    _ = mount
  }

  @Test(arguments: [(signal: SIGINT, status: 130), (SIGKILL, 137)] as [(signal: Int32, status: Int32)])
  func `coffre that is stopped leaves no private copy`(_ example: (signal: Int32, status: Int32)) throws {
    let database = workshop.sqlite()
    try database.run(
      """
      CREATE TABLE t (a);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
        INSERT INTO t SELECT randomblob(1000000) FROM n;
      """)
    let temporary = "\(workshop.path)/tmp"
    try makeRealFolder(temporary)
    let backup = try workshop.startCoffre(["backup", "sqlite:\(database.path)", "--json"]) {
      $0.environment["TMPDIR"] = temporary
    }
    // Packs are written: the copy is there, and being read.
    #expect(backup.waitUntil { !workshop.packs.isEmpty || !workshop.unnamedPacks.isEmpty })
    #expect(realNames(in: temporary).filter { $0.hasPrefix("coffre-") }.isEmpty, "the copy has a name")
    backup.signal(example.signal)
    let outcome = try backup.wait()
    #expect(outcome.status == example.status, "\(outcome)")
    #expect(workshop.snapshotIDs.isEmpty)
    #expect(realNames(in: temporary).isEmpty)
    try workshop.backUp(database)
  }

  @Test func `links lead to the database, and a folder that may only be read is enough for a journal`() throws {
    let database = workshop.sqlite()
    try database.makeEverything()
    try makeRealSymlink("\(workshop.path)/link.db", to: "data.db")
    let link = workshop.sqlite("link.db")
    try workshop.backUp(link)
    let copy = workshop.sqlite("copy.db")
    #expect(try workshop.restore("latest", to: copy, ["--path", Workshop.folder(of: link)]).status == 0)
    #expect(try copy.dump() == database.dump())
  }
}
