import CoffreCore
import Testing

@testable import CoffreRepository

@Suite("Tree inspector")
struct TreeInspectorTests {
  private func file(_ name: String) -> Node {
    var node = Node(name: Array(name.utf8), kind: .file)
    node.content = []
    node.modified = Timestamp(seconds: 1, nanoseconds: 0)
    return node
  }

  private func kinds(_ nodes: [Node]) -> [TreeProblem.Kind] { TreeInspector.problems(in: nodes).map(\.kind) }

  @Test func `finds nothing in any real tree`() throws {
    for tree in try Vectors.trees() {
      #expect(TreeInspector.problems(in: try TreeDecoder.decode(tree.text)).isEmpty)
    }
  }

  @Test(
    arguments: [
      (["", "a"], [.emptyName]), ([".", "a"], [.dotName]), (["..", "a"], [.dotName]), (["...", "a"], []),
      (["a/b"], [.forbiddenByteInName]), (["a\0"], [.forbiddenByteInName]), (["b", "a"], [.unsorted]),
      (["a", "a"], [.duplicateName]), (["a", "c", "b", "c"], [.unsorted, .duplicateName]), (["a", "a\u{1}", "a!"], []),
    ] as [([String], [TreeProblem.Kind])])
  func `looks at names`(_ example: (names: [String], problems: [TreeProblem.Kind])) {
    #expect(kinds(example.names.map { file($0) }) == example.problems)
  }

  @Test func `looks at what each type needs`() {
    var nodes = [NodeKind.directory, .file, .symlink, .other("irregular"), .fifo].enumerated().map { index, kind in
      var node = file("\(index)")
      node.kind = kind
      node.content = nil
      return node
    }
    #expect(
      kinds(nodes) == [
        .directoryWithoutSubtree, .fileWithoutContent, .symlinkWithoutTarget, .unknownType("irregular"),
      ])
    nodes[4].modified = .missing
    #expect(kinds([nodes[4]]) == [.missingModificationTime])
  }

  @Test func `sees equal neighbours without remembering names`() {
    var inspector = TreeInspector()
    #expect(inspector.inspect(file("a")).isEmpty)
    #expect(inspector.inspect(file("a")).map(\.kind) == [.duplicateName])
  }

  @Test func `says it in words`() {
    let problem = TreeProblem(kind: .unknownType("odd"), name: [])
    #expect(problem.explanation == "is of the unknown type 'odd'")
  }
}
