package import CoffreCore

/// What lies at a path of a snapshot.
package enum LocatedEntry: Sendable {
  /// The snapshot's root, which has no node.
  case root(TreeID)
  case entry(Node)

  /// Of a directory.
  package var tree: TreeID? {
    switch self {
    case .root(let tree): tree
    case .entry(let node): node.kind == .directory ? node.subtree : nil
    }
  }
}

extension BlobLoader {
  /// Finds what lies at a path of a snapshot.
  ///
  /// - Throws: `.noSuchPath` with the part of the path that is not there.
  package func locate(_ path: [PathBytes], in snapshot: StoredSnapshot) throws -> LocatedEntry {
    var found = LocatedEntry.root(snapshot.snapshot.tree)
    var reached: PathBytes = [UInt8(ascii: "/")]
    for component in path {
      let user: Message = "'\(displayed(reached))' in snapshot \(snapshot.id.short)"
      reached = joined(reached, component)
      guard let tree = found.tree, let node = try nodes(of: tree, for: user).first(where: { $0.name == component })
      else {
        throw RepositoryError.noSuchPath(displayed(reached), snapshot: snapshot.id.short)
      }
      found = .entry(node)
    }
    return found
  }

  /// The tree of the directory at a path of a snapshot.
  package func tree(at path: [PathBytes], in snapshot: StoredSnapshot) throws -> TreeID {
    let found = try locate(path, in: snapshot)
    guard let tree = found.tree else {
      let shown = displayed(path.reduce([]) { joined($0, $1) })
      throw RepositoryError.noSuchPath(shown + "/", snapshot: snapshot.id.short)
    }
    return tree
  }
}
