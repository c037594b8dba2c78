import CoffreTestKit
import MongoKit
import Testing

/// Backups that take longer than the server keeps an instant: collections are copied while others write, and the log of
/// changes makes them what they were at the end.
@Suite("MongoDB with its log of changes", .timeLimit(.minutes(10)))
struct MongoLogTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  private static let stop = "waitAfterPinningCursorBeforeGetMoreBatch"

  /// One that keeps no instant, and stops where it is told to.
  private static func makeServer(logSize: Int = 64) throws -> MongoServer {
    var options = MongoServer.Options()
    options.logSize = logSize
    options.parameters = ["enableTestCommands": "1", "minSnapshotHistoryWindowInSeconds": "0"]
    return try MongoServer(options)
  }

  /// Waits until a backup has read the beginning of a collection, and waits for the rest.
  private func waitForCopying(by program: RunningProgram, of database: String, in server: MongoServer) throws {
    let connection = try server.connect()
    let isThere = try program.waitUntil(seconds: 100) {
      if program.hasEnded { return true }
      let answer = try connection.run(["currentOp": 1, "appName": "coffre", "op": "getmore"], in: "admin")
      return try (answer["inprog"]?.document?.values() ?? []).compactMap(\.document)
        .contains { $0["ns"]?.text?.hasPrefix("\(database).") == true }
    }
    try #require(isThere && !program.hasEnded, "\(program.outputSoFar) \(program.errorsSoFar)")
  }

  /// Starts a backup that stops amid collections, and lets it go on when `body` is done.
  private func backUp(
    _ database: String, of server: MongoServer, while body: () throws -> Void
  ) throws -> CoffreReport {
    try server.run(["configureFailPoint": .string(Self.stop), "mode": "alwaysOn"])
    let backup = try workshop.start(
      ["backup", server.url(database), "--name", Workshop.mongoName], for: server)
    try waitForCopying(by: backup, of: database, in: server)
    try body()
    try server.run(["configureFailPoint": .string(Self.stop), "mode": "off"])
    return CoffreReport(try backup.wait())
  }

  @Test func `whatever is changed while it is copied, it comes back as it was at the end`() throws {
    let server = try Self.makeServer()
    let database = try MongoFixture.makeEverything(in: server)
    let report = try backUp(database, of: server) {
      try server.python(try MongoFixture.script("changes.py"), [database])
    }
    try #require(report.status == 0, "\(report)")
    let snapshot = try #require(report.snapshot)
    let end = try server.contents(of: database)
    let manifest = try workshop.mongoManifest(of: snapshot)
    let instant = try #require(manifest["instant"]?.array.first)
    #expect(instant["log"]?.text == "oplog.bson" && instant["position"]?.text != nil, "\(manifest)")
    #expect(try workshop.paths(of: snapshot).contains("/@mongodb/\(Workshop.mongoName)/oplog.bson"))

    let copy = "again_\(database)"
    let restore = try workshop.restore(snapshot, to: copy, of: server)
    #expect(restore.status == 0, "\(restore)")
    expectEqual(try server.contents(of: copy), end)
    // Who looks at the copied documents is told that they are not yet what they will be.
    let rows = try workshop.coffre(["snapshot", "rows", snapshot, "one"])
    #expect(rows.isSuccess && rows.errors.contains("oplog.bson"), "\(rows)")
  }

  @Test func `a server applies the log itself`() throws {
    let server = try Self.makeServer()
    let database = try MongoFixture.makeEverything(in: server)
    let report = try backUp(database, of: server) {
      try server.python(try MongoFixture.script("changes.py"), [database])
    }
    try #require(report.status == 0, "\(report)")
    let folder = "\(workshop.path)/files"
    let restore = try workshop.coffre(["restore", try #require(report.snapshot), "--target", folder])
    #expect(restore.isSuccess, "\(restore)")
    let files = "\(folder)/@mongodb/\(Workshop.mongoName)"
    let other = try MongoServer()
    try other.python(try MongoFixture.script("load.py"), ["\(files)/\(database)", database])
    let replayed = try other.python(try MongoFixture.script("replay.py"), ["\(files)/oplog.bson"])
    #expect(replayed.hasPrefix("replayed"), "\(replayed)")
    // Whoever inserts an empty time at the top of a document gets another one.
    for one in [server, other] {
      let times: BSONValue = ["q": ["t": ["$type": "timestamp"]], "u": ["$unset": ["t": 1]], "multi": true]
      try one.run(["update": "many", "updates": [times]], in: database)
    }
    expectEqual(try other.contents(of: database), try server.contents(of: database))
  }

  @Test func `all collections are of one instant while somebody writes`() throws {
    let server = try Self.makeServer()
    let database = server.newName("bank")
    let bank = try MongoBank(in: server, database: database)
    let writer = try bank.startWriter()
    try writer.waitForTransfers(50)
    let report = try backUp(database, of: server) { try writer.waitForTransfers(50) }
    try writer.waitForTransfers(5)
    writer.end()
    try #require(report.status == 0, "\(report)")
    let copy = "again_\(database)"
    let snapshot = try #require(report.snapshot)
    let restore = try workshop.restore(snapshot, to: copy, of: server)
    #expect(restore.status == 0, "\(restore)")
    #expect(try bank.problems(in: copy) == [])
    #expect(try bank.transfers(in: copy) >= 100)
    // The same where it takes the place of something, and for one collection alone.
    let original = try server.contents(of: copy)
    try server.run(["delete": "transfer", "deletes": [["q": [:], "limit": 0]]], in: copy)
    let replaced = try workshop.restore(snapshot, to: copy, of: server, ["--confirm", copy])
    #expect(replaced.status == 0, "\(replaced)")
    expectEqual(try server.contents(of: copy), original)
    let one = try workshop.restore(snapshot, to: copy, of: server, ["--table", "transfer=more"])
    #expect(one.status == 0, "\(one)")
    #expect(try server.contents(of: copy)["documents of more"] == original["documents of transfer"])
  }

  /// What a restore keeps in memory does not grow with the log.
  @Test(.tags(.slow), .enabled(if: runsAllTests, "only with COFFRE_TEST_ALL=1"))
  func `a long log takes little memory`() throws {
    let server = try Self.makeServer(logSize: 1200)
    let database = server.newName("long")
    try server.python(
      """
      import os, sys, pymongo
      db = pymongo.MongoClient(os.environ["URL"])[sys.argv[1]]
      db.c.insert_many([{"_id": i, "n": 0, "text": "x" * 100} for i in range(20_000)])
      """, [database])
    let report = try backUp(database, of: server) {
      try server.python(
        """
        import os, sys, pymongo
        db = pymongo.MongoClient(os.environ["URL"])[sys.argv[1]]
        for first in range(0, 30_000, 100):
            # Nothing that compresses, and nothing that is the same as before.
            db.c.bulk_write([pymongo.ReplaceOne({"_id": i}, {"b": os.urandom(11_000)}, upsert=True)
                             for i in range(first, first + 100)])
            db.c.update_one({"_id": first}, {"$set": {"seen": True}})
        """, [database])
    }
    try #require(report.status == 0, "\(report)")
    let snapshot = try #require(report.snapshot)
    let size = try workshop.coffre(["snapshot", "ls", "-l", snapshot]).output
    let log = try #require(size.split(separator: "\n").first { $0.hasSuffix("/oplog.bson") }, "\(size)")
    #expect(log.split(separator: " ").compactMap { Int($0) }.contains { $0 > 300_000_000 }, "\(log)")
    let copy = "again_\(database)"
    // A small process in between: a child's peak begins with what its parent had when it was made.
    let script = """
      import resource, subprocess, sys
      code = subprocess.call(sys.argv[1:])
      print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
      sys.exit(code)
      """
    let password = "\(workshop.path)/password-of-\(MongoServer.user)"
    let outcome = try Tool.named("python3", package: "python3").run(
      ["-c", script, Tool.coffre().path, "restore", snapshot, "--to", server.url(copy)] + workshop.access,
      workshop.settings {
        $0.environment["COFFRE_SOURCE_PASSWORD_FILE"] = password
        $0.timeLimit = 1800
      })
    #expect(outcome.isSuccess, "\(outcome)")
    let line = try #require(outcome.output.split(separator: "\n").last { $0.hasPrefix("peak ") })
    let peak = try #require(Int(line.dropFirst(5)))
    #expect(peak < 200_000_000, "\(peak) bytes at its peak")
    expectEqual(try server.contents(of: copy), try server.contents(of: database))
  }

  @Test(arguments: ["drop", "index", "rename"])
  func `a collection whose shape is changed meanwhile ends the backup`(_ change: String) throws {
    let server = try Self.makeServer()
    let database = server.newName("shape")
    let documents = (0..<500).map { BSONValue.document(["_id": .int32(Int32($0))]) }
    try server.run(["insert": "c", "documents": .list(documents)], in: database)
    try server.run(["insert": "d", "documents": [["_id": 1]]], in: database)
    let report = try backUp(database, of: server) {
      switch change {
      case "drop":
        try server.run(["drop": "d"], in: database)
        try server.run(["insert": "d", "documents": [["_id": 1]]], in: database)
      case "index": try server.run(["createIndexes": "d", "indexes": [["key": ["n": 1], "name": "n"]]], in: database)
      default: try server.run(["renameCollection": .string("\(database).d"), "to": .string("\(database).e")])
      }
      // What is made besides is no matter.
      try server.run(["create": "later"], in: database)
    }
    #expect(report.status == 14, "\(report)")
    #expect(report.error?["advice"]?.text?.contains("collections") == true, "\(report)")
    #expect(workshop.snapshotIDs == [])
  }

  @Test func `a server that keeps the instant needs no log`() throws {
    let server = try MongoServer.shared()
    let database = server.newName("kept")
    defer { try? server.dropDatabase(database) }
    try server.run(["insert": "c", "documents": [["_id": 1]]], in: database)
    let report = try workshop.backUp(database, of: server)
    let snapshot = try #require(report.snapshot)
    #expect(try !workshop.paths(of: snapshot).contains { $0.hasSuffix("oplog.bson") })
    #expect(try workshop.mongoManifest(of: snapshot)["instant"]?.array.first?["log"] == nil)
    #expect(report.lines(of: "warning").isEmpty, "\(report)")
  }
}
