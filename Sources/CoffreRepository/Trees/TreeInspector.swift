package import CoffreCore

/// Something in a tree that can be read but should not be there.
package struct TreeProblem: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case emptyName
    /// `.` or `..`.
    case dotName
    /// A slash or a zero byte in the name.
    case forbiddenByteInName
    /// It sorts before the name before it.
    case unsorted
    case duplicateName
    case unknownType(String)
    case directoryWithoutSubtree
    case fileWithoutContent
    case symlinkWithoutTarget
    case missingModificationTime
  }

  package let kind: Kind
  /// Raw bytes of the node's name.
  package let name: [UInt8]

  /// For people, to follow the name: `is of the unknown type 'irregular'`.
  package var explanation: Message {
    switch kind {
    case .emptyName: "has no name"
    case .dotName: "is named like a directory itself or its parent"
    case .forbiddenByteInName: "has a slash or a zero byte in its name"
    case .unsorted: "is not in its place in the order of names"
    case .duplicateName: "has the name of another entry"
    case .unknownType(let type): type.isEmpty ? "has no type" : "is of the unknown type '\(type)'"
    case .directoryWithoutSubtree: "is a directory without a tree"
    case .fileWithoutContent: "is a file without a list of blobs"
    case .symlinkWithoutTarget: "is a symbolic link without a target"
    case .missingModificationTime: "has no modification time"
    }
  }
}

/// Looks at the nodes of one tree, in their order, for what should not be there.
package struct TreeInspector: Sendable {
  private var previous: [UInt8]?
  private var names: Set<[UInt8]> = []
  private let remembersNames: Bool

  /// - Parameter remembersNames: also find equal names that are not neighbours, which only an unsorted tree can have.
  ///   Costs memory for all names.
  package init(remembersNames: Bool = false) { self.remembersNames = remembersNames }

  /// All problems of `nodes`, in their order.
  package static func problems(in nodes: [Node]) -> [TreeProblem] {
    let isSorted = zip(nodes, nodes.dropFirst()).allSatisfy { $0.name.lexicographicallyPrecedes($1.name) }
    var inspector = TreeInspector(remembersNames: !isSorted)
    return nodes.flatMap { inspector.inspect($0) }
  }

  /// The problems of the next node.
  package mutating func inspect(_ node: Node) -> [TreeProblem] {
    var kinds: [TreeProblem.Kind] = []
    if node.name.isEmpty { kinds.append(.emptyName) }
    if node.name == [0x2E] || node.name == [0x2E, 0x2E] { kinds.append(.dotName) }
    if node.name.contains(where: { $0 == 0x2F || $0 == 0 }) { kinds.append(.forbiddenByteInName) }
    if let previous {
      if node.name.lexicographicallyPrecedes(previous) { kinds.append(.unsorted) }
      if node.name == previous, !remembersNames { kinds.append(.duplicateName) }
    }
    if remembersNames, !names.insert(node.name).inserted { kinds.append(.duplicateName) }
    previous = node.name
    switch node.kind {
    case .directory: if node.subtree == nil { kinds.append(.directoryWithoutSubtree) }
    case .file: if node.content == nil { kinds.append(.fileWithoutContent) }
    case .symlink: if node.linkTarget.isEmpty { kinds.append(.symlinkWithoutTarget) }
    case .other(let type): kinds.append(.unknownType(type))
    case .blockDevice, .characterDevice, .fifo, .socket: break
    }
    if node.modified == .missing { kinds.append(.missingModificationTime) }
    return kinds.map { TreeProblem(kind: $0, name: node.name) }
  }
}
