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
    try visit(below: path) { node, path in
      try body(node, path)
      return deeply
    }
  }

  /// - Parameter body: told the node and its absolute path in the snapshot; answers whether a directory is entered.
  package func visit(below path: [PathBytes], choosing body: (Node, PathBytes) throws -> Bool) throws {
    let start = path.reduce([UInt8(ascii: "/")]) { joined($0, $1) }
    let found = try loader.locate(path, in: snapshot)
    guard let tree = found.tree else {
      if case .entry(let node) = found { _ = try body(node, start) }
      return
    }
    var stack = [Level(nodes: try nodes(of: tree, start)[...], path: start)]
    while var level = stack.popLast() {
      guard let node = level.nodes.popFirst() else { continue }
      stack.append(level)
      let path = joined(level.path, node.name)
      if try body(node, path), node.kind == .directory, let subtree = node.subtree {
        stack.append(Level(nodes: try nodes(of: subtree, path)[...], path: path))
      }
    }
  }

  private struct Level {
    var nodes: ArraySlice<Node>
    let path: PathBytes
  }

  private func nodes(of tree: TreeID, _ path: PathBytes) throws -> [Node] {
    do {
      return try loader.nodes(of: tree, for: "'\(displayed(path))' in snapshot \(snapshot.id.short)")
    } catch {
      throw ContentError(path: path, cause: error)
    }
  }
}
