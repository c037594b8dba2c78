import MongoKit
import Testing

@Suite("Diffs of a server's log")
struct DocumentDiffTests {
  private static func document(_ text: String) throws -> BSONDocument {
    try #require(ExtendedJSON.document(of: Array(text.utf8)), "\(text)")
  }

  typealias Example = (before: String, diff: String, after: String)

  static let examples: [Example] = [
    (#"{"_id":1,"a":1,"b":2}"#, #"{"d":{"a":false}}"#, #"{"_id":1,"b":2}"#),
    (#"{"_id":1,"a":1,"b":2}"#, #"{"u":{"a":"x"}}"#, #"{"_id":1,"a":"x","b":2}"#),
    (#"{"_id":1,"a":1}"#, #"{"i":{"b":2,"c":{"d":3}}}"#, #"{"_id":1,"a":1,"b":2,"c":{"d":3}}"#),
    (
      #"{"_id":1,"s":{"d":{"u":1,"i":2}},"z":0}"#, #"{"ss":{"sd":{"d":{"u":false},"u":{"i":5}}}}"#,
      #"{"_id":1,"s":{"d":{"i":5}},"z":0}"#
    ),
    (#"{"a":[1,2,3]}"#, #"{"sa":{"a":true,"u1":"x"}}"#, #"{"a":[1,"x",3]}"#),
    (#"{"a":[1,2,3]}"#, #"{"sa":{"a":true,"l":{"$numberInt":"1"}}}"#, #"{"a":[1]}"#),
    (#"{"a":[1]}"#, #"{"sa":{"a":true,"u1":2,"u2":3}}"#, #"{"a":[1,2,3]}"#),
    (
      #"{"a":[{"x":1},[5,6]]}"#, #"{"sa":{"a":true,"s0":{"u":{"x":2}},"s1":{"a":true,"u0":4}}}"#,
      #"{"a":[{"x":2},[4,6]]}"#
    ),
    (
      #"{"a":[0,1,2,3,4,5,6,7,8,9,10,11]}"#, #"{"sa":{"a":true,"u2":"x","u10":"y"}}"#,
      #"{"a":[0,1,"x",3,4,5,6,7,8,9,"y",11]}"#
    ),
    // Laid over what it has changed already, or what came later.
    (#"{"_id":1,"b":2}"#, #"{"u":{"a":3}}"#, #"{"_id":1,"b":2,"a":3}"#),
    (#"{"b":2,"a":1}"#, #"{"i":{"b":5}}"#, #"{"a":1,"b":5}"#),
    (#"{"a":"text"}"#, #"{"sa":{"u":{"x":2}}}"#, #"{"a":null}"#),
    (#"{"a":{"x":1}}"#, #"{"sa":{"a":true,"u0":2}}"#, #"{"a":null}"#),
    (#"{"a":[1]}"#, #"{"sa":{"a":true,"u3":4}}"#, #"{"a":[1,null,null,4]}"#),
    (#"{"a":[]}"#, #"{"sa":{"a":true,"s0":{"u":{"x":1}}}}"#, #"{"a":[null]}"#),
    (#"{"a":[1]}"#, #"{"sa":{"a":true,"l":{"$numberInt":"3"}}}"#, #"{"a":[1,null,null]}"#),
    (#"{"x":1}"#, #"{"sa":{"u":{"x":1}}}"#, #"{"x":1}"#),
    (#"{"":{"x":1}}"#, #"{"s":{"u":{"x":2}}}"#, #"{"":{"x":2}}"#),
  ]

  @Test(arguments: examples.indices)
  func `a diff does what the server did`(_ number: Int) throws {
    let example = Self.examples[number]
    let diff = try DocumentDiff(Self.document(example.diff))
    let after = try diff.applied(to: Self.document(example.before))
    #expect(try after == Self.document(example.after), "\(ExtendedJSON.text(of: after) ?? "")")
  }

  @Test(arguments: [
    #"{"b":{"a":1}}"#, #"{"x":{}}"#, #"{"u":1}"#, #"{"a":true,"u0":1}"#, #"{"sa":{"a":true,"q0":1}}"#,
    #"{"sa":{"a":true,"u":1}}"#, #"{"sa":{"a":true,"l":"x"}}"#, #"{"sa":{"a":true,"u99999999":1}}"#,
    #"{"sa":{"a":true,"l":{"$numberInt":"-1"}}}"#, #"{"sa":{"a":true,"s0":1}}"#,
  ])
  func `what is not understood is refused whole`(_ text: String) throws {
    #expect(throws: DocumentDiff.Failure.self) { try DocumentDiff(Self.document(text)) }
  }

  @Test func `no depth is too much`() throws {
    var diff: BSONDocument = ["u": ["x": 1]]
    for _ in 0..<2_000 {
      diff = BSONDocument(rawFields: [BSONField(kind: 3, name: Array("sa".utf8), value: diff.bytes)])
    }
    #expect(throws: DocumentDiff.Failure.self) { try DocumentDiff(diff) }
  }

  @Test func `bytes that are no text stay as they are`() throws {
    let odd = BSONField(kind: 2, name: [0xFF, 0xFE], value: [3, 0, 0, 0, 0xC3, 0x28, 0])
    let document = BSONDocument(rawFields: [odd, BSONField(kind: 0x0A, name: [0x61], value: [])])
    let diff = try DocumentDiff(["d": ["a": false]])
    #expect(try diff.applied(to: document).rawFields() == [odd])
    #expect(try document.rawFields().count == 2)
  }
}
