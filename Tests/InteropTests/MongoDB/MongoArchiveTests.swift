import CoffreTestKit
import MongoKit
import Testing

/// Archives of mongodump: written for others, and read of others, by a reader and writer that is not ours.
@Suite("Archives of MongoDB", .timeLimit(.minutes(10)))
struct MongoArchiveTests {
  private let workshop: Workshop
  private let server: MongoServer

  init() throws {
    workshop = try Workshop()
    server = try MongoServer.shared()
  }

  private var file: String { "\(workshop.path)/dump.archive" }

  /// A database of all kinds of collections, whose checksums a slow program has soon.
  private func makeShop() throws -> String {
    let shop = server.newName("shop")
    try server.run(["create": "few", "validator": ["n": ["$gte": 0]]], in: shop)
    try server.run(["insert": "few", "documents": [["_id": 1, "n": 1], ["_id": 2, "n": 2]]], in: shop)
    let documents = (0..<1500).map { BSONValue.document(["_id": .int32(Int32($0)), "text": "some text é"]) }
    try server.run(["insert": "orders", "documents": .list(documents)], in: shop)
    try server.run(
      ["createIndexes": "orders", "indexes": [["key": ["text": 1, "_id": -1], "name": "a name"]]], in: shop)
    try server.run(["create": "empty", "collation": ["locale": "fr"]], in: shop)
    try server.run(["create": "view", "viewOn": "orders", "pipeline": [["$match": ["_id": ["$lt": 3]]]]], in: shop)
    try server.run(["create": "series", "timeseries": ["timeField": "t"]], in: shop)
    try server.run(["insert": "series", "documents": [["t": .date(1_700_000_000_000), "x": 1]]], in: shop)
    try server.run(["insert": "system.js", "documents": [["_id": "one", "value": 1]]], in: shop)
    return shop
  }

  private func remove(_ shop: String) {
    for name in (try? server.databases()) ?? [] where name.contains(shop) { try? server.dropDatabase(name) }
  }

  private func script(_ mode: String, _ database: String) throws {
    try server.python(try MongoFixture.script("archive.py"), [mode, file, database])
  }

  @Test func `others make the database of an archive`() throws {
    let shop = try makeShop()
    defer { remove(shop) }
    let report = try workshop.coffre(["source", "dump", server.url(shop), "-o", file], for: server)
    #expect(report.status == 0, "\(report)")
    try script("read", "again_\(shop)")
    expectEqual(try server.contents(of: "again_\(shop)"), try server.contents(of: shop))
    // And so do we.
    let restore = try workshop.coffre(["restore", file, "--to", server.url("own_\(shop)")], for: server)
    #expect(restore.status == 0, "\(restore)")
    expectEqual(try server.contents(of: "own_\(shop)"), try server.contents(of: shop))
  }

  @Test func `a database that uses everything goes through an archive`() throws {
    let database = try MongoFixture.makeEverything(in: server)
    defer { remove(database) }
    let report = try workshop.coffre(["source", "dump", server.url(database), "-o", file], for: server)
    #expect(report.status == 0, "\(report)")
    let restore = try workshop.coffre(["restore", file, "--to", server.url("own_\(database)")], for: server)
    #expect(restore.status == 0, "\(restore)")
    expectEqual(try server.contents(of: "own_\(database)"), try server.contents(of: database))
  }

  @Test(arguments: ["write", "mixed"])
  func `an archive of others becomes a database`(_ mode: String) throws {
    let shop = try makeShop()
    defer { remove(shop) }
    let original = try server.contents(of: shop)
    try script(mode, shop)
    let unnamed = try workshop.coffre(["restore", file, "--to", server.url(nil)], for: server)
    #expect(unnamed.status == 0, "\(unnamed)")
    let made = try #require(try server.databases().first { $0.hasPrefix("\(shop)_restored_") })
    expectEqual(try server.contents(of: made), original)
    // What exists is replaced only by who types its name, and after a backup.
    try server.run(["delete": "few", "deletes": [["q": [:], "limit": 0]]], in: shop)
    let refused = try workshop.coffre(["restore", file, "--to", server.url(shop)], for: server)
    #expect(refused.status == 1, "\(refused)")
    let replaced = try workshop.coffre(["restore", file, "--to", server.url(shop), "--confirm", shop], for: server)
    #expect(replaced.status == 0, "\(replaced)")
    expectEqual(try server.contents(of: shop), original)
    #expect(workshop.snapshotIDs.count == 1)
  }

  enum Damage: CaseIterable { case cut, cutAtDocument, bit, length, foreign }

  @Test(arguments: Damage.allCases)
  func `an archive that is not whole makes nothing`(_ damage: Damage) throws {
    let shop = try makeShop()
    defer { remove(shop) }
    try script("write", shop)
    var bytes = try readRealFile(file)
    let text = Array("some text é".utf8)
    let place = try #require(bytes.indices.reversed().first { bytes[$0...].starts(with: text) })
    switch damage {
    case .cut: bytes.removeLast(1)
    case .cutAtDocument:
      // Behind a terminator, as if nothing else had been written: without the ends of a view and a collection.
      for _ in 0..<2 {
        bytes.removeLast(4)
        while !bytes.suffix(4).elementsEqual([255, 255, 255, 255]) { bytes.removeLast() }
      }
    case .bit: bytes[place] ^= 1
    // Of the text: the document's own.
    case .length: bytes[place - 4 - 5 - 1 - 9 - 4 + 3] = 0x7F
    case .foreign: bytes[0] = 0
    }
    try writeRealFile(file, bytes)
    let report = try workshop.coffre(["restore", file, "--to", server.url("own_\(shop)")], for: server)
    #expect(report.status == 1, "\(report)")
    #expect(report.error?["advice"]?.text?.isEmpty == false, "\(report)")
    #expect(try !server.databases().contains("own_\(shop)"))
  }

  @Test func `names that say nothing, and several databases for one name`() throws {
    let unnamed = try workshop.coffre(
      ["source", "dump", server.url("x"), "-o", "\(workshop.path)/dump.bson"], for: server)
    #expect(unnamed.status == 2, "\(unnamed)")
    #expect(!realEntryExists("\(workshop.path)/dump.bson"))
    let other = try MongoServer()
    for name in ["first", "second"] { try other.run(["insert": "c", "documents": [["_id": 1]]], in: name) }
    let whole = try workshop.coffre(["source", "dump", other.url(nil), "-o", file], for: other)
    #expect(whole.status == 0, "\(whole)")
    let one = try workshop.coffre(["restore", file, "--to", other.url("one")], for: other)
    #expect(one.status == 1, "\(one)")
    let both = try workshop.coffre(["restore", file, "--to", other.url(nil)], for: other)
    #expect(both.status == 0, "\(both)")
    let made = try other.databases()
    #expect(made.count { $0.contains("_restored_") } == 2, "\(made)")
  }
}
