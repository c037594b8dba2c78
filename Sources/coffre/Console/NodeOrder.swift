import CoffreCore
import CoffreRepository

/// In which order files are listed.
struct NodeOrder {
  enum Key: String, Sendable, CaseIterable {
    case name, size, time, mtime, atime, ctime, `extension`
  }

  let key: Key
  let isReversed: Bool

  /// Whether it is the order in which they are met anyway.
  var isWalkOrder: Bool { key == .name && !isReversed }

  /// Equal ones in the order of their paths.
  func sorted(_ nodes: [(node: Node, path: PathBytes)]) -> [(node: Node, path: PathBytes)] {
    guard key != .name else { return isReversed ? nodes.reversed() : nodes }
    let sorted = nodes.sorted { left, right in
      if precedes(left, right) { return true }
      if precedes(right, left) { return false }
      return left.path.lexicographicallyPrecedes(right.path)
    }
    return isReversed ? sorted.reversed() : sorted
  }

  private func precedes(_ left: (node: Node, path: PathBytes), _ right: (node: Node, path: PathBytes)) -> Bool {
    switch key {
    case .name: false
    case .size: left.node.size < right.node.size
    case .time, .mtime: left.node.modified.isBefore(right.node.modified)
    case .atime: left.node.accessed.isBefore(right.node.accessed)
    case .ctime: left.node.changed.isBefore(right.node.changed)
    case .extension: suffix(left.node.name).lexicographicallyPrecedes(suffix(right.node.name))
    }
  }

  /// From the last dot on.
  private func suffix(_ name: [UInt8]) -> ArraySlice<UInt8> {
    name.lastIndex(of: UInt8(ascii: ".")).map { name[$0...] } ?? []
  }
}
