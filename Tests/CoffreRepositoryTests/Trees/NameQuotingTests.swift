import CoffreTestKit
import Foundation
import Testing

@testable import CoffreRepository

@Suite("Name quoting")
struct NameQuotingTests {
  @Test func `agrees with Go both ways`() throws {
    for example in try Vectors.objects("names", of: "json-kat.json") {
      let name = bytes(hex: try #require(example["bytes"] as? String))
      let quoted = try #require(example["quoted"] as? String)
      #expect(NameQuoting.quote(name.span) == Array(quoted.utf8))
      #expect(try NameQuoting.unquote(Array(quoted.utf8).span) == name)
    }
  }

  @Test func `prints what Unicode 15 prints`() throws {
    let data = try Data(contentsOf: Vectors.folder.appending(path: "isprint-unicode15.json"))
    let ranges = try #require(try JSONSerialization.jsonObject(with: data) as? [[UInt32]])
    var printable = Set<UInt32>()
    for range in ranges { printable.formUnion(range[0]...range[1]) }
    #expect(printable.count == 148_998)
    for scalar in 0...0x11_0000 as ClosedRange<UInt32>
    where PrintableCodePoints.contains(scalar) != printable.contains(scalar) {
      Issue.record("U+\(String(scalar, radix: 16)) is wrong")
    }
  }

  @Test func `brings back any bytes`() throws {
    var generator = SeededRandom(seed: 1)
    for _ in 0..<20_000 {
      let name = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator)
      }
      let quoted = NameQuoting.quote(name.span)
      #expect(String(validating: quoted, as: UTF8.self) != nil)
      #expect(try NameQuoting.unquote(quoted.span) == name)
    }
  }

  @Test func `understands octal and upper-case digits`() throws {
    let quoted = #"\101\x4A\u00E9\U0001F600\377\000"#
    #expect(try NameQuoting.unquote(Array(quoted.utf8).span) == Array("AJé😀".utf8) + [0xFF, 0])
  }

  @Test(arguments: [
    #"a"b"#, "a\nb", #"\"#, #"\q"#, #"\'"#, #"\x"#, #"\x4"#, #"\xg0"#, #"\u12"#, #"\ud800"#, #"\U00110000"#,
    #"\U0000d800"#,
    #"\8"#, #"\12"#, #"\129"#, #"\400"#,
  ])
  func `refuses what Go refuses`(_ quoted: String) {
    #expect(throws: MalformedName.self) { _ = try NameQuoting.unquote(Array(quoted.utf8).span) }
  }
}
