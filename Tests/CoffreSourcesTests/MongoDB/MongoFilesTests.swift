import CoffreCore
import CoffreTestKit
import MongoKit
import Testing

@testable import CoffreSources

@Suite("MongoDB's files")
struct MongoFilesTests {
  @Test(arguments: [
    ("orders", "orders.bson"), ("a/b", "a%2Fb.bson"), ("with space", "with%20space.bson"), ("é", "%C3%A9.bson"),
    ("fs.files", "fs.files.bson"), ("a:b", "a%3Ab.bson"), ("plus+and&=@~", "plus+and&=@~.bson"), ("50%", "50%25.bson"),
  ])
  func `names are those of mongodump`(_ example: (name: String, file: String)) {
    #expect(displayed(MongoFileName.fileName(of: example.name, suffix: ".bson")) == example.file)
  }

  @Test func `long names are cut and told apart`() {
    let first = MongoFileName.fileName(of: String(repeating: "x", count: 300) + "1", suffix: ".metadata.json")
    let second = MongoFileName.fileName(of: String(repeating: "x", count: 300) + "2", suffix: ".metadata.json")
    #expect(first != second)
    #expect(first.count <= 255)
  }

  private func collection(_ options: BSONDocument, _ indexes: [BSONDocument] = []) -> MongoCollection {
    MongoCollection(name: "c", kind: .collection, options: options, indexes: indexes, uuid: [1, 0xAB])
  }

  /// Queries that JSON with kinds takes for values of other kinds.
  @Test(
    arguments: [
      ["validator": ["a": ["$regex": "^x", "$options": "i"]]],
      ["validator": ["a": ["$regex": "^x"]]],
      ["validator": ["$or": [["a": ["$type": "string"]], ["a": ["$type": ["int", "long"]]]]]],
      ["validator": ["a": ["$ref": "x", "$id": 1]]], ["validator": ["a": ["$date": "2020-01-01T00:00:00Z"]]],
      ["validator": ["a": ["$numberInt": "1"]]], ["validator": ["a": ["$binary": ["base64": "", "subType": "00"]]]],
      ["pipeline": [["$match": ["a": .other(0x0B, Array("^a\0mi\0".utf8))]]]], ["size": .double(1), "max": .int64(5)],
    ] as [BSONDocument])
  func `definitions come back byte by byte`(_ options: BSONDocument) throws {
    let collection = collection(
      options, [["v": 2, "key": ["_id": 1], "name": "_id_"], ["partial": .document(options)]])
    let text = try #require(CollectionMetadata(collection).encoded(uuid: collection.uuid))
    #expect(CollectionMetadata(decoding: text) == CollectionMetadata(collection))
    // Others find what mongodump writes.
    let json = try JSONValue(String(decoding: text, as: UTF8.self))
    #expect(json["collectionName"]?.text == "c" && json["uuid"]?.text == "01ab" && json["type"]?.text == "collection")
  }

  @Test func `what is no definition is refused`() {
    for text in ["", "{", "[]", "{}", "{\"collectionName\": 1}", "{\"collectionName\": \"c\", \"type\": \"table\"}"] {
      #expect(CollectionMetadata(decoding: Array(text.utf8)) == nil, "\(text)")
    }
  }

  private func feed(_ bytes: [UInt8]) -> DocumentFeed {
    DocumentFeed(TextReader(bytes), of: Array("c.bson".utf8), progress: { _ in })
  }

  @Test func `documents are handed out whole`() throws {
    let documents: [BSONDocument] = (0..<500).map {
      ["n": .int64(Int64($0)), "t": .string(String(repeating: "x", count: $0))]
    }
    var feed = feed(documents.flatMap(\.bytes))
    var found: [[UInt8]] = []
    var bytes: [UInt8] = []
    var ends: [Int] = []
    while try feed.next(into: &bytes, ends: &ends, upTo: 1000, count: 7) {
      #expect(ends.count <= 7 && (bytes.count <= 1000 || ends.count == 1))
      var start = 0
      for end in ends {
        found.append(Array(bytes[start..<end]))
        start = end
      }
    }
    #expect(found == documents.map(\.bytes))
  }

  @Test(
    arguments: [
      [1, 0, 0], [4, 0, 0, 0, 0], [255, 255, 255, 255, 0], [255, 255, 255, 127, 0], [6, 0, 0, 0, 0],
      [5, 0, 0, 0, 1],
    ] as [[UInt8]])
  func `a file that is damaged is refused`(_ bytes: [UInt8]) {
    var feed = feed((["a": 1] as BSONDocument).bytes + bytes)
    var documents: [UInt8] = []
    var ends: [Int] = []
    let error = #expect(throws: SourceError.self) {
      while try feed.next(into: &documents, ends: &ends, upTo: 100, count: 1) {}
    }
    #expect(error?.reason == .hostile)
  }

  @Test func `addresses whose servers DNS names become settings`() throws {
    let location = try DatabaseLocation("mongodb+srv://me@shop.example.org/shop")
    let settings = try MongoAddress.settings(for: location, password: Secret("s"))
    #expect(settings.isSeedList && settings.hosts.map(\.name) == ["shop.example.org"])
    #expect(settings.options.map { "\($0.name)=\($0.value)" } == ["tls=true"])
    #expect(settings.authSource == "shop")
    // Who says it decides it.
    for option in ["tls=false", "SSL=false"] {
      let plain = try DatabaseLocation("mongodb+srv://shop.example.org/?\(option)")
      let chosen = try MongoAddress.settings(for: plain, password: nil)
      #expect(chosen.options.map { "\($0.name)=\($0.value)" } == [option])
    }
    #expect(try !MongoAddress.settings(for: DatabaseLocation("mongodb://shop.example.org"), password: nil).isSeedList)
  }

  @Test func `addresses become settings`() throws {
    let location = try DatabaseLocation("mongodb://me@one,two:28000/shop?replicaSet=rs0&tls=true&retryWrites=true")
    let settings = try MongoAddress.settings(for: location, password: Secret("s"))
    #expect(settings.hosts.map(\.port) == [27017, 28000])
    #expect(settings.authSource == "shop")
    #expect(settings.options.map(\.name) == ["replicaSet", "tls"])
    let other = try DatabaseLocation("mongodb://me@one/shop?authSource=admin")
    #expect(try MongoAddress.settings(for: other, password: nil).authSource == "admin")
    let unknown = try DatabaseLocation("mongodb://one/?sorcery=true")
    #expect(throws: MongoError.self) { try MongoAddress.settings(for: unknown, password: nil) }
    #expect(throws: DatabaseLocationError.self) { try DatabaseLocation("mongodb://me:sesame@one/shop") }
  }
}
