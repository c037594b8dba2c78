package import CoffreCore

/// One folder of a snapshot, decoded: its entries as a file system can show them.
package final class BrowsedTree: Sendable {
  /// Something in the tree that no folder of a file system can hold.
  package struct LeftOut: Sendable, Hashable {
    package let name: [UInt8]
    package let problem: Message
  }

  /// By name, each name once. An entry's place here never changes: a tree is named by its content.
  package let nodes: [Node]
  package let leftOut: [LeftOut]
  /// What it takes in memory, roughly, in bytes.
  let cost: Int

  init(_ decoded: [Node]) {
    var kept: [Node] = []
    kept.reserveCapacity(decoded.count)
    var leftOut: [LeftOut] = []
    for node in decoded {
      if let problem = node.obstacleToShowing {
        leftOut.append(LeftOut(name: node.name, problem: problem))
      } else {
        kept.append(node)
      }
    }
    // Trees are sorted; a stable sort, because of several with one name the first counts.
    if !kept.isSortedStrictly {
      var sorted: [Node] = []
      for (_, node) in kept.enumerated().sorted(by: { left, right in
        left.element.name == right.element.name
          ? left.offset < right.offset : left.element.name.lexicographicallyPrecedes(right.element.name)
      }) {
        if sorted.last?.name == node.name {
          leftOut.append(LeftOut(name: node.name, problem: "another entry has the same name"))
        } else {
          sorted.append(node)
        }
      }
      kept = sorted
    }
    nodes = kept
    self.leftOut = leftOut
    cost = kept.reduce(64) { $0 + $1.estimatedSize }
  }

  /// The place of an entry in `nodes`.
  package func position(of name: [UInt8]) -> Int? {
    var low = 0
    var high = nodes.count
    while low < high {
      let middle = (low + high) / 2
      if nodes[middle].name.lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
    }
    return low < nodes.count && nodes[low].name == name ? low : nil
  }
}

extension [Node] {
  fileprivate var isSortedStrictly: Bool {
    for index in indices.dropFirst() where !self[index - 1].name.lexicographicallyPrecedes(self[index].name) {
      return false
    }
    return true
  }
}

extension Node {
  fileprivate var obstacleToShowing: Message? {
    let dot = UInt8(ascii: ".")
    if name.isEmpty || name == [dot] || name == [dot, dot] || name.contains(UInt8(ascii: "/")) || name.contains(0) {
      return "no entry of a folder can have this name"
    }
    if kind.entryKind == nil { return "it is of the unknown type '\(kind.name)'" }
    return nil
  }

  /// In memory, in bytes.
  fileprivate var estimatedSize: Int {
    MemoryLayout<Node>.stride + 96 + name.count + linkTarget.count + genericAttributes.count
      + 32 * (content?.count ?? 0)
      + extendedAttributes.reduce(0) { $0 + 96 + $1.name.count + $1.value.count }
  }
}
