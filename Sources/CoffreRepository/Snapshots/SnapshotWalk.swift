package import CoffreCore

/// Visits the nodes of a snapshot, directories before their entries, in the order of names.
package struct SnapshotWalk {
  private let loader: BlobLoader
  private let snapshot: StoredSnapshot

  package init(loader: BlobLoader, snapshot: StoredSnapshot) {
    self.loader = loader
    self.snapshot = snapshot
  }

  /// - Parameters:
  ///   - path: of a directory, whose entries are visited, or a file, which is; empty for the whole snapshot.
  ///   - deeply: whether directories below are entered.
  ///   - body: told the node and its absolute path in the snapshot.
  package func visit(below path: [PathBytes], deeply: Bool, _ body: (Node, PathBytes) throws -> Void) throws {
    var tree = snapshot.snapshot.tree
    var reached: PathBytes = [UInt8(ascii: "/")]
    for (depth, component) in path.enumerated() {
      let nodes = try loader.nodes(of: tree, for: "snapshot \(snapshot.id.short)")
      reached = joined(reached, component)
      let isLast = depth == path.count - 1
      guard let node = nodes.first(where: { $0.name == component }), node.subtree != nil || isLast else {
        throw RepositoryError.noSuchPath(displayed(reached), snapshot: snapshot.id.short)
      }
      guard let subtree = node.subtree else { return try body(node, reached) }
      tree = subtree
    }
    var stack = [Level(nodes: try nodes(of: tree, reached)[...], path: reached)]
    while var level = stack.popLast() {
      guard let node = level.nodes.popFirst() else { continue }
      stack.append(level)
      let path = joined(level.path, node.name)
      try body(node, path)
      if deeply, node.kind == .directory, let subtree = node.subtree {
        stack.append(Level(nodes: try nodes(of: subtree, path)[...], path: path))
      }
    }
  }

  private struct Level {
    var nodes: ArraySlice<Node>
    let path: PathBytes
  }

  private func nodes(of tree: TreeID, _ path: PathBytes) throws -> [Node] {
    try loader.nodes(of: tree, for: "'\(displayed(path))' in snapshot \(snapshot.id.short)")
  }
}
