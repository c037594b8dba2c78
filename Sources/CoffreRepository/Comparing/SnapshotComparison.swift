package import CoffreCore

/// One entry that differs between two snapshots.
package struct SnapshotChange: Sendable, Hashable {
  /// From where the comparison begins; of directories with a slash at the end.
  package let path: PathBytes
  /// restic's letters: `+` added, `-` removed, `M` content, `T` type, `U` metadata; `?` behind `M` for content that changed
  /// while nothing else did.
  package let modifier: String
}

/// How two snapshots differ, in numbers.
package struct ComparisonStatistics: Sendable, Hashable {
  package struct Side: Sendable, Hashable {
    package var files = 0
    package var directories = 0
    package var others = 0
    /// On this side only.
    package var dataBlobs = 0
    package var treeBlobs = 0
    /// Of those blobs, before compression.
    package var bytes: UInt64 = 0
  }

  package var changedFiles = 0
  package var added = Side()
  package var removed = Side()
}

/// Compares two trees entry by entry. A directory that is the same tree on both sides is not compared; it is only looked
/// through for blobs, so that what merely moved does not count as added.
package final class SnapshotComparison {
  private enum Side { case before, after }

  /// A directory that is under way.
  private enum Level {
    case both(ArraySlice<Node>, ArraySlice<Node>, PathBytes)
    case one(Side, ArraySlice<Node>, PathBytes)
  }

  private let loader: BlobLoader
  private let reportsMetadata: Bool
  private let cancellation: Cancellation
  private let told: (SnapshotChange) throws -> Void
  private let damaged: (ContentError) throws -> Void
  private var marks: BlobMarks
  private var statistics = ComparisonStatistics()
  private var sameTrees: [(tree: TreeID, path: PathBytes)] = []
  private var stack: [Level] = []

  /// - Parameters:
  ///   - reportsMetadata: whether entries whose attributes alone differ are told, as `U`.
  ///   - told: every difference, directories before what is in them, in the order of names.
  ///   - damaged: directories that cannot be read; the comparison goes on unless it throws.
  package init(
    loader: BlobLoader, reportsMetadata: Bool, cancellation: Cancellation,
    told: @escaping (SnapshotChange) throws -> Void,
    damaged: @escaping (ContentError) throws -> Void
  ) {
    self.loader = loader
    self.reportsMetadata = reportsMetadata
    self.cancellation = cancellation
    self.told = told
    self.damaged = damaged
    marks = BlobMarks(index: loader.index)
  }

  package func compare(_ before: TreeID, with after: TreeID) throws -> ComparisonStatistics {
    marks.add(.before, before, .tree)
    marks.add(.after, after, .tree)
    let root: PathBytes = [UInt8(ascii: "/")]
    if before == after {
      sameTrees.append((before, root))
    } else {
      try enter(before, after, root, mustSucceed: true)
    }
    while let level = stack.popLast() {
      try cancellation.check()
      switch level {
      case .both(let before, let after, let path): try step(before, after, path)
      case .one(let side, let nodes, let path): try step(side, nodes, path)
      }
    }
    try lookThroughSameTrees()
    try count(.before, into: \.removed)
    try count(.after, into: \.added)
    return statistics
  }

  private func count(
    _ mark: BlobMarks.Mark, into side: WritableKeyPath<ComparisonStatistics, ComparisonStatistics.Side>
  )
    throws
  {
    let found = marks.count(only: mark)
    statistics[keyPath: side].dataBlobs = found.dataBlobs
    statistics[keyPath: side].treeBlobs = found.treeBlobs
    statistics[keyPath: side].bytes = found.bytes
    for id in found.unknown.sorted() {
      try damaged(
        ContentError(path: [UInt8(ascii: "/")], cause: RepositoryError.missingBlob(id: id, neededBy: "a snapshot")))
    }
  }
}

// MARK: Walking

extension SnapshotComparison {
  private func nodes(of tree: TreeID, _ path: PathBytes, mustSucceed: Bool = false) throws -> ArraySlice<Node>? {
    do {
      let nodes = try loader.nodes(of: tree, for: "'\(displayed(path))'")
      // Trees are sorted; one that is not must not be compared wrongly.
      return nodes.sorted { $0.name.lexicographicallyPrecedes($1.name) }[...]
    } catch {
      let isOneObject = (error as? StoreError)?.concernsOneObject ?? (error is RepositoryError)
      let named = ContentError(path: path, cause: error)
      guard isOneObject else { throw error }
      guard !mustSucceed else { throw named }
      try damaged(named)
      return nil
    }
  }

  private func enter(_ before: TreeID, _ after: TreeID, _ path: PathBytes, mustSucceed: Bool = false) throws {
    guard let left = try nodes(of: before, path, mustSucceed: mustSucceed),
      let right = try nodes(of: after, path, mustSucceed: mustSucceed)
    else { return }
    stack.append(.both(left, right, path))
  }

  private func step(_ before: ArraySlice<Node>, _ after: ArraySlice<Node>, _ path: PathBytes) throws {
    var (before, after) = (before, after)
    var (left, right) = (before.first, after.first)
    if let one = left, let other = right, one.name != other.name {
      if one.name.lexicographicallyPrecedes(other.name) { right = nil } else { left = nil }
    }
    if left != nil { before.removeFirst() }
    if right != nil { after.removeFirst() }
    if left == nil, right == nil { return }
    stack.append(.both(before, after, path))
    if let left { marks.add(.before, left) }
    if let right { marks.add(.after, right) }
    switch (left, right) {
    case (let left?, let right?): try compare(left, right, in: path)
    case (let left?, nil): try tell(left, on: .before, in: path)
    case (nil, let right?): try tell(right, on: .after, in: path)
    case (nil, nil): break
    }
  }

  private func compare(_ before: Node, _ after: Node, in path: PathBytes) throws {
    let shown = self.path(of: after, in: path)
    var modifier = before.kind == after.kind ? "" : "T"
    if before.kind == .file, after.kind == .file, before.content != after.content {
      modifier += "M"
      statistics.changedFiles += 1
      if before.isSame(as: after, ignoringContent: true) { modifier += "?" }
    } else if reportsMetadata, !before.isSame(as: after) {
      modifier += "U"
    }
    if !modifier.isEmpty { try told(SnapshotChange(path: shown, modifier: modifier)) }
    guard before.kind == .directory, after.kind == .directory, let left = before.subtree, let right = after.subtree
    else {
      return
    }
    if left == right { sameTrees.append((left, shown)) } else { try enter(left, right, shown) }
  }

  /// An entry that is on one side only.
  private func tell(_ node: Node, on side: Side, in path: PathBytes) throws {
    let shown = self.path(of: node, in: path)
    try told(SnapshotChange(path: shown, modifier: side == .before ? "-" : "+"))
    let counters: WritableKeyPath<ComparisonStatistics, ComparisonStatistics.Side> =
      side == .before ? \.removed : \.added
    switch node.kind {
    case .file: statistics[keyPath: counters].files += 1
    case .directory: statistics[keyPath: counters].directories += 1
    default: statistics[keyPath: counters].others += 1
    }
    guard node.kind == .directory, let subtree = node.subtree, let nodes = try nodes(of: subtree, shown) else { return }
    stack.append(.one(side, nodes, shown))
  }

  private func step(_ side: Side, _ nodes: ArraySlice<Node>, _ path: PathBytes) throws {
    var nodes = nodes
    guard let node = nodes.popFirst() else { return }
    stack.append(.one(side, nodes, path))
    marks.add(side == .before ? .before : .after, node)
    try tell(node, on: side, in: path)
  }

  private func path(of node: Node, in path: PathBytes) -> PathBytes {
    joined(path, node.name) + (node.kind == .directory ? [UInt8(ascii: "/")] : [])
  }
}

// MARK: What is the same

extension SnapshotComparison {
  /// Marks all blobs below directories that are the same on both sides, unless no number depends on it.
  private func lookThroughSameTrees() throws {
    guard marks.hasDifference else { return }
    var waiting = sameTrees.filter { marks.add(.common, $0.tree, .tree) }
    while let (tree, path) = waiting.popLast() {
      try cancellation.check()
      guard let nodes = try nodes(of: tree, path) else { continue }
      for node in nodes {
        if node.kind == .file { marks.add(.common, node) }
        if node.kind == .directory, let subtree = node.subtree, marks.add(.common, subtree, .tree) {
          waiting.append((subtree, self.path(of: node, in: path)))
        }
      }
    }
  }
}
