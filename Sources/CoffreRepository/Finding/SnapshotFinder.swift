package import CoffreCore

/// A file that was found.
package struct FoundEntry: Sendable {
  package let path: PathBytes
  package let node: Node
}

/// A blob or tree that was found.
package struct FoundObject: Sendable {
  package let kind: BlobKind
  package let id: BlobID
  /// Of the file that holds the blob, or of the directory that the tree is.
  package let path: PathBytes
  /// The tree in which the entry stands; `nil` for the snapshot's root.
  package let parentTree: TreeID?
}

/// Looks through snapshots for files. Keeps in mind what it saw, so that snapshots that share directories cost little.
package struct SnapshotFinder {
  private var walk: RepeatedWalk<FoundEntry>
  private let criteria: FindCriteria

  /// - Parameter snapshotCount: how many will be looked through.
  package init(_ criteria: FindCriteria, loader: BlobLoader, snapshotCount: Int) {
    self.criteria = criteria
    walk = RepeatedWalk(loader: loader, remembers: snapshotCount > 1)
  }

  /// Of directories, in all snapshots so far.
  package var treesRead: Int { walk.treesRead }

  /// - Parameter damaged: told of directories that cannot be read.
  package mutating func look(
    through snapshot: StoredSnapshot, cancellation: Cancellation, found: (FoundEntry) throws -> Void,
    damaged: (ContentError) throws -> Void
  ) throws {
    let criteria = criteria
    try walk.walk(snapshot) { node, path, _ in
      try cancellation.check()
      let (isFound, mayHoldMore) = criteria.judge(node, at: path)
      let hits = isFound ? [FoundEntry(path: path.reduce([]) { joined($0, $1) }, node: node)] : []
      return (hits, mayHoldMore)
    } found: {
      try found($0)
    } damaged: {
      try damaged($0)
    }
  }
}

/// Looks through snapshots for blobs and trees by their ids.
package struct ObjectFinder {
  private var walk: RepeatedWalk<FoundObject>
  private let sought: SoughtObjects

  /// - Parameter snapshotCount: how many will be looked through.
  package init(_ sought: SoughtObjects, loader: BlobLoader, snapshotCount: Int) {
    self.sought = sought
    walk = RepeatedWalk(loader: loader, remembers: snapshotCount > 1)
  }

  /// - Parameter damaged: told of directories that cannot be read.
  package mutating func look(
    through snapshot: StoredSnapshot, cancellation: Cancellation, found: (FoundObject) throws -> Void,
    damaged: (ContentError) throws -> Void
  ) throws {
    let root = snapshot.snapshot.tree
    if sought.holds(root, .tree) {
      try found(FoundObject(kind: .tree, id: root, path: [UInt8(ascii: "/")], parentTree: nil))
    }
    let sought = sought
    try walk.walk(snapshot) { node, path, tree in
      try cancellation.check()
      var ids: [(BlobID, BlobKind)] = []
      if let subtree = node.subtree, sought.holds(subtree, .tree) { ids.append((subtree, .tree)) }
      if sought.hasData {
        // A file may hold the same blob often; once is enough.
        for id in node.content ?? [] where sought.holds(id, .data) && !ids.contains(where: { $0.0 == id }) {
          ids.append((id, .data))
        }
      }
      guard !ids.isEmpty else { return ([], true) }
      let shown = path.reduce([]) { joined($0, $1) }
      return (ids.map { FoundObject(kind: $0.1, id: $0.0, path: shown, parentTree: tree) }, true)
    } found: {
      try found($0)
    } damaged: {
      try damaged($0)
    }
  }
}
