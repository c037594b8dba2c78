import CoffreTestKit
import Glibc
import Testing

/// Restoring over, beside and into SQLite databases.
@Suite("Restoring SQLite databases", .timeLimit(.minutes(10)))
struct SQLiteRestoreTests {
  private let workshop: Workshop
  private let database: SQLiteDatabase

  init() throws {
    workshop = try Workshop()
    database = workshop.sqlite()
  }

  private func kept() -> [String] { realNames(in: workshop.path).filter { $0.hasPrefix("data.db_before_") } }
  private func litter() -> [String] { realNames(in: workshop.path).filter { $0.contains(".coffre-") } }

  private func expectRefused(
    _ report: CoffreReport, _ status: Int32 = 1, saying words: [String], location: SourceLocation = #_sourceLocation
  ) {
    #expect(report.status == status, "\(report)", sourceLocation: location)
    let said = report.outcome.output + report.outcome.errors
    for word in words { #expect(said.contains(word), "no '\(word)': \(report)", sourceLocation: location) }
    #expect(litter().isEmpty, "\(litter())", sourceLocation: location)
  }

  @Test(arguments: ["delete", "wal"])
  func `what exists is replaced only if its name is typed, and is kept`(_ journal: String) throws {
    try database.makeEverything(journal: journal)
    let old = try database.dump()
    let backup = try #require(try workshop.backUp(database).snapshot)
    try database.run("DELETE FROM orders; PRAGMA user_version = 43")
    let changed = try database.dump()
    if isRoot {
      let outcome = try Tool.named("chown", package: "coreutils").run(["65534:65534", database.path])
      try #require(outcome.isSuccess)
    }
    try #require(try Tool.named("chmod", package: "coreutils").run(["0640", database.path]).isSuccess)

    expectRefused(try workshop.restore(backup, to: database), saying: ["exists", "--confirm data.db"])
    expectRefused(try workshop.restore(backup, to: database, ["--confirm", "other.db"]), saying: ["--confirm data.db"])
    #expect(try database.dump() == changed)
    let restore = try workshop.restore(backup, to: database, ["--confirm", "data.db"])
    #expect(restore.status == 0, "\(restore)")
    #expect(try database.dump() == old)
    #expect(try database.run("PRAGMA user_version") == "42")
    let status = try realStatus(database.path)
    #expect(status.mode & 0o777 == 0o640 && (!isRoot || status.userID == 65534))
    // Twice what was there: beside, and in the repository.
    #expect(kept().count == 1)
    #expect(try workshop.sqlite(try #require(kept().first)).dump() == changed)
    #expect(workshop.snapshotIDs.count == 2)
    let again = workshop.sqlite("again.db")
    #expect(try workshop.restore("latest", to: again).status == 0)
    #expect(try again.dump() == changed)
    #expect(litter().isEmpty)
    for ending in ["-wal", "-journal"] {
      let file = database.path + ending
      let content = realEntryExists(file) ? try readRealFile(file) : []
      #expect(content.isEmpty, "\(ending)")
    }
  }

  /// The trap: a new database is read with the log of an old one, and both are lost.
  @Test func `an old log is never read with a new database`() throws {
    try database.makeBank(journal: "wal")
    let backup = try #require(try workshop.backUp(database).snapshot)
    let old = try database.dump()
    let writer = try SQLiteWriter(to: database)
    try writer.waitForTransfers(40)
    // While it writes, it is refused.
    expectRefused(try workshop.restore(backup, to: database, ["--confirm", "data.db"]), saying: ["in use"])
    try writer.waitForTransfers(10)
    try writer.end()
    // Killed: its log lies there, full.
    #expect(try readRealFile(database.path + "-wal").count > 10_000)
    let restore = try workshop.restore(backup, to: database, ["--confirm", "data.db"])
    #expect(restore.status == 0, "\(restore)")
    #expect(try database.dump() == old)
    #expect(try database.integrity() == "ok")
    let before = workshop.sqlite(try #require(kept().first))
    #expect(try before.bankProblems() == "")
    #expect(try before.number("SELECT transfers FROM counter") >= 50)

    // The database is gone, and left its log.
    let lonely = workshop.sqlite("lonely.db")
    for ending in ["-wal", "-journal"] { try writeRealFile(lonely.path + ending, seededBytes(3, count: 40_000)) }
    #expect(try workshop.restore(backup, to: lonely).status == 0)
    #expect(try lonely.dump() == old)
    #expect(!realEntryExists(lonely.path + "-journal"))
    #expect(realNames(in: workshop.path).filter { $0.hasPrefix("lonely.db_before_") }.count == 2)
  }

  @Test func `a database that is only kept open is in use`() throws {
    try database.run("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    let backup = try #require(try workshop.backUp(database).snapshot)
    let holder = try Tool.named("python3", package: "python3").start([
      "-u", "-c",
      "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM t').fetchall(); "
        + "print('open'); time.sleep(600)", database.path,
    ])
    #expect(holder.waitUntil { holder.outputSoFar.contains("open") })
    let report = try workshop.restore(backup, to: database, ["--confirm", "data.db"])
    expectRefused(report, saying: ["in use", "\(holder.processID)"])
    holder.kill(SIGKILL)
    try holder.wait()
    #expect(try workshop.restore(backup, to: database, ["--confirm", "data.db"]).status == 0)
  }

  @Test func `a table comes back into a database that exists`() throws {
    try database.makeEverything()
    let backup = try #require(try workshop.backUp(database).snapshot)
    let all = "SELECT *, rowid FROM"
    let orders = try database.run("\(all) orders ORDER BY id")
    let log = try database.run("\(all) log")
    try database.run("DELETE FROM orders WHERE id > 250; DROP TABLE log")
    let restore = try workshop.restore(
      backup, to: database, ["--table", "orders=orders_old", "--table", "log", "--table", "words=w2"])
    #expect(restore.status == 0, "\(restore)")
    #expect(try database.run("\(all) orders_old ORDER BY id") == orders)
    #expect(try database.run("\(all) log") == log)
    #expect(try database.run("SELECT count(*) FROM orders") == "250")
    #expect(try database.integrity() == "ok")
    let indexes = try database.run(
      "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'orders_old' ORDER BY 1")
    #expect(indexes.split(separator: "\n").count == 3, "\(indexes)")
    // Its trigger speaks of the new table.
    try database.run("INSERT INTO orders_old(id, customer, cents) VALUES (9999, 1, 1)")
    #expect(try database.run("SELECT text FROM log ORDER BY rowid DESC LIMIT 1") == "order 9999; of 1")

    let before = try database.dump()
    expectRefused(
      try workshop.restore(backup, to: database, ["--table", "orders"]),
      saying: ["has a table 'orders'", "--table orders=NEW"])
    expectRefused(try workshop.restore(backup, to: database, ["--table", "missing"]), saying: ["no table"])
    // All or nothing.
    expectRefused(
      try workshop.restore(backup, to: database, ["--table", "words=w3", "--table", "search"]), saying: ["'search'"])
    #expect(try database.dump() == before)
  }

  // MARK: Files

  @Test func `files of SQLite are restored by their content`() throws {
    try database.makeEverything(encoding: "UTF-16le", journal: "wal")
    let dump = try database.dump()
    let image = "\(workshop.path)/one.sqlite"
    let script = "\(workshop.path)/two.sql"
    for file in [image, script] {
      let outcome = try workshop.coffre(["source", "dump", "sqlite:\(database.path)", "-o", file])
      #expect(outcome.isSuccess, "\(outcome)")
      #expect(try realStatus(file).mode & 0o777 == 0o600)
    }
    let vendor = "\(workshop.path)/vendor.sql"
    try writeRealFile(vendor, dump + "\n")
    for file in [image, script, vendor] {
      let outcome = try Tool.named("gzip", package: "gzip").run(["-k", file])
      #expect(outcome.isSuccess)
      let other = try Tool.named("zstd", package: "zstd").run(["-q", "-k", file])
      #expect(other.isSuccess)
    }
    // What the name says does not count.
    let misnamed = "\(workshop.path)/misnamed.sql"
    try writeRealFile(misnamed, readRealFile(vendor + ".zst"))
    let compressed = [image, script, vendor].flatMap { [$0 + ".gz", $0 + ".zst"] }
    for (number, file) in ([image, script, vendor, misnamed] + compressed).enumerated() {
      let copy = workshop.sqlite("copy\(number).db")
      let report = try workshop.coffreJSON(["restore", file, "--to", "sqlite:\(copy.path)"])
      #expect(report.status == 0, "\(report)")
      #expect(try copy.integrity() == "ok")
      #expect(try copy.run("SELECT count(*) FROM search WHERE search MATCH 'order'") == "500")
      guard !file.hasPrefix(vendor), file != misnamed else { continue }
      // Byte for byte, also what the text of the sqlite3 program cannot say.
      let values = "SELECT hex(CAST(name AS BLOB)), quote(rate), hex(photo), typeof(anything), anything FROM customers"
      #expect(try copy.run(values) == database.run(values))
      #expect(try copy.run("PRAGMA user_version; PRAGMA encoding") == "42\nUTF-16le")
      if !file.contains(".sql") || file.contains("sqlite") { #expect(try copy.dump() == dump) }
    }
    #expect(litter().isEmpty)
  }

  @Test func `a script that is not whole changes nothing`() throws {
    try database.makeEverything()
    let dump = Array(try database.dump().utf8)
    let file = "\(workshop.path)/cut.sql"
    let target = workshop.sqlite("target.db")
    for end in [dump.count / 3, dump.count / 2, dump.count - 8] {
      try writeRealFile(file, Array(dump[..<end]))
      expectRefused(
        try workshop.coffreJSON(["restore", file, "--to", "sqlite:\(target.path)"]), saying: ["not whole"])
    }
    try writeRealFile(file, "BEGIN;\nCREATE TABLE t (a);\nROLLBACK; -- due to errors\n")
    expectRefused(try workshop.coffreJSON(["restore", file, "--to", "sqlite:\(target.path)"]), saying: ["nothing"])
    try writeRealFile(file, "CREATE TABLE t (a);\n.shell touch /tmp/owned\n")
    expectRefused(try workshop.coffreJSON(["restore", file, "--to", "sqlite:\(target.path)"]), saying: [".shell"])
    try writeRealFile(file, "CREATE TABLE t (a);\nATTACH '\(database.path)' AS other;\nDROP TABLE other.orders;\n")
    expectRefused(
      try workshop.coffreJSON(["restore", file, "--to", "sqlite:\(target.path)"]), saying: ["line 2"])
    try writeRealFile(file, Array(try database.bytes.prefix(40_000)))
    expectRefused(try workshop.coffreJSON(["restore", file, "--to", "sqlite:\(target.path)"]), 14, saying: [])
    #expect(!realEntryExists(target.path))
    #expect(try database.run("SELECT count(*) FROM orders") == "500")
  }

  @Test func `a file takes the place of a database after a backup of it`() throws {
    try database.run("CREATE TABLE t (a); INSERT INTO t VALUES ('old')")
    let file = "\(workshop.path)/new.sql"
    try writeRealFile(file, "CREATE TABLE t (a);\nINSERT INTO t VALUES ('new');\n")
    expectRefused(try workshop.coffreJSON(["restore", file, "--to", "sqlite:\(database.path)"]), saying: ["--confirm"])
    let report = try workshop.coffreJSON(
      ["restore", file, "--to", "sqlite:\(database.path)", "--confirm", "data.db"])
    #expect(report.status == 0, "\(report)")
    #expect(try database.run("SELECT a FROM t") == "new")
    #expect(workshop.snapshotIDs.count == 1)
    #expect(try workshop.sqlite(try #require(kept().first)).run("SELECT a FROM t") == "old")
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a full disk leaves the target as it was`() throws {
    try database.run("CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(6000000))")
    let backup = try #require(try workshop.backUp(database).snapshot)
    let mount = try MemoryMount(at: "\(workshop.path)/small", options: "size=4m")
    let target = SQLiteDatabase("\(workshop.path)/small/data.db")
    try target.run("CREATE TABLE u (a)")
    let report = try workshop.restore(backup, to: target, ["--confirm", "data.db"])
    expectRefused(report, 21, saying: [])
    #expect(try target.run("SELECT name FROM sqlite_master") == "u")
    #expect(realNames(in: "\(workshop.path)/small") == ["data.db"])
    _ = mount
  }
}
