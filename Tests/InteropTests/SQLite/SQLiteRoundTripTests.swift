import CoffreTestKit
import Testing

/// SQLite databases go through the repository and are what they were.
@Suite("SQLite there and back", .timeLimit(.minutes(10)))
struct SQLiteRoundTripTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  @Test(arguments: [("delete", "UTF-8"), ("wal", "UTF-16le"), ("truncate", "UTF-16be")])
  func `a database that uses everything comes back`(_ journal: String, _ encoding: String) throws {
    let database = workshop.sqlite()
    try database.makeEverything(encoding: encoding, journal: journal)
    try workshop.backUp(database, ["--integrity-check", "--foreign-key-check"])
    let manifest = try workshop.manifest(of: database)
    #expect(manifest["complete"]?.bool == true)
    let properties = manifest["databases"]?.array.first?["properties"]
    #expect(properties?["encoding"]?.text == encoding)
    #expect(properties?["journalMode"]?.text == (journal == "wal" ? "wal" : "delete"))
    #expect(properties?["userVersion"]?.text == "42")
    #expect(properties?["checked"]?.text == "integrity foreignKeys")
    let orders = manifest["databases"]?.array.first?["tables"]?.array.first { $0["name"]?.text == "orders" }
    #expect(orders?["rows"]?.int == 500)
    #expect(orders?["key"]?.array.map(\.text) == ["id"])

    let copy = workshop.sqlite("copy.db")
    let restore = try workshop.restore("latest", to: copy)
    #expect(restore.status == 0, "\(restore)")
    #expect(try copy.dump() == database.dump())
    #expect(try copy.integrity() == "ok")
    for pragma in ["user_version", "application_id", "encoding", "page_size", "journal_mode", "auto_vacuum"] {
      #expect(try copy.run("PRAGMA \(pragma)") == database.run("PRAGMA \(pragma)"), "\(pragma)")
    }
    try workshop.expectCoffreFindsNoErrors()
    // Nothing is left beside either of them that was not there.
    #expect(realNames(in: workshop.path).filter { $0.contains("coffre-") }.isEmpty)
  }

  @Test(arguments: Tool.restics)
  func `restic brings a file that sqlite3 opens`(_ restic: ResticProgram) throws {
    let database = workshop.sqlite()
    try database.makeEverything(journal: "wal")
    try workshop.backUp(database)
    try workshop.resticRestore(restic, "latest", to: "\(workshop.path)/restored")
    let restored = SQLiteDatabase("\(workshop.path)/restored\(Workshop.folder(of: database))/data.db")
    let sum = try Tool.named("sha256sum", package: "coreutils").run([restored.path]).output.prefix(64)
    let expected = try workshop.manifest(of: database)["databases"]?.array.first?["properties"]?["sha256"]?.text
    #expect(expected.map { $0[...] } == sum)
    #expect(try restored.dump() == database.dump())
    #expect(try restored.integrity() == "ok")
    try workshop.expectResticFindsNoErrors(restic)
  }

  @Test(arguments: [512, 1024, 2048, 8192, 16384, 32768, 65536])
  func `pages of any size`(_ pageSize: Int) throws {
    let database = workshop.sqlite("with space é.sqlite")
    try database.makeEverything(pageSize: pageSize)
    try database.run(
      "PRAGMA auto_vacuum = 2; VACUUM; DELETE FROM orders WHERE id % 3 = 0; PRAGMA incremental_vacuum(2)")
    try workshop.backUp(database)
    let copy = workshop.sqlite("copy")
    let path = "latest:\(Workshop.folder(of: database))"
    #expect(try workshop.paths().contains("\(Workshop.folder(of: database))/with space é.sqlite.db"))
    let restore = try workshop.restore(path, to: copy)
    #expect(restore.status == 0, "\(restore)")
    #expect(try copy.dump() == database.dump())
    #expect(try copy.run("PRAGMA page_size") == "\(pageSize)")
    #expect(try copy.integrity() == "ok")
  }

  @Test(arguments: ["wal", "delete", "persist"])
  func `one instant while others write`(_ journal: String) throws {
    let database = workshop.sqlite()
    try database.makeBank(journal: journal)
    let writer = try SQLiteWriter(to: database)
    try writer.waitForTransfers(50)
    for number in 0..<4 {
      let before = writer.transfers
      let backup = try workshop.backUp(database)
      let after = writer.transfers
      let copy = workshop.sqlite("copy\(number).db")
      let restore = try workshop.restore(try #require(backup.snapshot), to: copy)
      #expect(restore.status == 0, "\(restore)")
      #expect(try copy.bankProblems() == "")
      #expect(try copy.integrity() == "ok")
      let copied = try copy.number("SELECT count(*) FROM transfer")
      #expect(copied >= before && copied <= after + 1, "\(copied) transfers, \(before) before and \(after) after")
    }
    try writer.waitForTransfers(20)
    try writer.end()
    #expect(try database.bankProblems() == "")
  }

  @Test func `two databases of one folder are two snapshots`() throws {
    let (one, two) = (workshop.sqlite("one.db"), workshop.sqlite("two.db"))
    try one.run("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    try two.run("CREATE TABLE t (a); INSERT INTO t VALUES (2)")
    let report = try workshop.coffre(["backup", "sqlite:\(one.path)", "sqlite://\(two.path)"])
    #expect(report.isSuccess, "\(report)")
    let ambiguous = try workshop.restore("latest", to: workshop.sqlite("copy.db"))
    #expect(ambiguous.status == 2, "\(ambiguous)")
    for database in [one, two] {
      let copy = SQLiteDatabase(database.path + ".copy")
      let restore = try workshop.restore("latest", to: copy, ["--path", Workshop.folder(of: database)])
      #expect(restore.status == 0, "\(restore)")
      #expect(try copy.dump() == database.dump())
    }
  }

  @Test func `an empty file is an empty database`() throws {
    let database = workshop.sqlite()
    try writeRealFile(database.path, "")
    try workshop.backUp(database, ["--integrity-check"])
    let copy = workshop.sqlite("copy.db")
    #expect(try workshop.restore("latest", to: copy).status == 0)
    #expect(try copy.integrity() == "ok")
    #expect(try database.bytes.isEmpty)
  }

  /// The page that holds the locks' bytes is never used, and lies in the middle of such a database.
  @Test(.enabled(if: runsAllTests, "only with COFFRE_TEST_ALL=1"))
  func `a database beyond one gigabyte`() throws {
    let database = workshop.sqlite()
    try database.run(
      """
      PRAGMA page_size = 65536; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
      CREATE TABLE t (id INTEGER PRIMARY KEY, content BLOB);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
        INSERT INTO t SELECT i, zeroblob(1000000) FROM n;
      UPDATE t SET content = randomblob(1000) WHERE id > 1000;
      """)
    try workshop.backUp(database)
    let copy = workshop.sqlite("copy.db")
    #expect(try workshop.restore("latest", to: copy).status == 0)
    #expect(
      try copy.run("PRAGMA quick_check; SELECT count(*), sum(length(content)) FROM t")
        == database.run("PRAGMA quick_check; SELECT count(*), sum(length(content)) FROM t"))
    #expect(try copy.bytes.count > 1 << 30)
  }
}
