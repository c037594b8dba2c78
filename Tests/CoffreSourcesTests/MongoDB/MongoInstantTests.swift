import CoffreCore
import CoffreSystem
import CoffreTestKit
import MongoKit
import Testing

@testable import CoffreSources

/// What changes on the server between the instant and the moment that a collection is read.
@Suite("Instants of MongoDB", .timeLimit(.minutes(10)))
struct MongoInstantTests {
  private func open(
    _ server: MongoServer, _ database: String, as login: MongoLogin = .superuser
  ) throws -> DatabaseSession {
    let settings = DatabaseSettings(
      location: try DatabaseLocation(server.url(database, user: login.user)), password: Secret(login.password),
      connectionCount: 2)
    return DatabaseSession(try MongoBackup(settings, cancellation: Cancellation()))
  }

  /// The documents of a collection, as a backup would take them.
  private func read(_ file: String, of session: DatabaseSession) throws -> [BSONDocument] {
    var directory = try session.top.open()
    var listing = try directory.list()
    while !listing.entries.indices.contains(where: { displayed(listing.name(of: $0)) == file }) {
      let folder = try #require(listing.entries.indices.first { listing.entries[$0].attributes.kind == .directory })
      directory = try directory.directory(folder, in: listing).open()
      listing = try directory.list()
    }
    let index = try #require(listing.entries.indices.first { displayed(listing.name(of: $0)) == file })
    let reader = try directory.read(index, part: 0, in: listing)
    var feed = DocumentFeed(reader, of: Array(file.utf8), progress: { _ in })
    var bytes: [UInt8] = []
    var ends: [Int] = []
    var all: [BSONDocument] = []
    while try feed.next(into: &bytes, ends: &ends, upTo: 1 << 20, count: 1) { all.append(try BSONDocument(bytes)) }
    return all
  }

  private func withDatabase(_ server: MongoServer, _ body: (String) throws -> Void) throws {
    let database = server.newName("instant")
    defer { try? server.dropDatabase(database) }
    try server.run(["insert": "c", "documents": [["_id": 1, "n": 1], ["_id": 2, "n": 1]]], in: database)
    try server.run(["insert": "d", "documents": [["_id": 1]]], in: database)
    try body(database)
  }

  @Test func `what is written afterwards is not seen`() throws {
    let server = try MongoServer.shared()
    try withDatabase(server) { database in
      let session = try open(server, database)
      defer { session.close() }
      try server.run(["insert": "c", "documents": [["_id": 3]]], in: database)
      try server.run(["update": "c", "updates": [["q": ["_id": 1], "u": ["$set": ["n": 2]]]]], in: database)
      try server.run(["delete": "c", "deletes": [["q": ["_id": 2], "limit": 1]]], in: database)
      try server.run(["createIndexes": "c", "indexes": [["key": ["n": 1], "name": "n"]]], in: database)
      #expect(try read("c.bson", of: session) == [["_id": 1, "n": 1], ["_id": 2, "n": 1]])
    }
  }

  enum Change: CaseIterable { case drop, dropAndMake, rename, replace, dropDatabase }

  @Test(arguments: Change.allCases)
  func `a collection that goes ends the backup`(_ change: Change) throws {
    let server = try MongoServer.shared()
    try withDatabase(server) { database in
      let session = try open(server, database)
      defer { session.close() }
      switch change {
      case .drop: try server.run(["drop": "c"], in: database)
      case .dropAndMake:
        try server.run(["drop": "c"], in: database)
        try server.run(["insert": "c", "documents": [["_id": 1, "n": 1]]], in: database)
      case .rename:
        try server.run(["renameCollection": .string("\(database).c"), "to": .string("\(database).e")])
      case .replace:
        try server.run(
          ["renameCollection": .string("\(database).d"), "to": .string("\(database).c"), "dropTarget": true])
      case .dropDatabase: try server.dropDatabase(database)
      }
      let error = #expect(throws: SourceError.self) { try read("c.bson", of: session) }
      #expect(error?.reason == .notWhole)
      #expect(error?.explanation.advice != nil)
    }
  }

  @Test func `an instant that is kept no longer: the log helps, or somebody says what to do`() throws {
    let server = try MongoServer()
    try withDatabase(server) { database in
      // Who may not read the log has nothing but the instant.
      let reader = try server.createUser(["role": "read", "db": .string(database)])
      let session = try open(server, database, as: reader)
      defer { session.close() }
      let other = try open(server, database)
      defer { other.close() }
      try server.run(["update": "c", "updates": [["q": ["_id": 1], "u": ["$set": ["n": 2]]]]], in: database)
      try server.run(["setParameter": 1, "minSnapshotHistoryWindowInSeconds": 0])
      let time = try #require(server.run(["ping": 1])["operationTime"])
      // The server forgets when its oldest instant moves on.
      let command: BSONDocument = [
        "find": "d", "readConcern": ["level": "snapshot", "atClusterTime": time],
      ]
      let connection = try server.connect()
      while true {
        try server.run(["insert": "e", "documents": [["n": 1]]], in: database)
        do throws(MongoError) { try connection.run(command, in: database) } catch {
          try #require(error.reason == .refused)
          break
        }
      }
      let error = #expect(throws: SourceError.self) { try read("c.bson", of: session) }
      #expect(error?.reason == .notWhole)
      #expect("\(try #require(error).explanation)".contains("minSnapshotHistoryWindowInSeconds"))
      #expect(try read("c.bson", of: other) == [["_id": 1, "n": 2], ["_id": 2, "n": 1]])
      let changes = try read(MongoLog.fileName, of: other)
      #expect(changes.last?["op"]?.text == "u" && changes.last?["o2"] == ["_id": 1], "\(changes)")
    }
  }

  @Test func `a server alone shows no instant, and the manifest says so`() throws {
    var options = MongoServer.Options()
    options.isReplicaSet = false
    let server = try MongoServer(options)
    try withDatabase(server) { database in
      let session = try open(server, database)
      defer { session.close() }
      #expect(try read("c.bson", of: session).count == 2)
      #expect(try read("d.bson", of: session).count == 1)
      let directory = try #require(try folder(of: session))
      let listing = try directory.list()
      let index = try #require(
        listing.entries.indices.first { displayed(listing.name(of: $0)) == DatabaseManifest.fileName })
      let reader = try directory.read(index, part: 0, in: listing)
      var bytes = [UInt8](repeating: 0, count: 1 << 20)
      var span = bytes.mutableSpan
      let count = try reader.read(into: &span)
      let manifest = try DatabaseManifest(decoding: Array(bytes[..<count]))
      #expect(manifest.instants.map(\.position) == [nil])
      #expect(manifest.missed.map(\.object) == ["server"])
      #expect(manifest.isComplete)
      #expect(try session.finish().contains { "\($0.message)".contains("instant") })
    }
  }

  /// The server's own folder.
  private func folder(of session: DatabaseSession) throws -> (any OpenDirectory)? {
    let top = try session.top.open()
    let kind = try top.directory(0, in: try top.list()).open()
    return try kind.directory(0, in: try kind.list()).open()
  }
}
