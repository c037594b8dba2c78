import Testing

@testable import CoffreCore

@Suite("JSON reader")
struct JSONReaderTests {
  private enum Field: String, CaseIterable, Sendable { case first, second }

  private func reader(_ text: String) -> JSONReader { JSONReader(Array(text.utf8)) }

  @Test func `finds known fields in any order and skips the others`() throws {
    var fields = JSONFields<Field>()
    var reader = reader(#" { "x" : [1,{"first":2}] , "second" : 7, "y":null, "f\u0069rst" :"a" } "#)
    var found: [String] = []
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      found.append(field.rawValue)
      try reader.skipValue()
    }
    try reader.finish()
    #expect(found == ["second", "first"])
  }

  @Test(arguments: [
    (#""a\"\\\/\b\f\n\r\tb""#, "a\"\\/\u{8}\u{C}\n\r\tb"), (#""\u00e9\u20AC""#, "é€"), (#""\ud83d\ude00""#, "😀"),
    (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
    (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\u0000""#, "\u{0}"), (#""é😀""#, "é😀"), (#""""#, ""),
  ])
  func `undoes escapes`(_ example: (json: String, content: String)) throws {
    var reader = reader(example.json)
    #expect(try text(reader.string()) == example.content)
    try reader.finish()
  }

  @Test(
    arguments: [
      [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func `replaces each byte that is not UTF-8`(_ invalid: [UInt8]) throws {
    var reader = JSONReader([0x22] + invalid + [0x22])
    #expect(try text(reader.string()) == String(repeating: "\u{FFFD}", count: invalid.count))
  }

  @Test(arguments: [#""\x""#, #""\u12g4""#, #""\u12"#, "\"a\nb\"", #""a"#, "\"\\", "\"\\\n\"", "a", ""])
  func `refuses what is no string`(_ json: String) {
    var reader = reader(json)
    #expect(throws: MalformedJSON.self) { _ = try reader.string() }
  }

  @Test(arguments: [("0", 0), ("7,", 7), ("18446744073709551615", UInt64.max)] as [(String, UInt64)])
  func `reads numbers of 64 bits`(_ example: (json: String, value: UInt64)) throws {
    var reader = reader(example.json)
    #expect(try reader.unsigned() == example.value)
  }

  @Test(arguments: ["18446744073709551616", "99999999999999999999", "01", "1.0", "1e3", "-1", "+1", "", "x"])
  func `refuses other numbers`(_ json: String) {
    var reader = reader(json)
    #expect(throws: MalformedJSON.self) { _ = try reader.unsigned() }
  }

  @Test func `reads signed numbers to both ends`() throws {
    var reader = reader("[-9223372036854775808,9223372036854775807,-0]")
    try reader.enterArray()
    var numbers: [Int64] = []
    while try reader.nextElement() { numbers.append(try reader.signed()) }
    #expect(numbers == [.min, .max, 0])
    for text in ["-9223372036854775809", "9223372036854775808", "-", "--1"] {
      var reader = self.reader(text)
      #expect(throws: MalformedJSON.self) { _ = try reader.signed() }
    }
  }

  @Test(arguments: [
    "[1,]", "[1 2]", "{\"a\":1,}", "{\"a\" 1}", "{1:1}", "[1}", "{\"a\":1]", "[", "{", "[-]", "[1.]", "[nul]",
  ])
  func `refuses broken syntax while skipping`(_ json: String) {
    var reader = reader(json)
    #expect(throws: MalformedJSON.self) { try reader.skipValue() }
  }

  @Test func `skips every kind of value`() throws {
    var reader = reader(#"{"a":[],"b":{},"c":[true,false,null,-1.5e+10,0,"x\n"],"d":{"e":[[[]]]}}"#)
    try reader.skipValue()
    try reader.finish()
  }

  @Test func `refuses deep nesting before the stack does`() throws {
    let deepest = String(repeating: "[", count: JSONReader.maximumDepth)
    var fitting = reader(deepest + String(repeating: "]", count: JSONReader.maximumDepth))
    try fitting.skipValue()
    var tooDeep = reader(String(repeating: "[", count: 1_000_000))
    #expect(throws: MalformedJSON(offset: JSONReader.maximumDepth, problem: "nested too deeply")) {
      try tooDeep.skipValue()
    }
  }

  @Test func `tells where and what is wrong`() {
    var reader = reader(#"{"a" : tru}"#)
    let error = #expect(throws: MalformedJSON.self) { try reader.skipValue() }
    #expect(error?.explanation.problem == "malformed JSON: unknown word, at byte 7")
  }

  @Test func `refuses what follows the end`() throws {
    var reader = reader("1 \n x")
    _ = try reader.unsigned()
    #expect(throws: MalformedJSON.self) { try reader.finish() }
  }

  @Test func `reads ids of 64 lower-case digits only`() throws {
    let hex = String(repeating: "0123456789abcdef", count: 4)
    var good = reader("\"\(hex)\"")
    #expect(try good.digest() == Digest(hex: hex))
    for bad in [hex.uppercased(), String(hex.dropLast()), hex + "0"] {
      var reader = reader("\"\(bad)\"")
      #expect(throws: MalformedJSON.self) { _ = try reader.digest() }
    }
  }

  @Test func `knows good digits of ids from all other bytes`() {
    let sound = Array("\"\(digest(1))\"".utf8)
    for byte in UInt8.min...UInt8.max {
      for place in [1, 16, 17, 40, 64] {
        var text = sound
        text[place] = byte
        var reader = JSONReader(text)
        let read = try? reader.digest()
        #expect(read == Digest(hex: text.span, at: 1))
      }
    }
  }
}
