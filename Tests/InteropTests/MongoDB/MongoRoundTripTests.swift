import CoffreTestKit
import MongoKit
import Testing

/// Databases go through the repository and are what they were, while others write to them.
@Suite("MongoDB there and back", .timeLimit(.minutes(10)))
struct MongoRoundTripTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  /// What the writers change: it is compared by what must add up.
  private static let bank: Set<String> = ["documents of account", "documents of transfer"]

  @Test func `a database that uses everything comes back while it is written to`() throws {
    let server = try MongoServer.shared()
    let database = try MongoFixture.makeEverything(in: server)
    let copy = "again_\(database)"
    defer { for name in [database, copy] { try? server.dropDatabase(name) } }
    let bank = try MongoBank(in: server, database: database)
    let original = try server.contents(of: database)
    #expect(original.count > 100)

    let writer = try bank.startWriter()
    try writer.waitForTransfers(50)
    let before = try bank.transfers()
    let backup = try workshop.backUp(database, of: server)
    let after = try bank.transfers()
    try writer.waitForTransfers(5)
    writer.end()
    let snapshot = try #require(backup.snapshot)
    let restore = try workshop.restore(snapshot, to: copy, of: server)
    #expect(restore.status == 0, "\(restore)")

    expectEqual(try server.contents(of: copy), original, but: Self.bank)
    #expect(try bank.problems(in: copy) == [])
    let copied = try bank.transfers(in: copy)
    #expect(copied >= before && copied <= after, "\(copied) transfers, \(before) before and \(after) after the backup")
    try expectManifest(of: snapshot, agreesWith: copy, of: server)
  }

  /// Counts, and the place in the server's log.
  private func expectManifest(of snapshot: String, agreesWith copy: String, of server: MongoServer) throws {
    let manifest = try workshop.mongoManifest(of: snapshot)
    #expect(manifest["kind"]?.text == "mongodb" && manifest["complete"]?.bool == true)
    let position = try #require(manifest["instant"]?.array.first?["position"]?.text)
    #expect(position.split(separator: ":").compactMap { UInt32($0) }.count == 2, "\(position)")
    let tables = try #require(manifest["databases"]?.array.first?["tables"]?.array)
    #expect(tables.count > 30)
    for table in tables {
      let name = try #require(table["name"]?.text)
      let isSeries = table["path"]?.text?.contains("/system.buckets.") == true
      let count = try server.count(isSeries ? "system.buckets.\(name)" : name, of: copy)
      #expect(table["rows"]?.int == count, "\(name)")
      #expect(table["rowSum"]?.text?.count == 32)
    }
  }

  @Test func `a whole server comes back on another, with its users and roles`() throws {
    let server = try MongoServer()
    let database = try MongoFixture.makeEverything(in: server)
    try server.run(["insert": "settings", "documents": [["_id": 1]]], in: "admin")
    try server.run(["insert": "c", "documents": [["_id": 1]]], in: "other")
    try server.run(
      [
        "createRole": "teller", "roles": [],
        "privileges": [["resource": ["db": "other", "collection": "c"], "actions": ["find"]]],
      ])
    let login = try server.createUser("teller")
    let snapshot = try #require(try workshop.backUp(nil, of: server).snapshot)

    let other = try MongoServer()
    let restore = try workshop.restore(snapshot, to: nil, of: other, ["--globals"])
    #expect(restore.status == 0, "\(restore)")
    let made = try other.databases()
    let copy = try #require(made.first { $0.hasPrefix("\(database)_restored_") }, "\(made)")
    expectEqual(try other.contents(of: copy), try server.contents(of: database))
    let admin = try #require(made.first { $0.hasPrefix("admin_restored_") }, "\(made)")
    #expect(try other.collections(of: admin) == ["settings"])
    // The user gets in with the old password, and may do what the role says.
    let connection = try other.connect(as: login)
    #expect(throws: Never.self) { try connection.run(["find": "c"], in: "other") }
    #expect(throws: (any Error).self) { try connection.run(["find": "d"], in: "other") }
    #expect(try !other.collections(of: "admin").contains { $0.hasPrefix("coffre_") })
    // Again, users that are there stay as they are.
    try other.run(["updateUser": .string(login.user), "pwd": "a new one"])
    let again = try workshop.restore(snapshot, to: "x", of: other, ["--globals", "--database", "other"])
    #expect(again.status == 0, "\(again)")
    #expect(throws: (any Error).self) { try other.connect(as: login) }
  }

  @Test func `others read the files, and make the database of them`() throws {
    let server = try MongoServer.shared()
    let database = try MongoFixture.makeEverything(in: server)
    let copy = "python_\(database)"
    defer { for name in [database, copy] { try? server.dropDatabase(name) } }
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    let folder = "\(workshop.path)/files"
    let restore = try workshop.coffre(["restore", snapshot, "--target", folder])
    #expect(restore.isSuccess, "\(restore)")
    let printed = try server.python(
      try MongoFixture.script("load.py"), ["\(folder)/@mongodb/\(Workshop.mongoName)/\(database)", copy])
    #expect(printed.hasPrefix("loaded"), "\(printed)")
    expectEqual(try server.contents(of: copy), try server.contents(of: database))
  }

  @Test func `a second backup stores what changed`() throws {
    let server = try MongoServer.shared()
    let database = server.newName("large")
    defer { try? server.dropDatabase(database) }
    try server.python(
      """
      import os, sys, random, pymongo
      c = pymongo.MongoClient(os.environ["URL"])[sys.argv[1]].c
      random.seed(1)
      for part in range(0, 60000, 2000):
          c.insert_many([{"_id": i, "noise": random.randbytes(400)} for i in range(part, part + 2000)])
      """, [database])
    let first = try #require(try workshop.backUp(database, of: server).dataAdded)
    #expect(first > 20_000_000)
    let unchanged = try #require(try workshop.backUp(database, of: server).dataAdded)
    #expect(unchanged < 100_000, "\(unchanged) of \(first) bytes")
    try server.python(
      """
      import os, sys, random, pymongo
      c = pymongo.MongoClient(os.environ["URL"])[sys.argv[1]].c
      random.seed(2)
      for i in range(30000, 30600): c.update_one({"_id": i}, {"$set": {"noise": random.randbytes(400)}})
      """, [database])
    let changed = try #require(try workshop.backUp(database, of: server).dataAdded)
    // A hundredth of it, and the chunks at both ends.
    #expect(changed > 240_000 && changed < first / 12, "\(changed) of \(first) bytes")
  }
}
