import CoffreTestKit
import MongoKit
import Testing

/// What of a snapshot is put where, and what stays when it is refused.
@Suite("Restores to MongoDB", .timeLimit(.minutes(10)))
struct MongoRestoreTests {
  private let workshop: Workshop
  private let server: MongoServer

  init() throws {
    workshop = try Workshop()
    server = try MongoServer.shared()
  }

  /// Two collections, a time series, a view and a stored function.
  private func makeShop() throws -> String {
    let shop = server.newName("shop")
    try server.python(
      """
      import os, sys, datetime, pymongo
      from bson import Code
      db = pymongo.MongoClient(os.environ["URL"])[sys.argv[1]]
      db.orders.insert_many([{"_id": i, "n": i} for i in range(500)])
      db.orders.create_index([("n", -1)], unique=True)
      db["with.dots"].insert_one({"_id": 1})
      db.create_collection("series", timeseries={"timeField": "t"})
      db.series.insert_many([{"t": datetime.datetime(2025, 1, 1), "n": i} for i in range(10)])
      db.create_collection("few", viewOn="orders", pipeline=[{"$limit": 3}])
      db["system.js"].insert_one({"_id": "f", "value": Code("function () { return 1; }")})
      """, [shop])
    return shop
  }

  private func remove(_ shop: String) {
    for name in (try? server.databases()) ?? [] where name.contains(shop) { try? server.dropDatabase(name) }
  }

  @Test func `one collection under another name beside those that are there`() throws {
    let shop = try makeShop()
    defer { remove(shop) }
    let snapshot = try #require(try workshop.backUp(shop, of: server).snapshot)
    try server.run(["delete": "orders", "deletes": [["q": [:], "limit": 0]]], in: shop)
    let before = try server.contents(of: shop)
    let report = try workshop.restore(
      snapshot, to: shop, of: server,
      ["--table", "orders=orders_old", "--table", "with\\.dots=points", "--table", "series=series_old"])
    #expect(report.status == 0, "\(report)")
    var after = try server.contents(of: shop)
    #expect(try server.count("orders_old", of: shop) == 500)
    #expect(try server.count("series_old", of: shop) == 10)
    #expect(try server.count("points", of: shop) == 1)
    #expect(after["indexes of orders_old"] == after["indexes of orders"])
    for key in after.keys
    where ["orders_old", "points", "series_old", "system.buckets.series_old"].contains(where: {
      key.hasSuffix(" \($0)")
    }) {
      after[key] = nil
    }
    expectEqual(after, before)
    // Once more: now they are there.
    let again = try workshop.restore(snapshot, to: shop, of: server, ["--table", "orders=orders_old"])
    #expect(again.status == 1 && "\(again)".contains("orders_old"), "\(again)")
    // Into a database that is not there, it alone.
    let alone = try workshop.restore(snapshot, to: "alone_\(shop)", of: server, ["--table", "orders=x"])
    #expect(alone.status == 0, "\(alone)")
    #expect(try server.collections(of: "alone_\(shop)") == ["x"])
  }

  @Test func `a database that exists is replaced only by who types its name`() throws {
    let shop = try makeShop()
    defer { remove(shop) }
    let original = try server.contents(of: shop)
    let snapshot = try #require(try workshop.backUp(shop, of: server).snapshot)
    try server.python(
      """
      import os, sys, datetime, pymongo
      db = pymongo.MongoClient(os.environ["URL"])[sys.argv[1]]
      db.orders.drop_indexes(); db.orders.insert_one({"_id": 1000, "n": 1}); db.few.drop(); db.later.insert_one({})
      db.series.insert_one({"t": datetime.datetime(2026, 1, 1)}); db["system.js"].delete_many({})
      db.create_collection("other view", viewOn="later", pipeline=[])
      """, [shop])
    let changed = try server.contents(of: shop)
    for options in [[], ["--confirm", "somebody"]] {
      let refused = try workshop.restore(snapshot, to: shop, of: server, options)
      #expect(refused.status == 1, "\(refused)")
      expectEqual(try server.contents(of: shop), changed)
    }
    let replaced = try workshop.restore(snapshot, to: shop, of: server, ["--confirm", shop])
    #expect(replaced.status == 0, "\(replaced)")
    expectEqual(try server.contents(of: shop), original)
    // What was replaced lies in the repository.
    #expect(workshop.snapshotIDs.count == 2)
    let safety = try #require(workshop.snapshotIDs.first { !$0.hasPrefix(snapshot.prefix(8)) })
    let back = try workshop.restore(safety, to: "back_\(shop)", of: server)
    #expect(back.status == 0, "\(back)")
    expectEqual(try server.contents(of: "back_\(shop)"), changed, but: ["documents of system.views"])
  }

  @Test func `what has another kind under the same name is replaced`() throws {
    let shop = try makeShop()
    defer { remove(shop) }
    let original = try server.contents(of: shop)
    let snapshot = try #require(try workshop.backUp(shop, of: server).snapshot)
    try server.dropDatabase(shop)
    // A series where a view and a collection were, a view where a series was, a collection where a view was.
    for name in ["few", "orders"] {
      try server.run(["create": .string(name), "timeseries": ["timeField": "t"]], in: shop)
    }
    try server.run(["create": "series", "viewOn": "with.dots", "pipeline": []], in: shop)
    let replaced = try workshop.restore(snapshot, to: shop, of: server, ["--confirm", shop])
    #expect(replaced.status == 0, "\(replaced)")
    expectEqual(try server.contents(of: shop), original)
  }

  @Test func `without a name it is a new database, and rows alone are refused`() throws {
    let shop = try makeShop()
    defer { remove(shop) }
    let snapshot = try #require(try workshop.backUp(shop, of: server).snapshot)
    let report = try workshop.restore(snapshot, to: nil, of: server)
    #expect(report.status == 0, "\(report)")
    let made = try #require(try server.databases().first { $0.hasPrefix("\(shop)_restored_") })
    expectEqual(try server.contents(of: made), try server.contents(of: shop))
    let rows = try workshop.restore(snapshot, to: shop, of: server, ["--data-only", "--confirm", shop])
    #expect(rows.status == 1, "\(rows)")
    for name in ["admin", "local", "config"] {
      let refused = try workshop.restore(snapshot, to: name, of: server, ["--confirm", name])
      #expect(refused.status == 1, "\(refused)")
    }
    let structure = try workshop.restore(snapshot, to: "empty_\(shop)", of: server, ["--schema-only"])
    #expect(structure.status == 0, "\(structure)")
    #expect(try server.count("orders", of: "empty_\(shop)") == 0)
    #expect(try server.collections(of: "empty_\(shop)").contains("few"))
  }

  @Test func `the roles that the guide names are enough`() throws {
    let shop = try makeShop()
    defer { remove(shop) }
    let original = try server.contents(of: shop)
    let saver = try server.createUser("backup")
    let backup = try workshop.coffre(
      ["backup", server.url(shop, user: saver.user), "--name", Workshop.mongoName], for: server, as: saver)
    try #require(backup.status == 0, "\(backup)")
    let snapshot = try #require(backup.snapshot)
    let restorer = try server.createUser("restore", "readWriteAnyDatabase")
    for (target, options) in [("again_\(shop)", []), (shop, ["--confirm", shop]), (shop, ["--table", "series=old"])] {
      let report = try workshop.coffre(
        ["restore", snapshot, "--to", server.url(target, user: restorer.user)] + options, for: server, as: restorer)
      #expect(report.status == 0, "\(report)")
      if options.first != "--table" { expectEqual(try server.contents(of: target), original) }
    }
    let reader = try server.createUser(["role": "read", "db": .string("again_\(shop)")])
    let arguments = ["backup", server.url("again_\(shop)", user: reader.user)]
    let read = try workshop.coffre(arguments, for: server, as: reader)
    #expect(read.status == 14 && read.error?["advice"]?.text?.contains("'backup'") == true, "\(read)")
    try server.run(["drop": "series"], in: "again_\(shop)")
    let again = try workshop.coffre(arguments, for: server, as: reader)
    #expect(again.status == 0, "\(again)")
  }

  /// Time series need more: their documents lie in collections of the server's own.
  @Test func `rights on one database are enough for it`() throws {
    let shop = try makeShop()
    defer { remove(shop) }
    try server.run(["drop": "series"], in: shop)
    let original = try server.contents(of: shop)
    let copy = "again_\(shop)"
    let reader = try server.createUser(["role": "read", "db": .string(shop)])
    let backup = try workshop.coffre(["backup", server.url(shop, user: reader.user)], for: server, as: reader)
    let snapshot = try #require(backup.snapshot, "\(backup)")
    let owner = try server.createUser(["role": "dbOwner", "db": .string(copy)])
    for options in [[], ["--confirm", copy], ["--table", "orders=more"]] {
      let report = try workshop.coffre(
        ["restore", snapshot, "--to", server.url(copy, user: owner.user)] + options, for: server, as: owner)
      #expect(report.status == 0, "\(report)")
      if options.first != "--table" { expectEqual(try server.contents(of: copy), original) }
    }
    // Nothing else is touched.
    let elsewhere = try workshop.coffre(
      ["restore", snapshot, "--to", server.url("third_\(shop)", user: owner.user)], for: server, as: owner)
    #expect(elsewhere.status == 22, "\(elsewhere)")
    #expect(try !server.databases().contains("third_\(shop)"))
  }

  @Test func `what is not asked for is not taken`() throws {
    let shop = try makeShop()
    defer { remove(shop) }
    let only = try workshop.backUp(shop, of: server, ["--table", "orders"])
    let paths = try workshop.paths(of: try #require(only.snapshot))
    #expect(paths.filter { $0.hasSuffix(".bson") }.map { $0.split(separator: "/").last } == ["orders.bson"])
    let without = try workshop.backUp(
      shop, of: server, ["--exclude-table", "orders", "--exclude-table-data", "series"])
    let others = try workshop.paths(of: try #require(without.snapshot))
    #expect(!others.contains { $0.contains("/orders.") || $0.contains("system.buckets") }, "\(others)")
    #expect(others.contains { $0.hasSuffix("/series.metadata.json") })
    let misspelt = try workshop.coffre(["backup", server.url(shop), "--table", "order"], for: server)
    #expect(misspelt.status == 14, "\(misspelt)")
    let nowhere = try workshop.coffre(["backup", server.url("nothing_\(shop)")], for: server)
    #expect(nowhere.status == 14, "\(nowhere)")
  }

  /// By an empty time at the top of a document, a server means its own, unless a pipeline writes it.
  @Test func `empty times stay empty`() throws {
    let shop = server.newName("shop")
    defer { remove(shop) }
    try server.run(["insert": "c", "documents": [["_id": 1, "z": 1], ["_id": 2]]], in: shop)
    try server.run(
      ["update": "c", "updates": [["q": ["_id": 1], "u": [["$set": ["t": ["$literal": .timestamp(0)]]]]]]], in: shop)
    let snapshot = try #require(try workshop.backUp(shop, of: server).snapshot)
    let report = try workshop.restore(snapshot, to: "again_\(shop)", of: server)
    #expect(report.status == 0, "\(report)")
    expectEqual(try server.contents(of: "again_\(shop)"), try server.contents(of: shop))
    let kept = try server.connect().all(["find": "c", "filter": ["_id": 1]], in: "again_\(shop)")
    #expect(kept.first?["t"] == .timestamp(0))
  }
}
