import CoffreCore

/// A file on its way back.
struct RestoreFileEntry: Sendable {
  let number: Int
  let path: PathBytes
  let content: [BlobID]
  let size: Int64
  let placement: Placement
}

/// Walks the trees of a snapshot, parents before children, and places every entry that is wanted.
struct RestoreWalk {
  private let restorer: Restorer
  private let loader: BlobLoader
  private var nextNumber = 0
  private var firstOfInode: [Inode: Int] = [:]
  private(set) var files: [RestoreFileEntry] = []

  private struct Inode: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  /// A directory whose children are to come.
  private struct Pending {
    let tree: TreeID
    let path: [PathBytes]
    /// The entry made for it; `nil` if it is only made when something in it is wanted.
    var number: Int?
    let node: Node?
    /// Position in the stack of its own parent, for making it late.
    let ancestors: [Ancestor]
    let isSelected: Bool
  }

  private final class Ancestor {
    let node: Node
    let path: [PathBytes]
    var number: Int?
    init(node: Node, path: [PathBytes], number: Int?) {
      self.node = node
      self.path = path
      self.number = number
    }
  }

  init(_ restorer: Restorer) {
    self.restorer = restorer
    loader = BlobLoader(repository: restorer.repository, index: restorer.index)
  }

  mutating func run() throws {
    let snapshot = restorer.request.snapshot
    var tree = snapshot.snapshot.tree
    var path: [PathBytes] = []
    for component in restorer.request.subpath {
      let nodes = try loader.nodes(of: tree, for: "snapshot \(snapshot.id.short)")
      path.append(component)
      guard let node = nodes.first(where: { $0.name == component }) else { throw noSuchPath(path) }
      guard node.kind == .directory, let subtree = node.subtree else {
        guard path.count == restorer.request.subpath.count else { throw noSuchPath(path) }
        return try visit(node, path: path, ancestors: [], isSelected: false, pending: nil)
      }
      tree = subtree
    }
    try walk(tree, path: path)
  }

  private func noSuchPath(_ path: [PathBytes]) -> RepositoryError {
    .noSuchPath(displayed(path.reduce([]) { joined($0, $1) }), snapshot: restorer.request.snapshot.id.short)
  }

  private mutating func walk(_ tree: TreeID, path: [PathBytes]) throws {
    var stack = [Pending(tree: tree, path: path, number: nil, node: nil, ancestors: [], isSelected: false)]
    while let directory = stack.popLast() {
      try restorer.cancellation.check()
      let nodes: [Node]
      do {
        nodes = try loader.nodes(of: directory.tree, for: "directory '\(shown(directory.path))'")
      } catch {
        guard !(error is Cancelled), directory.node != nil else { throw error }
        restorer.progress.warn("not-restored", shown(directory.path), (error as? any Explained)?.text ?? "\(error)")
        continue
      }
      var children: [Pending] = []
      for node in nodes {
        guard isHarmless(node.name) else {
          restorer.progress.warn(
            "hostile-name", shown(directory.path + [node.name]), "no file may have this name; it was not restored")
          continue
        }
        var found: Pending?
        try visit(
          node, path: directory.path + [node.name], ancestors: directory.ancestors, isSelected: directory.isSelected,
          pending: { found = $0 })
        if let found { children.append(found) }
      }
      stack.append(contentsOf: children.reversed())
    }
  }

  private func shown(_ path: [PathBytes]) -> String { displayed(path.reduce([]) { joined($0, $1) }) }

  private func isHarmless(_ name: [UInt8]) -> Bool {
    !name.isEmpty && name != Array(".".utf8) && name != Array("..".utf8) && !name.contains(UInt8(ascii: "/"))
      && !name.contains(0)
  }

  /// - Parameter isSelected: a directory above matched an include pattern.
  private mutating func visit(
    _ node: Node, path: [PathBytes], ancestors: [Ancestor], isSelected: Bool, pending: ((Pending) -> Void)?
  ) throws {
    let request = restorer.request
    guard request.excludes.isEmpty || !request.excludes.matches(path) else { return }
    let isWanted = isSelected || request.includes.isEmpty || request.includes.matches(path)
    if node.kind == .directory {
      guard isWanted || request.includes.mayMatchBelow(path) else { return }
      guard let subtree = node.subtree else {
        return restorer.progress.warn("not-restored", shown(path), "the directory has no tree in the snapshot")
      }
      let ancestor = Ancestor(node: node, path: path, number: nil)
      if isWanted, try place(ancestor, beneath: ancestors) == nil { return }
      pending?(
        Pending(
          tree: subtree, path: path, number: ancestor.number, node: node, ancestors: ancestors + [ancestor],
          isSelected: isWanted && !request.includes.isEmpty && !request.includes.patterns.contains { $0.isNegated }))
    } else if isWanted {
      try placeLeaf(node, path: path, ancestors: ancestors)
    }
  }

  /// Makes directories that are not made yet, from the top down.
  ///
  /// - Returns: the number of the last; `nil` if one cannot be made, which was reported.
  private mutating func place(_ directory: Ancestor, beneath ancestors: [Ancestor]) throws -> Int? {
    var parent: Int?
    for ancestor in ancestors + [directory] {
      if ancestor.number == nil {
        guard
          let (number, _) = place(ancestor.node, path: ancestor.path, parent: parent, hardLinkOf: nil, size: 0)
        else { return nil }
        ancestor.number = number
      }
      parent = ancestor.number
    }
    return parent
  }

  private mutating func placeLeaf(_ node: Node, path: [PathBytes], ancestors: [Ancestor]) throws {
    guard let kind = node.kind.entryKind, kind != .socket else {
      return restorer.progress.warn(
        "not-restored", shown(path), "entries of type '\(node.kind.name)' cannot be restored", isLoss: kindIsLoss(node))
    }
    var parent: Int?
    if let last = ancestors.last {
      guard let number = try place(last, beneath: Array(ancestors.dropLast())) else { return }
      parent = number
    }
    var first: Int?
    let inode = Inode(device: node.deviceID, inode: node.inode)
    let isLinked = kind == .file && node.links > 1 && node.inode != 0
    if isLinked { first = firstOfInode[inode] }
    var size: Int64 = 0
    for id in node.content ?? [] {
      size = size.adding(saturating: Int64(restorer.index.plainLength(of: id, .data) ?? 0))
    }
    guard let (number, placement) = place(node, path: path, parent: parent, hardLinkOf: first, size: size) else {
      return
    }
    guard kind == .file, first == nil else { return }
    if isLinked { firstOfInode[inode] = number }
    let flat = path.reduce([]) { joined($0, $1) }
    if UInt64(size) != node.size, placement != .skipped {
      restorer.progress.warn(
        "size-differs", displayed(flat), "the snapshot says \(node.size) bytes, its content has \(size)")
    }
    restorer.progress.count { counters in
      counters.filesTotal += 1
      counters.bytesTotal = counters.bytesTotal.adding(saturating: size)
      if placement == .skipped {
        counters.filesSkipped += 1
        counters.filesDone += 1
        counters.bytesSkipped = counters.bytesSkipped.adding(saturating: size)
        counters.bytesDone = counters.bytesDone.adding(saturating: size)
      }
    }
    restorer.progress.item(placement == .skipped ? "unchanged" : "restored", flat, size: size)
    guard placement != .skipped else { return }
    files.append(
      RestoreFileEntry(number: number, path: flat, content: node.content ?? [], size: size, placement: placement))
  }

  private func kindIsLoss(_ node: Node) -> Bool { node.kind != .socket }

  /// - Returns: `nil` if it cannot be placed, which was reported.
  private mutating func place(_ node: Node, path: [PathBytes], parent: Int?, hardLinkOf: Int?, size: Int64)
    -> (number: Int, placement: Placement)?
  {
    var details = EntryDetails()
    details.linkTarget = node.linkTarget
    details.extendedAttributes = node.extendedAttributes
    let kind = node.kind.entryKind ?? .file
    let attributes = EntryAttributes(
      kind: kind, permissions: node.mode.permissions, userID: node.userID, groupID: node.groupID,
      size: size, modified: node.modified, accessed: node.accessed, changed: node.changed, inode: node.inode,
      device: node.deviceID, links: node.links, deviceNumber: node.device)
    let number = nextNumber
    nextNumber += 1
    restorer.progress.count { $0.entriesTotal += 1 }
    do throws(SourceError) {
      let placement = try restorer.session.place(
        RestoredEntry(
          number: number, parent: parent, name: node.name, attributes: attributes, details: details,
          hardLinkOf: hardLinkOf))
      return (number, placement)
    } catch {
      restorer.progress.warn("not-restored", shown(path), "cannot \(error.action) it: \(error.cause)")
      return nil
    }
  }
}
