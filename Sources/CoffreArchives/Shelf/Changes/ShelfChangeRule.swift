import CoffreCore

/// When size and times decide that a file is as it was; where they cannot, its content does.
package struct ShelfChangeRule: Sendable, Hashable {
  package var ignoresChangeTime = false
  /// Neither inode nor change time are compared then.
  package var ignoresInode = false
  /// Read everything.
  package var trustsNothing = false

  package init() {}

  /// How coarse clocks of file systems are, in seconds: a file that changed so shortly before the parent was taken may
  /// have changed again within the same tick.
  private static let coarseness: Int64 = 3

  /// - Parameter taken: when the parent point's view was taken.
  func isUnchanged(_ attributes: EntryAttributes, since former: ShelfEntry, taken: Timestamp) -> Bool {
    guard !trustsNothing else { return false }
    let old = former.attributes
    guard old.kind == .file, old.size == attributes.size, old.modified.isSameInstant(as: attributes.modified) else {
      return false
    }
    let settled = taken.adding(seconds: -Self.coarseness)
    guard attributes.modified.isBefore(settled) else { return false }
    if ignoresInode { return true }
    guard old.inode == attributes.inode, attributes.inode != 0 else { return false }
    if ignoresChangeTime { return true }
    return old.changed.isSameInstant(as: attributes.changed) && attributes.changed.isBefore(settled)
  }

  /// Whether owner, mode, link target and extended attributes are surely as they were.
  func hasSameDetails(_ attributes: EntryAttributes, as former: ShelfEntry, taken: Timestamp) -> Bool {
    let old = former.attributes
    return self == ShelfChangeRule() && old.kind == attributes.kind && old.inode == attributes.inode
      && attributes.inode != 0 && old.changed.isSameInstant(as: attributes.changed)
      && attributes.changed.isBefore(taken.adding(seconds: -Self.coarseness))
  }
}
