import Testing

@testable import CoffreCore

@Suite("JSON writer")
struct JSONWriterTests {
  private func string(_ bytes: [UInt8]) -> [UInt8] {
    var writer = JSONWriter()
    writer.string(bytes.span)
    return writer.output
  }

  @Test func `escapes strings as Go does`() throws {
    let examples = try JSONVectors.objects("names")
    #expect(examples.count == 55)
    for example in examples {
      let name = try #require(example["bytes"] as? String)
      let expected = try #require(example["raw_string_json"] as? String)
      #expect(string(bytes(hex: name)) == Array(expected.utf8))
    }
    for example in try JSONVectors.objects("raw_extra") {
      let name = try #require(example["bytes"] as? String)
      let expected = try #require(example["json_go1.22_to_1.26"] as? String)
      #expect(string(bytes(hex: name)) == Array(expected.utf8))
    }
  }

  @Test func `is undone by the reader, also as older Go wrote it`() throws {
    for example in try JSONVectors.objects("raw_extra") {
      let old = try #require(example["json_go_before_1.22"] as? String)
      let new = try #require(example["json_go1.22_to_1.26"] as? String)
      var oldReader = JSONReader(Array(old.utf8))
      var newReader = JSONReader(Array(new.utf8))
      let content = try newReader.string()
      #expect(try oldReader.string() == content)
      let name = bytes(hex: try #require(example["bytes"] as? String))
      #expect(content == Array(text(name).utf8))
    }
  }

  @Test func `sets commas and nothing else`() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("a")
    writer.beginArray()
    writer.number(UInt64.max)
    writer.number(Int64.min)
    writer.beginObject()
    writer.endObject()
    writer.null()
    writer.endArray()
    writer.key("b")
    writer.bool(true)
    writer.key("c")
    writer.strings([])
    writer.endObject()
    writer.endLine()
    let expected = "{\"a\":[18446744073709551615,-9223372036854775808,{},null],\"b\":true,\"c\":[]}\n"
    #expect(text(writer.output) == expected)
  }

  @Test func `escapes keys that may hold anything`() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key(escaping: "a\"b")
    writer.bool(true)
    writer.key(escaping: "é")
    writer.null()
    writer.endObject()
    #expect(text(writer.output) == #"{"a\"b":true,"é":null}"#)
  }

  @Test(arguments: [0, 9, 10, 99, 100, 12345, 9_999_999_999, 10_000_000_000, UInt64.max])
  func `writes numbers without a string`(_ value: UInt64) {
    var writer = JSONWriter()
    writer.number(value)
    #expect(text(writer.output) == String(value))
  }

  @Test func `writes ids in hexadecimal`() {
    for number in 0..<500 as Range<UInt64> {
      var writer = JSONWriter()
      writer.digest(digest(number))
      #expect(text(writer.output) == "\"\(digest(number))\"")
    }
  }

  @Test func `clamps years that cannot be written`() {
    var writer = JSONWriter()
    writer.time(Timestamp(seconds: 1 << 60, nanoseconds: 0))
    #expect(text(writer.output) == "\"9999-12-31T23:59:59Z\"")
  }
}

@Suite("Base64")
struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func `agrees with RFC 4648`(_ example: (plain: String, encoded: String)) {
    #expect(text(Base64.encode(Array(example.plain.utf8).span)) == example.encoded)
    #expect(Base64.decode(Array(example.encoded.utf8).span) == Array(example.plain.utf8))
  }

  @Test func `carries every byte in every place`() {
    for length in 0..<7 {
      for byte in UInt8.min...UInt8.max {
        let plain = Array(repeating: byte, count: length)
        #expect(Base64.decode(Base64.encode(plain.span).span) == plain)
      }
    }
    #expect(text(Base64.encode([0xFB, 0xFF, 0xBF].span)) == "+/+/")
  }

  @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "Z===", "====", "Zg==Zg==", "Zm9-", "Zm 9", "=m9v", "Z=9v", "Zm=v"])
  func `refuses what is no base64`(_ text: String) {
    #expect(Base64.decode(Array(text.utf8).span) == nil)
  }
}
