package import CoffreCore

/// What a rewriting makes of snapshots beside their trees.
package struct SnapshotEdit: Sendable, Hashable {
  package var hostName: String?
  package var time: Timestamp?
  /// Given to the new snapshots where the old ones stay beside them.
  package var tag: String
  /// Whether the new snapshots take the place of the old ones.
  package var forgets = false
  package var isDryRun = false

  package init(tag: String) { self.tag = tag }

  /// The snapshot as it is to be saved; `nil` if nothing would change.
  func applied(to old: StoredSnapshot, _ tree: RewrittenTree) -> Snapshot? {
    var new = old.snapshot
    new.tree = tree.id
    if let hostName { new.hostname = hostName }
    if let time { new.time = time }
    guard new != old.snapshot else { return nil }
    new.original = old.id
    if tree.id != old.snapshot.tree {
      new.summary?.totalFiles = tree.fileCount
      new.summary?.totalBytes = tree.fileBytes
    }
    return forgets ? new : tagged(new)
  }

  /// The same as it is saved where the old snapshot stays.
  func tagged(_ snapshot: Snapshot) -> Snapshot {
    var snapshot = snapshot
    if !snapshot.tags.contains(tag) { snapshot.tags.append(tag) }
    return snapshot
  }
}

/// What became of one snapshot.
package struct SnapshotOutcome: Sendable {
  package enum Kind: Sendable, Hashable {
    case unchanged
    case rewritten
    /// An earlier run made the new snapshot already.
    case alreadyRewritten
    /// It cannot be rewritten, and stays as it is.
    case refused
    /// Its root cannot be read: nothing of it is left.
    case lost
  }

  package let old: StoredSnapshot
  package var kind: Kind
  /// As it is, or is to be, saved.
  package var new: Snapshot?
  /// `nil` until it is saved.
  package var newID: SnapshotID?
  package var isForgotten = false
  /// Of the new snapshot.
  package var fileCount: UInt64 = 0
  package var fileBytes: UInt64 = 0
}
