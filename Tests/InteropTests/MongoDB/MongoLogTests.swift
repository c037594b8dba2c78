import CoffreTestKit
import MongoKit
import Testing

/// Backups that take longer than the server keeps an instant: collections are copied while others write, and the log of
/// changes makes them what they were at the end.
@Suite("MongoDB with its log of changes", .timeLimit(.minutes(10)))
struct MongoLogTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop() }

  private static let stop = "waitAfterPinningCursorBeforeGetMoreBatch"

  /// One that keeps no instant, and stops where it is told to.
  static func makeServer(logSize: Int = 64, parameters: [String: String] = [:]) throws -> MongoServer {
    var options = MongoServer.Options()
    options.logSize = logSize
    options.parameters = ["enableTestCommands": "1", "minSnapshotHistoryWindowInSeconds": "0"]
      .merging(parameters) { $1 }
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
  func backUp(
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

  /// It stands in several entries of the log, and is more than a backup keeps in memory of one.
  @Test func `a large transaction comes back whole`() throws {
    let server = try Self.makeServer(
      logSize: 200, parameters: ["maxNumberOfTransactionOperationsInSingleOplogEntry": "4"])
    let database = server.newName("large")
    let documents = (0..<500).map { BSONValue.document(["_id": .int32(Int32($0))]) }
    for name in ["c", "d"] { try server.run(["insert": .string(name), "documents": .list(documents)], in: database) }
    let report = try backUp(database, of: server) {
      try server.python(
        """
        import os, sys, pymongo
        client = pymongo.MongoClient(os.environ["URL"])
        db = client[sys.argv[1]]
        def change(session):
            for i in range(10):
                db.d.replace_one({"_id": i}, {"b": os.urandom(1_000_000)}, session=session)
                db.c.delete_one({"_id": i}, session=session)
            db.c.insert_one({"_id": 3, "again": True}, session=session)
        with client.start_session() as session: session.with_transaction(change)
        db.d.update_one({"_id": 5}, {"$set": {"seen": True}})
        """, [database])
    }
    try #require(report.status == 0, "\(report)")
    let parts = try server.connect().all(["find": "oplog.rs", "filter": ["o.partialTxn": true]], in: "local")
    #expect(parts.count >= 2)
    let copy = "again_\(database)"
    let restore = try workshop.restore(try #require(report.snapshot), to: copy, of: server)
    #expect(restore.status == 0, "\(restore)")
    expectEqual(try server.contents(of: copy), try server.contents(of: database))
    #expect(try server.count("c", of: copy) == 491)
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
