import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Index file")
struct IndexFileTests {
  private func blobs(_ text: String, version: Int = 2) throws -> [(PackID, IndexedBlob)] {
    var found: [(PackID, IndexedBlob)] = []
    _ = try IndexFile.decode(
      Array(text.utf8), repositoryVersion: version, beginPack: { _ in }, blob: { found.append(($0, $1)) })
    return found
  }

  private func index(_ blob: String) -> String { #"{"packs":[{"id":"\#(digest(1))","blobs":[\#(blob)]}]}"# }

  @Test func `is as long as what restic wrote`() throws {
    for repository in Vectors.repositories {
      let packs = try Vectors.packs(repository)
      let indexes = try #require(try Vectors.expected(repository)["indexes"] as? [String: [String: Any]])
      for index in indexes.values {
        let listed = try #require(index["packs"] as? [String])
        var writer = IndexFileWriter()
        for pack in packs where listed.contains(pack.id.description) {
          let offsets = PackHeader(entries: pack.entries).withOffsets()
          writer.append(pack: pack.id, blobs: offsets.map { $0.entry.indexed(at: $0.offset) })
        }
        // restic lists the blobs in no particular order, so only the length can be compared.
        #expect(writer.finish().count == index["plain_length"] as? Int)
      }
    }
  }

  @Test func `writes the bytes of the format`() throws {
    var writer = IndexFileWriter()
    let plain = IndexedBlob(id: digest(2), kind: .data, offset: 0, length: 38, uncompressedLength: 0)
    let packed = IndexedBlob(id: digest(3), kind: .tree, offset: 38, length: 112, uncompressedLength: 511)
    writer.append(pack: digest(1), blobs: [plain, packed])
    #expect(writer.blobCount == 2)
    let expected =
      #"{"packs":[{"id":"\#(digest(1))","blobs":[{"id":"\#(digest(2))","type":"data","offset":0,"length":38},"#
      + #"{"id":"\#(digest(3))","type":"tree","offset":38,"length":112,"uncompressed_length":511}]}]}"# + "\n"
    #expect(text(writer.finish()) == expected)
    let found = try blobs(expected)
    #expect(found.map(\.0) == [digest(1), digest(1)])
    #expect(found.map(\.1) == [plain, packed])
  }

  @Test func `reads what is written with blanks or in another order as what is written as usual`() throws {
    let id = "\"id\":\"\(digest(2))\""
    for (length, plain) in [("32", "0"), ("999999999", "4294967295"), ("1000000000", "7"), ("4294967290", "1")] {
      let usual = "{\(id),\"type\":\"tree\",\"offset\":5,\"length\":\(length),\"uncompressed_length\":\(plain)}"
      let expected = IndexedBlob(
        id: digest(2), kind: .tree, offset: 5, length: try #require(UInt32(length)),
        uncompressedLength: try #require(UInt32(plain)))
      #expect(try blobs(index(usual)).map(\.1) == [expected])
      #expect(try blobs(index(usual + "," + usual)).map(\.1) == [expected, expected])
      for (old, new) in [("{", "{ "), (":", ": "), (",", ", "), ("}", " }"), ("e\",", "e\",\"new\":[{}],")] {
        #expect(try blobs(index(usual.replacing(old, with: new))).map(\.1) == [expected], "\(old)")
      }
      let parts = usual.dropFirst().dropLast().split(separator: ",").reversed().joined(separator: ",")
      #expect(try blobs(index("{\(parts)}")).map(\.1) == [expected])
    }
  }

  @Test(arguments: [
    "\"offset\":01,\"length\":40", "\"offset\":,\"length\":40", "\"offset\":-1,\"length\":40",
    "\"offset\":1.0,\"length\":40",
    "\"offset\":1,\"length\":31", "\"offset\":1e1,\"length\":40", "\"offset\":4294967295,\"length\":40",
    "\"offset\":1,\"length\":40,", "\"offset\":1,\"length\":40,\"uncompressed_length\":",
    "\"offset\":42949672960,\"length\":40",
  ])
  func `refuses numbers that are none, in the usual place too`(_ rest: String) {
    #expect(throws: MalformedIndex.self) { try blobs(index("{\"id\":\"\(digest(2))\",\"type\":\"data\",\(rest)}")) }
    #expect(throws: MalformedIndex.self) { try blobs(index("{\"id\":\"\(digest(2))x\",\"type\":\"data\",\(rest)}")) }
  }

  @Test func `reads blobs that come before the id of their pack`() throws {
    let text =
      #"{"supersedes":[],"packs":[{"time":"x","blobs":[{"length":32,"offset":5,"type":"tree","id":"\#(digest(2))"}],"#
      + #""size":3,"id":"\#(digest(1))"}]}"#
    let found = try blobs(text)
    #expect(found.map(\.0) == [digest(1)])
    #expect(found.map(\.1.offset) == [5])
  }

  @Test func `keeps apart what rustic has marked for deletion`() throws {
    let text = #"{"packs":[],"packs_to_delete":[{"id":"\#(digest(7))","time":"2026-01-01T00:00:00Z","blobs":[{}]}]}"#
    let facts = try IndexFile.decode(
      Array(text.utf8), repositoryVersion: 2, beginPack: { _ in Issue.record("a pack") },
      blob: { _, _ in Issue.record("a blob") })
    #expect(facts.packsToDelete == [digest(7)])
    #expect(facts.packCount == 0)
  }

  @Test func `counts packs without blobs`() throws {
    var begun: [PackID] = []
    let text = #"{"packs":[{"id":"\#(digest(1))","blobs":null},{"id":"\#(digest(2))","blobs":[]}]}"#
    let facts = try IndexFile.decode(
      Array(text.utf8), repositoryVersion: 1, beginPack: { begun.append($0) }, blob: { _, _ in })
    #expect(facts.packCount == 2)
    #expect(begun == [digest(1), digest(2)])
  }

  @Test(arguments: [
    (#"{"type":"data","offset":0,"length":38}"#, "blob without id"),
    (#"{"id":"ID","offset":0,"length":38}"#, "blob without type"),
    (#"{"id":"ID","type":"data","length":38}"#, "blob without offset"),
    (#"{"id":"ID","type":"other","offset":0,"length":38}"#, "blob of unknown type"),
    (#"{"id":"ID","type":"data","offset":0}"#, "blob with the impossible length 0"),
    (#"{"id":"ID","type":"data","offset":0,"length":31}"#, "blob with the impossible length 31"),
    (#"{"id":"ID","type":"data","offset":4294967296,"length":38}"#, "number out of range"),
    (#"{"id":"ID","type":"data","offset":4294967290,"length":38}"#, "blob that ends past 4 GiB"),
    (#"null"#, "expected '{'"),
  ])
  func `refuses impossible blobs`(_ example: (blob: String, problem: String)) {
    let text = index(example.blob.replacing("ID", with: digest(2).description))
    let error = #expect(throws: MalformedIndex.self) { _ = try blobs(text) }
    #expect(error?.problem.description == example.problem)
  }

  @Test func `refuses compressed blobs in version 1`() throws {
    let text = index(
      #"{"id":"\#(digest(2))","type":"data","offset":0,"length":38,"uncompressed_length":9}"#)
    #expect(try blobs(text).count == 1)
    let error = #expect(throws: MalformedIndex.self) { _ = try blobs(text, version: 1) }
    #expect(error?.problem == "compressed blob in a repository of version 1")
  }

  @Test func `names the old format`() {
    let error = #expect(throws: MalformedIndex.self) { _ = try blobs("[{}]") }
    #expect(error?.explanation.problem.contains("old format of restic 0.1") == true)
  }

  @Test(arguments: [#"{"packs":[{"blobs":[]}]}"#, #"{"packs":[]}{}"#, #"{"packs":{}}"#])
  func `refuses other shapes`(_ text: String) {
    #expect(throws: MalformedIndex.self) { _ = try blobs(text) }
  }
}
