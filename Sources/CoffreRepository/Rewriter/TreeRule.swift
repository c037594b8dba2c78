package import CoffreCore

/// What becomes of the nodes of a tree that is rewritten.
protocol TreeRule {
  /// Whether a tree that holds more than we can write (fields of another program) must not be changed at all.
  var demandsExactTrees: Bool { get }
  /// - Returns: the node as it shall be, or `nil` to leave it out. What it returns for a directory keeps the subtree, which
  ///   is rewritten next.
  func revised(_ node: Node, at path: [PathBytes]) -> Node?
  /// The tree of a directory cannot be read.
  ///
  /// - Parameter node: `nil` for the root.
  /// - Returns: what stands for the directory; it will have an empty tree. The rule may as well throw `error`.
  func replacing(_ node: Node?, at path: [PathBytes], because error: any Error) throws -> Node?
  /// The last word on the nodes of a directory, in their order.
  func arranged(_ nodes: [Node], of path: [PathBytes]) -> [Node]
}

/// Leaves out what patterns name, as a backup with these patterns would have done.
package struct ExcludeRule: TreeRule, Sendable {
  private let excludes: PatternList
  /// Told of each node that is left out, once for each place.
  var report: @Sendable (Node, [PathBytes]) -> Void = { _, _ in }

  package init(_ excludes: PatternList) { self.excludes = excludes }

  /// Whether nothing is left out.
  package var isEmpty: Bool { excludes.isEmpty }

  var demandsExactTrees: Bool { true }

  func revised(_ node: Node, at path: [PathBytes]) -> Node? {
    guard excludes.matches(path) else { return node }
    report(node, path)
    return nil
  }

  func replacing(_ node: Node?, at path: [PathBytes], because error: any Error) throws -> Node? { throw error }

  func arranged(_ nodes: [Node], of path: [PathBytes]) -> [Node] { nodes }
}
