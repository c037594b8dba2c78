import CoffreCore
import Foundation
import Testing

@testable import CoffreRepository

@Suite("Tree codec")
struct TreeCodecTests {
  private func encoded(_ nodes: [Node]) -> String {
    var encoder = TreeEncoder()
    encoder.begin()
    for node in nodes { encoder.append(node) }
    return text(encoder.finish())
  }

  private func tree(_ node: String) -> [UInt8] { Array("{\"nodes\":[\(node)]}\n".utf8) }

  @Test func `writes every real tree as restic did`() throws {
    let trees = try Vectors.trees()
    #expect(trees.count == 30)
    // Three of them, of restic 0.14, use escapes that current Go writes differently.
    for tree in trees { #expect(Array(encoded(try TreeDecoder.decode(tree.text)).utf8) == tree.text) }
  }

  @Test func `reuses its memory from tree to tree`() throws {
    var encoder = TreeEncoder()
    for tree in try Vectors.trees() where !text(tree.text).contains("\\u0008") {
      encoder.begin()
      for node in try TreeDecoder.decode(tree.text) { encoder.append(node) }
      #expect(encoder.finish() == tree.text)
    }
    encoder.begin()
    #expect(text(encoder.finish()) == "{\"nodes\":[]}\n")
  }

  @Test func `reads what the tree of a restic 0.19 says`() throws {
    let trees = try Vectors.trees()
    let root = try #require(trees.first { $0.id.hasPrefix("6d705423") })
    let nodes = try TreeDecoder.decode(root.text)
    let device = try #require(nodes.first { $0.name == Array("blockdev".utf8) })
    #expect(device.kind == .blockDevice)
    #expect(device.device == 1992)
    #expect(device.content == nil)
    #expect(device.mode.permissions == 0o600)
    let link = try #require(nodes.first { text($0.linkTarget).hasPrefix("bad-") })
    #expect(link.linkTarget == Array("bad-".utf8) + [0xFF, 0xFE] + Array("-target".utf8))
    let file = try #require(nodes.first { $0.name == Array("hard-a".utf8) })
    #expect(file.content?.count == 1)
    #expect(file.links == 3)
    let folder = try #require(nodes.first { $0.name == Array("dir-setgid".utf8) })
    #expect(folder.subtree?.short == "ac08ce34")
    #expect(folder.mode.permissions == 0o2775)
  }

  @Test func `writes every field in its place and brings it back`() throws {
    var node = Node(name: [0x61, 0xFF, 0x22], kind: .other("odd"))
    node.mode = GoFileMode(rawValue: .max)
    node.modified = Timestamp(seconds: 1_700_000_000, nanoseconds: 120_000_000, utcOffset: 3600)
    node.accessed = Timestamp(seconds: -1, nanoseconds: 1)
    node.changed = Timestamp(seconds: 0, nanoseconds: 0)
    node.userID = .max
    node.groupID = 1
    node.user = "é<"
    node.group = "g"
    node.inode = .max
    node.deviceID = 2
    node.size = 3
    node.links = 4
    node.linkTarget = [0xFF, 0x62]
    node.extendedAttributes = [
      ExtendedAttribute(name: Array("user.a".utf8), value: [0, 1]), ExtendedAttribute(name: [], value: []),
    ]
    node.genericAttributes = Array(#"{"windows.x":[1,{"y":null}]}"#.utf8)
    node.device = 5
    node.content = [digest(1), digest(2)]
    node.subtree = digest(3)
    node.error = "e"
    let expected = #"""
      {"nodes":[{"name":"a\\xff\\\"","type":"odd","mode":4294967295,"mtime":"2023-11-14T23:13:20.12+01:00",\#
      "atime":"1969-12-31T23:59:59.000000001Z","ctime":"1970-01-01T00:00:00Z","uid":4294967295,"gid":1,\#
      "user":"é\u003c","group":"g","inode":18446744073709551615,"device_id":2,"size":3,"links":4,\#
      "linktarget":"\ufffdb","linktarget_raw":"/2I=","extended_attributes":[{"name":"user.a","value":"AAE="},\#
      {"name":"","value":""}],"generic_attributes":{"windows.x":[1,{"y":null}]},"device":5,\#
      "content":["\#(digest(1))","\#(digest(2))"],"subtree":"\#(digest(3))","error":"e"}]}

      """#
    #expect(encoded([node]) == expected)
    #expect(try TreeDecoder.decode(Array(expected.utf8)) == [node])
  }

  @Test func `leaves out what is zero or empty`() {
    let node = Node(name: Array("n".utf8), kind: .file)
    let time = "0001-01-01T00:00:00Z"
    let expected =
      #"{"nodes":[{"name":"n","type":"file","mtime":"\#(time)","atime":"\#(time)","ctime":"\#(time)","#
      + #""uid":0,"gid":0,"content":null}]}"# + "\n"
    #expect(encoded([node]) == expected)
  }

  @Test func `takes names, users and content at their longest`() throws {
    var node = Node(name: [UInt8](repeating: 0xFF, count: 255), kind: .file)
    node.mode = GoFileMode(rawValue: .max)
    node.modified = Timestamp(seconds: 253_402_300_799, nanoseconds: 999_999_999, utcOffset: -50_400)
    node.accessed = node.modified
    node.changed = node.modified
    (node.userID, node.groupID, node.inode, node.deviceID) = (.max, .max, .max, .max)
    (node.size, node.links, node.device) = (.max, .max, .max)
    node.user = String(repeating: "<", count: 300)
    node.group = String(repeating: "\u{2028}", count: 300)
    node.content = (0..<1_000).map { digest($0) }
    node.subtree = digest(1)
    node.linkTarget = [UInt8](repeating: 0xFE, count: 4_096)
    #expect(try TreeDecoder.decode(Array(encoded([node, node]).utf8)) == [node, node])
  }

  @Test func `tells users apart that only look alike`() throws {
    let nodes = ["\u{E9}", "e\u{301}", "\u{E9}", ""].map { user in
      var node = Node(name: Array("a".utf8), kind: .file)
      node.user = user
      return node
    }
    let users = try TreeDecoder.decode(Array(encoded(nodes).utf8)).map { Array($0.user.utf8) }
    #expect(users == nodes.map { Array($0.user.utf8) })
  }

  @Test func `tells an empty file from one without content`() throws {
    let nodes = try TreeDecoder.decode(tree(#"{"content":[]},{"content":null},{}"#))
    #expect(nodes.map(\.content) == [[], nil, nil])
  }

  @Test func `reads fields in any order and ignores unknown ones`() throws {
    let text = #"{"x":1,"nodes":[{"later":{"name":2},"type":"dir","name":"a","name":"b"}],"y":[{}]} "#
    let nodes = try TreeDecoder.decode(Array(text.utf8))
    #expect(nodes.map(\.name) == [Array("b".utf8)])
    #expect(nodes.first?.kind == .directory)
    #expect(nodes.first?.modified == .missing)
  }

  @Test(arguments: [
    (#"{"nodes":null}"#, "expected '['"), (#"{}"#, "no list of nodes"), (#"{"nodes":[null]}"#, "expected '{'"),
    (#"{"nodes":[]}x"#, "something follows the end"), (#"{"nodes":[],"nodes":[]}"#, "a second list of nodes"),
    (#"{"nodes":[{"name":"a\\q"}]}"#, "name with unknown escape"),
    (#"{"nodes":[{"name":"a\"b"}]}"#, "name with quotation mark without backslash"),
    (#"{"nodes":[{"name":"a\nb"}]}"#, "name with line feed that is not escaped"),
    (#"{"nodes":[{"mtime":"10000-01-01T00:00:00Z"}]}"#, "time that cannot be read"),
    (#"{"nodes":[{"mtime":"2020-01-01 00:00:00Z"}]}"#, "time that cannot be read"),
    (#"{"nodes":[{"size":-1}]}"#, "expected a number without sign"),
    (#"{"nodes":[{"size":1.5}]}"#, "expected an integer"), (#"{"nodes":[{"uid":4294967296}]}"#, "number out of range"),
    (#"{"nodes":[{"subtree":"ac"}]}"#, "expected an id of 64 hexadecimal digits"),
    (#"{"nodes":[{"content":[null]}]}"#, "expected an id"),
    (#"{"nodes":[{"linktarget_raw":"x"}]}"#, "base64 that cannot be read"), ("", "the text ends too early"),
  ])
  func `refuses what cannot be read`(_ example: (tree: String, problem: String)) {
    let error = #expect(throws: MalformedTree.self) { _ = try TreeDecoder.decode(Array(example.tree.utf8)) }
    #expect(error?.problem.description == example.problem)
  }

  @Test func `gives nothing more after an error`() throws {
    var decoder = TreeDecoder(tree("{},{\"uid\":x},{}"))
    #expect(try decoder.next() != nil)
    #expect(throws: MalformedTree(offset: 20, problem: "expected a number without sign")) { _ = try decoder.next() }
    #expect(try decoder.next() == nil)
  }
}
