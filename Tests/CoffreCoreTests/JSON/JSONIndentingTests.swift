import Testing

@testable import CoffreCore

@Suite("JSON on many lines")
struct JSONIndentingTests {
  @Test(
    arguments: [
      (#"{"a":1,"b":[true,null],"c":{}}"#, "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ],\n  \"c\": {}\n}"),
      (#"[]"#, "[]"), (#"[[],{"x":[]}]"#, "[\n  [],\n  {\n    \"x\": []\n  }\n]"),
      (#"{"t":"a\"{b}[,:]\\"}"#, #"{"# + "\n" + #"  "t": "a\"{b}[,:]\\""# + "\n}"),
      ("{ \"a\" :\n 1 }", "{\n  \"a\": 1\n}"),
      ("", ""),
    ])
  func `as restic shows documents`(_ example: (json: String, text: String)) {
    #expect(String(decoding: JSONIndenting.indented(Array(example.json.utf8)), as: UTF8.self) == example.text)
  }
}
