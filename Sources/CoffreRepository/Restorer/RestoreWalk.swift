import CoffreCore

/// Walks the trees of a snapshot, parents before children, and places every entry that is wanted.
struct RestoreWalk {
  private let restorer: Restorer
  private let loader: BlobLoader
  private var nextNumber = 0
  private var directories: [Directory] = []
  /// Where the walk began; `nil` for a single file.
  private var root: TreeID?
  private var repetitions: TreeRepetitions
  private var firstOfInode: [Inode: FirstLink] = [:]
  /// Of the directory asked for last.
  private var lastPath: (directory: Int?, path: PathBytes)?
  private(set) var files = FileList()

  private struct Inode: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  /// The first name met of a file with several.
  private struct FirstLink {
    let number: Int
    let content: [BlobID]
  }

  /// A directory met, by its number in the names of directories.
  private struct Directory {
    let tree: TreeID
    /// Kept until the directory is made: with include patterns that happens when something in it is wanted.
    var node: Node?
    var number: Int?
    var isLost = false
  }

  /// A directory whose entries are to come.
  private struct Pending {
    let tree: TreeID
    /// `nil` for where the walk begins.
    let directory: Int?
    /// It or one above matched an include pattern.
    let isSelected: Bool
  }

  init(_ restorer: Restorer) {
    self.restorer = restorer
    loader = BlobLoader(repository: restorer.repository, index: restorer.index)
    repetitions = TreeRepetitions(limit: restorer.request.repetitionLimit)
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
        guard path.count == restorer.request.subpath.count, isHarmless(node.name) else { throw noSuchPath(path) }
        return placeLeaf(node, in: nil)
      }
      tree = subtree
    }
    try walk(tree)
    if nextNumber == 0, !restorer.request.includes.isEmpty {
      restorer.progress.warn("nothing-matched", "--include", "nothing in the snapshot matches the patterns")
    }
  }

  private func noSuchPath(_ path: [PathBytes]) -> RepositoryError {
    .noSuchPath(displayed(path.reduce([]) { joined($0, $1) }), snapshot: restorer.request.snapshot.id.short)
  }

  private mutating func walk(_ root: TreeID) throws {
    self.root = root
    // Patterns leave directories out, which would be read in vain.
    let isWhole = restorer.request.includes.isEmpty && restorer.request.excludes.isEmpty
    let ahead = isWhole ? try TreesAhead(below: root, in: restorer.repository, restorer.index, repetitions) : nil
    defer { ahead?.close() }
    var stack = [Pending(tree: root, directory: nil, isSelected: false)]
    while let pending = stack.popLast() {
      try restorer.cancellation.check()
      let nodes: [Node]
      do {
        nodes =
          try ahead?.nodes(of: pending.tree)
          ?? loader.nodes(of: pending.tree, for: "directory '\(shown(pending.directory))'")
      } catch {
        guard !(error is Cancelled), pending.directory != nil else { throw error }
        restorer.progress.warn("not-restored", shown(pending.directory), shortText(of: error))
        continue
      }
      guard repetitions.allow(pending.tree, count: nodes.count) else {
        if repetitions.isFirstRefusal() {
          restorer.progress.warn(
            "not-restored", shown(pending.directory),
            "the snapshot names the same folders too often; neither this repetition nor further ones are restored")
        }
        continue
      }
      for node in nodes.reversed() where node.kind == .directory {
        if let child = visit(directory: node, in: pending) { stack.append(child) }
      }
      for node in nodes where node.kind != .directory { visit(leaf: node, in: pending) }
    }
  }

  private func isHarmless(_ name: [UInt8]) -> Bool {
    !name.isEmpty && name != Array(".".utf8) && name != Array("..".utf8) && !name.contains(UInt8(ascii: "/"))
      && !name.contains(0)
  }
}

// MARK: Paths

extension RestoreWalk {
  private var names: DirectoryNames { files.directories }

  private func path(_ name: [UInt8], in directory: Int?) -> PathBytes { joined(names.path(of: directory), name) }

  /// Mostly asked for one directory after the other.
  private mutating func leafPath(_ name: [UInt8], in directory: Int?) -> PathBytes {
    if let lastPath, lastPath.directory == directory { return joined(lastPath.path, name) }
    let path = names.path(of: directory)
    lastPath = (directory, path)
    return joined(path, name)
  }

  private func shown(_ directory: Int?) -> String { displayed(names.path(of: directory)) }
}

// MARK: Deciding

extension RestoreWalk {
  /// - Returns: whether the entry is wanted, and whether something below it may be; `nil` if it is left out.
  private func decide(_ node: Node, in pending: Pending) -> (isWanted: Bool, mayHoldWanted: Bool)? {
    let request = restorer.request
    guard isHarmless(node.name) else {
      restorer.progress.warn(
        "hostile-name", displayed(path(node.name, in: pending.directory)),
        "no file may have this name; it was not restored")
      return nil
    }
    if request.excludes.isEmpty, request.includes.isEmpty || pending.isSelected { return (true, true) }
    let path = names.components(of: pending.directory) + [node.name]
    guard !request.excludes.matches(path) else { return nil }
    let isWanted = pending.isSelected || request.includes.isEmpty || request.includes.matches(path)
    return (isWanted, isWanted || request.includes.mayMatchBelow(path))
  }

  private mutating func visit(directory node: Node, in pending: Pending) -> Pending? {
    guard let (isWanted, mayHoldWanted) = decide(node, in: pending), mayHoldWanted else { return nil }
    guard let subtree = node.subtree else {
      restorer.progress.warn(
        "not-restored", displayed(path(node.name, in: pending.directory)), "the directory has no tree in the snapshot")
      return nil
    }
    let number = files.directories.append(node.name, in: pending.directory)
    directories.append(Directory(tree: subtree, node: node))
    if isWanted, !makeDirectories(downTo: number) { return nil }
    let takesAll = isWanted && !restorer.request.includes.takesBack
    return Pending(
      tree: subtree, directory: number, isSelected: takesAll && !restorer.request.includes.isEmpty)
  }

  private mutating func visit(leaf node: Node, in pending: Pending) {
    guard let (isWanted, _) = decide(node, in: pending), isWanted else { return }
    if let directory = pending.directory, !makeDirectories(downTo: directory) { return }
    placeLeaf(node, in: pending.directory)
  }
}

// MARK: Placing

extension RestoreWalk {
  /// Makes directories that are not made yet, from the top down.
  ///
  /// - Returns: `false` if one cannot be made, which was reported.
  private mutating func makeDirectories(downTo directory: Int) -> Bool {
    var missing: [Int] = []
    var next: Int? = directory
    while let current = next, directories[current].number == nil {
      if directories[current].isLost { return false }
      missing.append(current)
      next = names.parent(of: current)
    }
    for current in missing.reversed() {
      let parent = names.parent(of: current)
      guard let node = directories[current].node,
        let (number, _) = place(node, in: parent, hardLinkOf: nil, size: 0)
      else {
        directories[current].isLost = true
        return false
      }
      directories[current].number = number
      directories[current].node = nil
    }
    return true
  }

  private mutating func placeLeaf(_ node: Node, in directory: Int?) {
    let path = leafPath(node.name, in: directory)
    guard let kind = node.kind.entryKind, kind != .socket else {
      return restorer.progress.warn(
        "not-restored", displayed(path), "entries of type '\(node.kind.name)' cannot be restored",
        isLoss: node.kind != .socket)
    }
    let content = node.content ?? []
    let size = content.reduce(Int64(0)) { size, id in
      size.adding(saturating: Int64(restorer.index.plainLength(of: id, .data) ?? 0))
    }
    // One file with several names is one file again only if it was one when it was read.
    let inode = Inode(device: node.deviceID, inode: node.inode)
    let isLinked = kind == .file && node.links > 1 && node.inode != 0
    let first = isLinked ? firstOfInode[inode].flatMap { $0.content == content ? $0.number : nil } : nil
    guard let (number, placement) = place(node, in: directory, hardLinkOf: first, size: size) else { return }
    guard kind == .file, first == nil else { return }
    // A name that was skipped leads to somebody else's content: nothing is linked to it.
    if isLinked, placement != .skipped { firstOfInode[inode] = FirstLink(number: number, content: content) }
    if UInt64(size) != node.size, placement != .skipped {
      restorer.progress.warn(
        "size-differs", displayed(path), "the snapshot says \(node.size) bytes, its content has \(size)")
    }
    count(size, placement)
    restorer.progress.item(placement == .skipped ? "unchanged" : "restored", path, size: size)
    guard placement != .skipped else { return }
    files.append(
      node.name, in: directory, number: number, size: size, placement, content: content, in: restorer.index)
  }

  private func count(_ size: Int64, _ placement: Placement) {
    restorer.progress.count { counters in
      counters.filesTotal += 1
      counters.bytesTotal = counters.bytesTotal.adding(saturating: size)
      guard placement == .skipped else { return }
      counters.filesSkipped += 1
      counters.filesDone += 1
      counters.bytesSkipped = counters.bytesSkipped.adding(saturating: size)
      counters.bytesDone = counters.bytesDone.adding(saturating: size)
    }
  }

  /// - Returns: `nil` if it cannot be placed, which was reported.
  private mutating func place(_ node: Node, in directory: Int?, hardLinkOf: Int?, size: Int64)
    -> (number: Int, placement: Placement)?
  {
    var details = EntryDetails()
    details.linkTarget = node.linkTarget
    details.extendedAttributes = node.extendedAttributes
    let attributes = EntryAttributes(
      kind: node.kind.entryKind ?? .file, permissions: node.mode.permissions, userID: node.userID,
      groupID: node.groupID, size: size, modified: node.modified, accessed: node.accessed, changed: node.changed,
      inode: node.inode, device: node.deviceID, links: node.links, deviceNumber: node.device)
    let number = nextNumber
    nextNumber += 1
    restorer.progress.count { $0.entriesTotal += 1 }
    do throws(SourceError) {
      let placement = try restorer.session.place(
        RestoredEntry(
          number: number, parent: directory.flatMap { directories[$0].number }, name: node.name,
          attributes: attributes, details: details, hardLinkOf: hardLinkOf))
      return (number, placement)
    } catch {
      restorer.progress.warn(
        "not-restored", displayed(path(node.name, in: directory)), "cannot \(error.action) it: \(error.cause)")
      return nil
    }
  }
}

// MARK: What was made

extension RestoreWalk {
  /// A directory that was made in the target, or would be.
  struct MadeDirectory {
    /// `nil` for the target itself.
    let number: Int?
    /// From where the walk began.
    let path: [PathBytes]
    /// Where it lay in the source; `nil` if the snapshot does not hold all of it.
    let source: [PathBytes]?
    let nodes: [Node]
  }

  /// Calls `body` with each, parents first. Trees are read again; one that cannot be is named and passed over.
  func forEachMade(_ body: (MadeDirectory) throws -> Void) throws {
    guard let root, nextNumber > 0 else { return }
    let request = restorer.request
    let extent = try RestoreExtent(paths: request.snapshot.snapshot.paths) { try place($0) }
    let made = directories.indices.filter { directories[$0].number != nil }
    for index in [nil] + made.map(Optional.some) {
      let path = names.components(of: index)
      do {
        let nodes = try loader.nodes(of: index.map { directories[$0].tree } ?? root, for: "directory '\(shown(index))'")
        try body(
          MadeDirectory(
            number: index.flatMap { directories[$0].number }, path: path,
            source: extent.source(of: request.subpath + path), nodes: nodes))
      } catch {
        guard !(error is Cancelled) else { throw error }
        restorer.progress.warn("not-deleted", shown(index), shortText(of: error))
      }
    }
  }

  /// What the whole snapshot has there.
  private func place(_ path: [PathBytes]) throws -> RestoreExtent.Place {
    let snapshot = restorer.request.snapshot
    var nodes = try loader.nodes(of: snapshot.snapshot.tree, for: "snapshot \(snapshot.id.short)")
    for (depth, component) in path.enumerated() {
      guard let node = nodes.first(where: { $0.name == component }) else { return .nothing }
      guard node.kind == .directory, let subtree = node.subtree else {
        return depth == path.count - 1 ? .other : .nothing
      }
      nodes = try loader.nodes(of: subtree, for: "snapshot \(snapshot.id.short)")
    }
    return path.isEmpty ? .root(nodes.map(\.name)) : .directory
  }
}
