import CoffreTestKit
import Glibc
import MongoKit
import Testing

/// What breaks, and what nobody may do: a clear error, no snapshot, nothing half made.
@Suite("Faults of MongoDB", .timeLimit(.minutes(10)))
struct MongoFaultTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  /// A server that stops where it is told to.
  private static func makeServer() throws -> MongoServer {
    var options = MongoServer.Options()
    options.parameters = ["enableTestCommands": "1"]
    return try MongoServer(options)
  }

  /// Of more than one batch.
  private func makeDatabase(in server: MongoServer) throws -> String {
    let database = server.newName("faults")
    let documents = (0..<500).map { BSONValue.document(["_id": .int32(Int32($0))]) }
    try server.run(["insert": "c", "documents": .list(documents)], in: database)
    return database
  }

  private func stop(at point: String, of server: MongoServer) throws {
    try server.run(["configureFailPoint": .string(point), "mode": "alwaysOn"])
  }

  private func goOn(at point: String, of server: MongoServer) throws {
    try server.run(["configureFailPoint": .string(point), "mode": "off"])
  }

  /// Waits until Coffre waits for the server to do this.
  private func wait(for kind: String, by program: RunningProgram, of server: MongoServer) throws -> [BSONDocument] {
    var found: [BSONDocument] = []
    let connection = try server.connect()
    let isThere = try program.waitUntil(seconds: 100) {
      if program.hasEnded { return true }
      let answer = try connection.run(["currentOp": 1, "appName": "coffre", "op": .string(kind)], in: "admin")
      // The tests speak through the same library: by their name they are all Coffre.
      found = try (answer["inprog"]?.document?.values() ?? []).compactMap(\.document)
        .filter { $0["ns"]?.text?.contains("faults") == true }
      return !found.isEmpty
    }
    try #require(isThere && !found.isEmpty, "\(program.outputSoFar) \(program.errorsSoFar)")
    return found
  }

  /// Waits until a restore that was told to end drops what it made, or has done so.
  private func waitForUndoing(by restore: RunningProgram, of server: MongoServer) throws {
    let connection = try server.connect()
    let isSeen = try restore.waitUntil(seconds: 100) {
      if restore.hasEnded { return true }
      let answer = try connection.run(["currentOp": 1, "appName": "coffre", "op": "command"], in: "admin")
      return try (answer["inprog"]?.document?.values() ?? []).compactMap { $0.document?["command"]?.document }
        .contains { $0["dropDatabase"] != nil || $0["drop"] != nil }
    }
    #expect(isSeen)
  }

  @Test func `a server that is killed during a backup`() throws {
    let server = try Self.makeServer()
    let database = try makeDatabase(in: server)
    try stop(at: "waitAfterPinningCursorBeforeGetMoreBatch", of: server)
    let backup = try workshop.start(["backup", server.url(database)], for: server)
    _ = try wait(for: "getmore", by: backup, of: server)
    server.kill()
    let report = CoffreReport(try backup.wait())
    #expect(report.status == 14, "\(report)")
    #expect(report.error?["advice"]?.text?.isEmpty == false, "\(report)")
    #expect(workshop.snapshotIDs == [])
  }

  /// The library takes that for a refusal.
  @Test func `a server that goes away while somebody logs in`() throws {
    let server = try Self.makeServer()
    let database = try makeDatabase(in: server)
    #expect(try workshop.backUp(database, of: server).status == 0)
    try server.run([
      "configureFailPoint": "failCommand", "mode": "alwaysOn",
      "data": ["failCommands": ["saslStart", "saslContinue"], "closeConnection": true],
    ])
    let backup = CoffreReport(try workshop.start(["backup", server.url(database)], for: server).wait())
    #expect(backup.status == 14, "\(backup)")
    let test = CoffreReport(try workshop.start(["source", "test", server.url(database)], for: server).wait())
    #expect(test.status == 14, "\(test)")
    let words = ["restore", "latest", "--to", server.url(server.newName("back"))]
    let restore = CoffreReport(try workshop.start(words, for: server).wait())
    #expect(restore.status == 13, "\(restore)")
    for report in [backup, test, restore] {
      #expect(report.error?["advice"]?.text?.contains("password") != true, "\(report)")
    }
    #expect(workshop.snapshotIDs.count == 1)
  }

  @Test func `a cursor that somebody ends`() throws {
    let server = try Self.makeServer()
    let database = try makeDatabase(in: server)
    try stop(at: "waitAfterPinningCursorBeforeGetMoreBatch", of: server)
    let backup = try workshop.start(["backup", server.url(database)], for: server)
    let waiting = try #require(try wait(for: "getmore", by: backup, of: server).first)
    let id = try #require(waiting["command"]?.document?["getMore"])
    try server.run(["killCursors": "c", "cursors": [id]], in: database)
    try goOn(at: "waitAfterPinningCursorBeforeGetMoreBatch", of: server)
    let report = CoffreReport(try backup.wait())
    #expect(report.status == 14, "\(report)")
    #expect(workshop.snapshotIDs == [])
    // The server is as it was.
    #expect(try workshop.backUp(database, of: server).status == 0)
  }

  @Test(arguments: [(signal: SIGINT, status: 130), (SIGTERM, 143)] as [(signal: Int32, status: Int32)])
  func `coffre that is stopped while it waits`(_ example: (signal: Int32, status: Int32)) throws {
    let server = try Self.makeServer()
    let database = try makeDatabase(in: server)
    try stop(at: "waitAfterPinningCursorBeforeGetMoreBatch", of: server)
    let backup = try workshop.start(["backup", server.url(database)], for: server)
    _ = try wait(for: "getmore", by: backup, of: server)
    backup.signal(example.signal)
    let outcome = try backup.wait()
    #expect(outcome.status == example.status, "\(outcome)")
    #expect(workshop.snapshotIDs == [])
  }

  /// Left to itself, the library makes a file in memory, which nobody removes then.
  @Test func `coffre that is killed leaves nothing in memory`() throws {
    let server = try Self.makeServer()
    let database = try makeDatabase(in: server)
    try stop(at: "waitAfterPinningCursorBeforeGetMoreBatch", of: server)
    let backup = try workshop.start(["backup", server.url(database)], for: server)
    _ = try wait(for: "getmore", by: backup, of: server)
    let id = backup.processID
    let mapped = String(decoding: try readRealFile("/proc/\(id)/maps"), as: UTF8.self)
    #expect(mapped.contains("libmongoc") && !mapped.contains("/dev/shm"), "\(mapped)")
    backup.signal(SIGKILL)
    let outcome = try backup.wait()
    #expect(!outcome.errors.contains("counters"), "\(outcome)")
    #expect(!realEntryExists("/dev/shm/mongoc-\(id)"))
  }

  @Test func `coffre that is stopped during a restore leaves nothing`() throws {
    let server = try Self.makeServer()
    let database = try makeDatabase(in: server)
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    let before = try server.contents(of: database)
    try stop(at: "hangDuringBatchInsert", of: server)
    for options in [[], ["--confirm", database]] {
      let target = options.isEmpty ? "again_\(database)" : database
      let restore = try workshop.start(["restore", snapshot, "--to", server.url(target)] + options, for: server)
      _ = try wait(for: "insert", by: restore, of: server)
      restore.signal(SIGTERM)
      // What it made is removed once the server lets go of it: that it is asked to shows that the signal came.
      try waitForUndoing(by: restore, of: server)
      try goOn(at: "hangDuringBatchInsert", of: server)
      let outcome = try restore.wait()
      #expect(outcome.status == 143, "\(outcome)")
      #expect(try !server.databases().contains("again_\(database)"), "\(outcome)")
      expectEqual(try server.contents(of: database), before)
      try stop(at: "hangDuringBatchInsert", of: server)
    }
  }

  @Test func `what somebody else made meanwhile stays`() throws {
    let server = try Self.makeServer()
    let database = try makeDatabase(in: server)
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    try stop(at: "hangDuringBatchInsert", of: server)
    let copy = "again_\(database)"
    let restore = try workshop.start(["restore", snapshot, "--to", server.url(copy)], for: server)
    _ = try wait(for: "insert", by: restore, of: server)
    try server.run(["create": "theirs"], in: copy)
    restore.signal(SIGTERM)
    try waitForUndoing(by: restore, of: server)
    try goOn(at: "hangDuringBatchInsert", of: server)
    let outcome = try restore.wait()
    #expect(outcome.status == 143, "\(outcome)")
    #expect(try server.collections(of: copy) == ["theirs"])
  }

  @Test func `a database whose replacement fails is put back`() throws {
    let server = try Self.makeServer()
    let database = try makeDatabase(in: server)
    try server.run(["create": "view", "viewOn": "c", "pipeline": [["$limit": 1]]], in: database)
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    try server.run(["insert": "later", "documents": [["_id": 1]]], in: database)
    try server.run(["delete": "c", "deletes": [["q": ["_id": 5], "limit": 1]]], in: database)
    try server.run(["createIndexes": "c", "indexes": [["key": ["n": 1], "name": "n"]]], in: database)
    let before = try server.contents(of: database)
    // The view is made when all collections have their new names.
    try server.run(
      [
        "configureFailPoint": "failCommand", "mode": ["times": 1],
        "data": ["failCommands": ["create"], "namespace": .string("\(database).view"), "errorCode": 8],
      ])
    let report = try workshop.restore(snapshot, to: database, of: server, ["--confirm", database])
    #expect(report.status == 1, "\(report)")
    #expect("\(report)".contains("is as it was"), "\(report)")
    expectEqual(try server.contents(of: database), before)
    // Now nothing is in the way.
    let again = try workshop.restore(snapshot, to: database, of: server, ["--confirm", database])
    #expect(again.status == 0, "\(again)")
    #expect(try server.collections(of: database) == ["c", "view"])
    #expect(try server.count("c", of: database) == 500)
  }

  @Test func `a server that is killed during a restore`() throws {
    let server = try Self.makeServer()
    let database = try makeDatabase(in: server)
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    let before = try server.contents(of: database)
    try stop(at: "hangDuringBatchInsert", of: server)
    let restore = try workshop.start(["restore", snapshot, "--to", server.url("again_\(database)")], for: server)
    _ = try wait(for: "insert", by: restore, of: server)
    server.kill()
    let report = CoffreReport(try restore.wait())
    #expect(report.status == 13, "\(report)")
    #expect("\(report)".contains("again_\(database)"), "nobody says what is left over: \(report)")
    try server.start()
    try server.waitForPrimary()
    expectEqual(try server.contents(of: database), before)
  }

  @Test func `who may not read gets no backup`() throws {
    let server = try MongoServer.shared()
    let database = try makeDatabase(in: server)
    defer { try? server.dropDatabase(database) }
    try server.run(["insert": "d", "documents": [["_id": 1]]], in: database)
    let role = "part_\(database)"
    try server.run(
      [
        "createRole": .string(role), "roles": [],
        "privileges": [
          ["resource": ["db": .string(database), "collection": ""], "actions": ["listCollections", "listIndexes"]],
          ["resource": ["db": .string(database), "collection": "c"], "actions": ["find"]],
        ],
      ])
    let login = try server.createUser(.string(role))
    let arguments = ["backup", server.url(database, user: login.user)]
    let refused = try workshop.coffre(arguments, for: server, as: login)
    #expect(refused.status == 14, "\(refused)")
    #expect("\(refused)".contains("d.bson"), "\(refused)")
    #expect(workshop.snapshotIDs == [])
    let partial = try workshop.coffre(arguments + ["--allow-partial"], for: server, as: login)
    #expect(partial.status == 3, "\(partial)")
    #expect(workshop.snapshotIDs.count == 1)
    let tested = try workshop.coffre(
      ["source", "test", server.url(database, user: login.user)], for: server, as: login)
    #expect("\(tested)".contains("\(database).d"), "\(tested)")
    // What is enough to read all of it.
    let reader = try server.createUser(["role": "read", "db": .string(database)])
    let whole = try workshop.coffre(["backup", server.url(database, user: reader.user)], for: server, as: reader)
    #expect(whole.status == 0, "\(whole)")
  }

  @Test func `a wrong password, and a server that is not there`() throws {
    let server = try MongoServer.shared()
    let wrong = try workshop.coffre(
      ["backup", server.url(nil)], for: server, as: MongoLogin(user: MongoServer.user, password: "sesame-open"))
    #expect(wrong.status == 14, "\(wrong)")
    #expect("\(wrong)".contains("--source-password-file"), "\(wrong)")
    #expect(!"\(wrong.outcome.output)\(wrong.outcome.errors)".contains("sesame"))
    let port = try LoopbackPort.free().number
    let nobody = try workshop.coffre(["backup", "mongodb://127.0.0.1:\(port)/x"], for: server)
    #expect(nobody.status == 14, "\(nobody)")
    let inAddress = try workshop.coffre(["backup", "mongodb://me:sesame-open@127.0.0.1/"], for: server)
    #expect(inAddress.status == 2 && !inAddress.outcome.errors.contains("sesame"), "\(inAddress)")
  }

  @Test func `nobody gets to see a password`() throws {
    let server = try Self.makeServer()
    let database = try makeDatabase(in: server)
    try stop(at: "waitAfterPinningCursorBeforeGetMoreBatch", of: server)
    let program = try workshop.start(
      ["backup", server.url(database), "--verbose", "--verbose"], for: server)
    _ = try wait(for: "getmore", by: program, of: server)
    var watch = ProcessWatch(secrets: [MongoServer.password, Workshop.password])
    watch.look(at: program.processID)
    try goOn(at: "waitAfterPinningCursorBeforeGetMoreBatch", of: server)
    let outcome = try program.wait()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(watch.arguments == [] && watch.programs == [])
    for secret in [MongoServer.password, Workshop.password] {
      #expect(!"\(outcome.output)\(outcome.errors)".contains(secret))
      for journal in workshop.journals {
        #expect(!String(decoding: try readRealFile(journal), as: UTF8.self).contains(secret), "\(journal)")
      }
    }
    #expect(!server.log.contains("server of the tests"))
  }
}
