import CoffreTestKit
import MongoKit
import Testing

/// Restores that fail half-way: what is said of the server is what is there.
@Suite("Restores to MongoDB that fail half-way", .timeLimit(.minutes(10)))
struct MongoReplacementTests {
  private let workshop: Workshop
  /// One that fails where it is told to.
  private let server: MongoServer
  private let database: String

  init() throws {
    workshop = try Workshop()
    var options = MongoServer.Options()
    options.parameters = ["enableTestCommands": "1"]
    server = try MongoServer(options)
    database = server.newName("replaced")
    let documents = (0..<50).map { BSONValue.document(["_id": .int32(Int32($0))]) }
    for name in ["a", "b"] { try server.run(["insert": .string(name), "documents": .list(documents)], in: database) }
  }

  /// - Parameters:
  ///   - mode: how often.
  ///   - failure: as the server's point `failCommand` takes it.
  private func fail(
    _ commands: [String], often mode: BSONValue = ["times": 1], of collection: String? = nil,
    _ failure: [(name: String, value: BSONValue)]
  ) throws {
    var data: [(name: String, value: BSONValue)] = [("failCommands", .list(commands.map { .string($0) }))]
    if let collection { data.append(("namespace", .string("\(database).\(collection)"))) }
    try server.run(
      ["configureFailPoint": "failCommand", "mode": mode, "data": .document(BSONDocument(data + failure))])
  }

  /// The server does as it is told, and says that something went wrong.
  private static let afterwards: [(name: String, value: BSONValue)] = [
    ("writeConcernError", ["code": 64, "errmsg": "nobody else knows of it"])
  ]
  private static let instead: [(name: String, value: BSONValue)] = [("errorCode", 8)]

  private func restore(_ snapshot: String, _ options: [String]) throws -> CoffreReport {
    try workshop.restore(snapshot, to: database, of: server, options)
  }

  private func backUp(_ database: String?) throws -> String {
    try #require(try workshop.backUp(database, of: server).snapshot)
  }

  /// Fails the test unless all that a restore left in the database is named, and something is.
  private func expectNamesOfRest(in report: CoffreReport, location: SourceLocation = #_sourceLocation) throws {
    let rest = try server.collections(of: database).filter { $0.hasPrefix("coffre_") }
    #expect(!rest.isEmpty, "\(report)", sourceLocation: location)
    for name in rest { #expect("\(report)".contains(name), "\(name): \(report)", sourceLocation: location) }
  }

  // MARK: Names whose change nobody was told

  enum Renamed: CaseIterable { case former, formerLater, new }

  @Test(arguments: Renamed.allCases)
  func `a database is put back as it was`(_ which: Renamed) throws {
    let snapshot = try backUp(database)
    switch which {
    case .former, .formerLater: try server.run(["delete": "a", "deletes": [["q": [:], "limit": 1]]], in: database)
    case .new:
      // Nothing is renamed but what was loaded.
      try server.dropDatabase(database)
      try server.run(["create": "view", "viewOn": "a", "pipeline": []], in: database)
    }
    let before = try server.contents(of: database)
    let collection: String? = which == .new ? nil : which == .former ? "a" : "b"
    try fail(["renameCollection"], of: collection, Self.afterwards)
    let report = try restore(snapshot, ["--confirm", database])
    #expect(report.status == 1 && "\(report)".contains("is as it was"), "\(report)")
    expectEqual(try server.contents(of: database), before)
    let again = try restore(snapshot, ["--confirm", database])
    #expect(again.status == 0, "\(again)")
    #expect(try server.collections(of: database) == ["a", "b"])
  }

  @Test func `a collection that was added goes again`() throws {
    let snapshot = try backUp(database)
    let before = try server.contents(of: database)
    try fail(["renameCollection"], Self.afterwards)
    let report = try restore(snapshot, ["--table", "a=a_old"])
    #expect(report.status == 1 && "\(report)".contains("nothing else was changed"), "\(report)")
    expectEqual(try server.contents(of: database), before)
  }

  // MARK: Behind the point of no return

  @Test func `what is not in place is told, and the next restore puts it there`() throws {
    try server.run(["create": "series", "timeseries": ["timeField": "t"]], in: database)
    try server.run(["insert": "series", "documents": [["t": .date(1_700_000_000_000), "x": 1]]], in: database)
    let login = try server.createUser(["role": "read", "db": .string(database)])
    let original = try server.contents(of: database)
    let snapshot = try backUp(nil)
    try server.run(["dropUser": .string(login.user)])
    try server.run(["insert": "a", "documents": [["_id": "later"]]], in: database)
    try fail(["drop"], of: "series", Self.instead)
    let options = ["--database", database, "--confirm", database, "--globals"]
    let report = try restore(snapshot, options)
    #expect(report.status == 1, "\(report)")
    #expect("\(report)".contains("could not be put in place: series"), "\(report)")
    for words in ["is as it was", "nothing else was changed"] { #expect(!"\(report)".contains(words), "\(report)") }
    try expectNamesOfRest(in: report)
    #expect(throws: (any Error).self) { try server.connect(as: login) }
    #expect(try server.count("a", of: database) == 50)
    let again = try restore(snapshot, options)
    #expect(again.status == 0, "\(again)")
    expectEqual(try server.contents(of: database), original)
    #expect(throws: Never.self) { try server.connect(as: login) }
  }

  @Test func `former collections that stay are named`() throws {
    let snapshot = try backUp(database)
    try server.run(["delete": "a", "deletes": [["q": [:], "limit": 0]]], in: database)
    try fail(["drop"], Self.instead)
    let report = try restore(snapshot, ["--confirm", database])
    #expect(report.status == 1 && "\(report)".contains("has all that the snapshot has"), "\(report)")
    #expect(!"\(report)".contains("is as it was"), "\(report)")
    try expectNamesOfRest(in: report)
    #expect(try server.count("a", of: database) == 50)
  }

  // MARK: Users and roles

  @Test func `users that could not be removed are named, and so are their hashes`() throws {
    let login = try server.createUser(["role": "read", "db": .string(database)])
    try server.run(["createRole": "teller", "roles": [], "privileges": []])
    let snapshot = try backUp(nil)
    try server.run(["dropUser": .string(login.user)])
    try server.run(["dropRole": "teller"])
    try fail(["create", "dropUser", "dropRole", "drop"], often: "alwaysOn", Self.instead)
    let report = try workshop.restore(
      snapshot, to: "again_\(database)", of: server, ["--database", database, "--globals"])
    #expect(report.status == 1 && !"\(report)".contains("nothing else was changed"), "\(report)")
    let rest = try server.collections(of: "admin").filter { $0.hasPrefix("coffre_") }.map { "admin.\($0)" }
    #expect(rest.count == 2)
    for name in rest + ["user admin.\(login.user)", "role admin.teller"] {
      #expect("\(report)".contains(name), "\(name): \(report)")
    }
    #expect(throws: Never.self) { try server.connect(as: login) }
  }

  @Test func `a server that is gone when users should be removed`() throws {
    let login = try server.createUser(["role": "read", "db": .string(database)])
    let snapshot = try backUp(nil)
    try server.run(["dropUser": .string(login.user)])
    try fail(["create"], often: "alwaysOn", [("blockConnection", true), ("blockTimeMS", 600_000)])
    let program = try workshop.start(
      ["restore", snapshot, "--to", server.url("again_\(database)"), "--database", database, "--globals"], for: server)
    let isThere = try program.waitUntil(seconds: 100) {
      let found = try server.connect().run(["usersInfo": .string(login.user)], in: "admin")
      return try program.hasEnded || found["users"]?.document?.values().isEmpty == false
    }
    #expect(isThere && !program.hasEnded)
    server.kill()
    let report = CoffreReport(try program.wait())
    // Another connection may have been about to say who it is.
    #expect(report.status != 0, "\(report)")
    for name in ["user admin.\(login.user)", "again_\(database)"] {
      #expect("\(report)".contains(name), "\(name): \(report)")
    }
  }
}
