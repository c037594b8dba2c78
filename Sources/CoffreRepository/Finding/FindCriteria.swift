package import CoffreCore

/// What a file must be like to be found.
package struct FindCriteria: Sendable {
  /// One of them must match the path or a directory above it; in lower case if case does not count.
  package var patterns: [Pattern] = []
  package var ignoresCase = false
  /// Modified at this moment or later.
  package var oldest: Timestamp?
  /// Modified at this moment or earlier.
  package var newest: Timestamp?
  /// Of files, in bytes; what is no file is not found then.
  package var largerThan: Int64?
  package var smallerThan: Int64?
  /// Any, if empty.
  package var kinds: Set<EntryKind> = []

  package init() {}

  /// - Parameter path: the node's, as components.
  /// - Returns: whether the node is meant, and whether something below it may be.
  func judge(_ node: Node, at path: [PathBytes]) -> (isFound: Bool, mayHoldMore: Bool) {
    let path = ignoresCase ? path.map { lowercased($0) } : path
    let mayHoldMore = node.kind == .directory && patterns.contains { $0.mayMatchBelow(path) }
    guard isMeant(node), patterns.contains(where: { $0.matches(path) }) else { return (false, mayHoldMore) }
    return (true, mayHoldMore)
  }

  private func isMeant(_ node: Node) -> Bool {
    if let oldest, node.modified.isBefore(oldest) { return false }
    if let newest, newest.isBefore(node.modified) { return false }
    if !kinds.isEmpty {
      guard let kind = node.kind.entryKind, kinds.contains(kind) else { return false }
    }
    guard largerThan != nil || smallerThan != nil else { return true }
    let size = Int64(clamping: node.size)
    return node.kind == .file && size > largerThan ?? -1 && size < smallerThan ?? .max
  }
}
