import CoffreCore

/// About how much content a new point will store, in bytes, as listings tell: to look for space before it is needed. What the
/// parent seems to have is not counted.
///
/// - Parameters:
///   - session: whose directories can be opened again.
///   - comparison: with the parent, if there is one; of no use afterwards.
func expectedSize(
  of session: any SourceSession, since comparison: ParentComparison?, _ rule: ShelfChangeRule,
  _ cancellation: Cancellation
) throws -> Int64 {
  var size: Int64 = 0
  // What cannot be read is told when it is read.
  let walk = SourceWalk(session: session, cancellation: cancellation, report: { _ in }, lose: { _, _ in })
  try walk.run { step in
    switch step {
    case .directory(let directory): _ = try comparison?.former(of: directory.path, isDirectory: true)
    case .entry(let found):
      let former = try comparison?.former(of: found.path, isDirectory: false)
      let attributes = found.entry.attributes
      guard attributes.kind == .file else { return }
      if let comparison, found.entry.isComparable {
        if let former {
          if rule.isUnchanged(attributes, since: former, taken: comparison.point.time) { return }
        } else if try comparison.entry(ofInode: attributes.inode, size: attributes.size) != nil {
          return
        }
      }
      size = size.adding(saturating: attributes.size)
    }
  }
  return size
}
