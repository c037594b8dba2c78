import CoffreTestKit
import MongoKit
import Testing

@Suite("BSON")
struct BSONTests {
  private static let document: BSONDocument = [
    "double": .double(-0.5), "text": "é\0😀", "document": ["inner": ["a", 2]], "array": [1, "two", [:]],
    "binary": .binary(128, [0, 255]), "true": true, "null": .null, "int": -1, "long": .int64(1 << 40),
    "date": .date(-5), "time": .timestamp(7 << 32 | 9), "": .other(0x13, [UInt8](repeating: 3, count: 16)),
  ]

  @Test func `what is written is read again`() throws {
    let fields = try Self.document.fields()
    #expect(fields.count == 12)
    #expect(BSONDocument(fields) == Self.document)
    #expect(Self.document["text"]?.text == "é\0😀")
    #expect(Self.document["long"]?.integer == 1 << 40)
    #expect(Self.document["time"]?.timestamp == 7 << 32 | 9)
    #expect(Self.document["document"]?.document?["inner"]?.document?["1"]?.integer == 2)
    #expect(Self.document["nothing"] == nil)
  }

  @Test func `another reader reads the same`() throws {
    let hex = Self.document.bytes.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
    let outcome = try MongoServer.python().run([
      "-c",
      """
      import sys, bson
      from bson import Binary, Timestamp, Decimal128
      raw = bytes.fromhex(sys.argv[1])
      d = bson.decode(raw)
      assert d["double"] == -0.5 and d["text"] == "é\\0😀" and d["document"] == {"inner": ["a", 2]}, d
      assert d["array"] == [1, "two", {}] and d["binary"] == Binary(b"\\0\\xff", 128) and d["true"] is True, d
      assert d["null"] is None and d["int"] == -1 and d["long"] == 1 << 40 and d["time"] == Timestamp(7, 9), d
      assert d[""].bid == bytes([3]) * 16
      print(len(d))
      """, hex,
    ])
    #expect(outcome.output == "12\n", "\(outcome)")
  }

  @Test func `no length is believed`() throws {
    let bytes = Self.document.bytes
    for position in bytes.indices {
      for value in [UInt8(0), 1, 0x7F, 0xFF, bytes[position] ^ 1, bytes[position] ^ 0x80] {
        var changed = bytes
        changed[position] = value
        // Whatever it is by now, it is read within its bounds or refused.
        guard let document = try? BSONDocument(changed) else { continue }
        look(at: document)
      }
      #expect(throws: MalformedBSON.self) { try BSONDocument(Array(bytes[..<position])) }
    }
    #expect(throws: MalformedBSON.self) { try BSONDocument(bytes + [0]) }
  }

  private func look(at document: BSONDocument) {
    _ = document["text"]
    guard let fields = try? document.fields() else { return }
    for field in fields {
      if let inner = field.value.document { look(at: inner) }
    }
  }

  @Test func `random bytes are no document`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let length = Int.random(in: 5..<60, using: &random)
      var bytes = (0..<length).map { _ in UInt8.random(in: 0...20, using: &random) }
      bytes.replaceSubrange(0..<4, with: [UInt8(length), 0, 0, 0])
      bytes[length - 1] = 0
      if let document = try? BSONDocument(bytes) { look(at: document) }
    }
  }

  @Test func `text with kinds comes back as it was`() throws {
    let text = try #require(ExtendedJSON.text(of: Self.document))
    #expect(text.contains("\"long\" : { \"$numberLong\" : \"1099511627776\" }"))
    #expect(ExtendedJSON.document(of: Array(text.utf8)) == Self.document)
    #expect(ExtendedJSON.document(of: Array("{ \"a\" : ".utf8)) == nil)
    #expect(ExtendedJSON.document(of: []) == nil)
  }
}
