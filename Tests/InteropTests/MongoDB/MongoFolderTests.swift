import CoffreTestKit
import MongoKit
import Testing

/// Folders of mongodump, and compressed archives: of others, and what a snapshot's files are when they are restored.
@Suite("Folders of mongodump", .timeLimit(.minutes(10)))
struct MongoFolderTests {
  private let workshop: Workshop
  private let server: MongoServer

  init() throws {
    workshop = try Workshop()
    server = try MongoServer.shared()
  }

  private var folder: String { "\(workshop.path)/dump" }

  /// A database of all kinds of collections.
  private func makeShop() throws -> String {
    let shop = server.newName("shop")
    try server.run(["create": "few", "validator": ["n": ["$gte": 0]]], in: shop)
    try server.run(["insert": "few", "documents": [["_id": 1, "n": 1], ["_id": 2, "n": 2]]], in: shop)
    let documents = (0..<1500).map { BSONValue.document(["_id": .int32(Int32($0)), "text": "some text é"]) }
    try server.run(["insert": "odd %name", "documents": .list(documents)], in: shop)
    try server.run(
      ["createIndexes": "odd %name", "indexes": [["key": ["text": 1, "_id": -1], "name": "a name"]]], in: shop)
    try server.run(["create": "empty", "collation": ["locale": "fr"]], in: shop)
    // Its file has the name of the log of changes, which lies one folder above.
    try server.run(["insert": "oplog", "documents": [["_id": 1]]], in: shop)
    try server.run(["create": "view", "viewOn": "few", "pipeline": [["$match": ["_id": ["$lt": 3]]]]], in: shop)
    try server.run(["create": "series", "timeseries": ["timeField": "t"]], in: shop)
    try server.run(["insert": "series", "documents": [["t": .date(1_700_000_000_000), "x": 1]]], in: shop)
    return shop
  }

  private func remove(_ shop: String) {
    for name in (try? server.databases()) ?? [] where name.contains(shop) { try? server.dropDatabase(name) }
  }

  private func restore(_ path: String, to database: String?, _ options: [String] = []) throws -> CoffreReport {
    try workshop.coffre(["restore", path, "--to", server.url(database)] + options, for: server)
  }

  @Test(arguments: ["write", "gzip"])
  func `a folder of others becomes a database`(_ mode: String) throws {
    let shop = try makeShop()
    defer { remove(shop) }
    let original = try server.contents(of: shop)
    try server.python(try MongoFixture.script("folder.py"), [mode, folder, shop])
    let whole = try restore(folder, to: "own_\(shop)")
    #expect(whole.status == 0, "\(whole)")
    expectEqual(try server.contents(of: "own_\(shop)"), original)
    // That of one database, under the name that its folder has.
    let inner = try restore("\(folder)/\(shop)", to: nil)
    #expect(inner.status == 0, "\(inner)")
    let made = try #require(try server.databases().first { $0.hasPrefix("\(shop)_restored_") })
    expectEqual(try server.contents(of: made), original)
    // What exists is replaced only by who types its name, and after a backup.
    try server.run(["delete": "few", "deletes": [["q": [:], "limit": 0]]], in: shop)
    #expect(try restore(folder, to: shop).status == 1)
    let replaced = try restore(folder, to: shop, ["--confirm", shop])
    #expect(replaced.status == 0, "\(replaced)")
    expectEqual(try server.contents(of: shop), original)
    #expect(workshop.snapshotIDs.count == 1)
  }

  @Test func `the files of a snapshot are such a folder`() throws {
    let database = try MongoFixture.makeEverything(in: server)
    defer { remove(database) }
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    let files = try workshop.coffre(["restore", snapshot, "--target", folder])
    #expect(files.isSuccess, "\(files)")
    let inner = "\(folder)/@mongodb/\(Workshop.mongoName)"
    let own = try restore(inner, to: "own_\(database)")
    #expect(own.status == 0, "\(own)")
    expectEqual(try server.contents(of: "own_\(database)"), try server.contents(of: database))
    // Another reader of documents finds the same in them.
    let other = "other_\(database)"
    try server.python(try MongoFixture.script("load.py"), ["\(inner)/\(database)", other])
    let times: BSONValue = ["q": ["t": ["$type": "timestamp"]], "u": ["$unset": ["t": 1]], "multi": true]
    for one in [database, other] { try server.run(["update": "many", "updates": [times]], in: one) }
    expectEqual(try server.contents(of: other), try server.contents(of: database))
  }

  @Test(arguments: ["gzip", "zstd"])
  func `a compressed archive becomes a database`(_ program: String) throws {
    let shop = try makeShop()
    defer { remove(shop) }
    let file = "\(workshop.path)/dump.archive"
    let dump = try workshop.coffre(["source", "dump", server.url(shop), "-o", file], for: server)
    #expect(dump.status == 0, "\(dump)")
    let packed = try Tool.named(program, package: program).run(["-q", file])
    #expect(packed.isSuccess, "\(packed)")
    let path = file + (program == "gzip" ? ".gz" : ".zst")
    let temporary = "\(workshop.path)/tmp"
    try makeRealFolder(temporary)
    let own = try workshop.coffre(["restore", path, "--to", server.url("own_\(shop)")], for: server) {
      $0.environment["TMPDIR"] = temporary
    }
    #expect(own.status == 0, "\(own)")
    expectEqual(try server.contents(of: "own_\(shop)"), try server.contents(of: shop))
    // Nothing of it is left where it was unpacked.
    #expect(realNames(in: temporary).isEmpty)
    var bytes = try readRealFile(path)
    bytes.removeLast(20)
    try writeRealFile(path, bytes)
    let cut = try restore(path, to: "cut_\(shop)")
    #expect(cut.status != 0, "\(cut)")
    #expect(try !server.databases().contains("cut_\(shop)"))
  }

  enum Damage: CaseIterable { case cut, length, definition, lost, log, packed, bare, nothing }

  @Test(arguments: Damage.allCases)
  func `a folder that is not whole makes nothing`(_ damage: Damage) throws {
    let shop = try makeShop()
    defer { remove(shop) }
    let mode = damage == .packed ? "gzip" : "write"
    try server.python(try MongoFixture.script("folder.py"), [mode, folder, shop])
    let rows = "\(folder)/\(shop)/odd%20%25name.bson"
    var advice = true
    switch damage {
    case .cut: try writeRealFile(rows, Array(try readRealFile(rows).dropLast(3)))
    case .length: try writeRealFile(rows, [0xFF, 0xFF, 0xFF, 0x7F] + Array(try readRealFile(rows).dropFirst(4)))
    case .definition: try writeRealFile("\(folder)/\(shop)/few.metadata.json", "{\"options\": ")
    case .lost: try #require(try Tool.named("rm", package: "coreutils").run([rows]).isSuccess)
    case .log:
      try writeRealFile("\(folder)/oplog.bson", [5, 0, 0, 0, 0])
      // What has its name in the database must not be what is found.
      for ending in ["bson", "metadata.json"] {
        try #require(try Tool.named("rm", package: "coreutils").run(["\(folder)/\(shop)/oplog.\(ending)"]).isSuccess)
      }
    case .packed:
      try writeRealFile(rows + ".gz", Array(try readRealFile(rows + ".gz").dropLast(9)))
      advice = false
    case .bare: try #require(try Tool.named("rm", package: "coreutils").run(["-r", "\(folder)/\(shop)"]).isSuccess)
    case .nothing: try #require(try Tool.named("rm", package: "coreutils").run(["-r", folder]).isSuccess)
    }
    let report = try restore(folder, to: "own_\(shop)")
    #expect(report.status != 0, "\(report)")
    if advice, damage != .nothing { #expect(report.error?["advice"]?.text?.isEmpty == false, "\(report)") }
    #expect(try !server.databases().contains("own_\(shop)"))
    guard damage == .log else { return }
    // The documents of one database are no more without it, by whatever way they are named.
    try makeRealSymlink("\(workshop.path)/link", to: "\(folder)/\(shop)")
    for path in ["\(folder)/\(shop)", "\(folder)/\(shop)/", "\(workshop.path)/link"] {
      let inner = try restore(path, to: "own_\(shop)")
      #expect(inner.status == 1 && "\(inner)".contains("log of changes"), "\(path): \(inner)")
    }
    #expect(try !server.databases().contains("own_\(shop)"))
  }

  @Test func `documents without a definition, and several databases`() throws {
    let shop = try makeShop()
    defer { remove(shop) }
    try server.python(try MongoFixture.script("folder.py"), ["write", folder, shop])
    let removal = try Tool.named("rm", package: "coreutils").run(["\(folder)/\(shop)/odd%20%25name.metadata.json"])
    try #require(removal.isSuccess)
    let report = try restore(folder, to: "own_\(shop)")
    #expect(report.status == 0, "\(report)")
    #expect(try server.count("odd %name", of: "own_\(shop)") == 1500)
    let other = "more_\(shop)"
    try server.run(["insert": "c", "documents": [["_id": 1]]], in: other)
    try server.python(try MongoFixture.script("folder.py"), ["write", folder, other])
    let one = try restore(folder, to: "one_\(shop)")
    #expect(one.status == 1, "\(one)")
    let both = try restore(folder, to: nil)
    #expect(both.status == 0, "\(both)")
    #expect(try server.databases().count { $0.contains("\(shop)_restored_") } == 2)
  }
}
