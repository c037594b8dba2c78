import CoffreCore

/// Walks the trees of several snapshots one after the other.
///
/// A directory that is the same tree at the same path as in an earlier snapshot is not read again: what was found in it then
/// is told again. What is remembered is bounded; beyond that, directories are read again.
struct RepeatedWalk<Hit: Sendable> {
  private struct Place: Hashable {
    let tree: TreeID
    let path: PathBytes
  }

  private struct Level {
    var nodes: ArraySlice<Node>
    let place: Place
    let components: [PathBytes]
    /// Where in `log` this directory's hits begin.
    let start: Int
    /// Whether all below could be read and was found out.
    var isWhole = true
  }

  private static var mostPlaces: Int { 1 << 20 }
  private static var mostHits: Int { 1 << 18 }
  private static var longestLog: Int { 1 << 24 }

  private let loader: BlobLoader
  private let remembers: Bool
  private var hits: [Hit] = []
  /// Numbers of `hits` in the order they were told.
  private var log: [Int32] = []
  private var known: [Place: Range<Int>] = [:]
  private var damagedTrees = BlobIDSet()
  private(set) var treesRead = 0

  /// Once hits are no longer kept, nobody knows whether a directory had some: it stays so.
  private var canRemember: Bool { remembers && hits.count < Self.mostHits && log.count < Self.longestLog }

  /// - Parameter remembers: whether more than one snapshot will be walked.
  init(loader: BlobLoader, remembers: Bool) {
    self.loader = loader
    self.remembers = remembers
  }

  /// - Parameters:
  ///   - look: told a node, its path's components and the tree it stands in; answers what it has found, and whether a
  ///     directory is worth entering. Must answer the same for the same node at the same path.
  ///   - found: told each hit, directories before what is in them.
  ///   - damaged: told once of each directory that cannot be read; the walk goes on unless it throws.
  mutating func walk(
    _ snapshot: StoredSnapshot, looking look: (Node, [PathBytes], TreeID) throws -> (hits: [Hit], enters: Bool),
    found: (Hit) throws -> Void, damaged: (ContentError) throws -> Void
  ) throws {
    var stack: [Level] = []
    try enter(Place(tree: snapshot.snapshot.tree, path: []), [], &stack, found, damaged)
    while var level = stack.popLast() {
      guard let node = level.nodes.popFirst() else {
        leave(level)
        if !level.isWhole, !stack.isEmpty { stack[stack.count - 1].isWhole = false }
        continue
      }
      let tree = level.place.tree
      let path = joined(level.place.path, node.name)
      let components = level.components + [node.name]
      stack.append(level)
      let answer = try look(node, components, tree)
      for hit in answer.hits { try tell(hit, found) }
      if answer.enters, node.kind == .directory, let subtree = node.subtree {
        try enter(Place(tree: subtree, path: path), components, &stack, found, damaged)
      }
    }
  }

  private mutating func enter(
    _ place: Place, _ components: [PathBytes], _ stack: inout [Level], _ found: (Hit) throws -> Void,
    _ damaged: (ContentError) throws -> Void
  ) throws {
    if let range = known[place] {
      for number in range {
        let hit = log[number]
        if canRemember { log.append(hit) }
        try found(hits[Int(hit)])
      }
      return
    }
    do {
      let nodes = try loader.nodes(of: place.tree, for: "'\(displayed(place.path))'")
      treesRead += 1
      stack.append(Level(nodes: nodes[...], place: place, components: components, start: log.count))
    } catch {
      let isOneObject = (error as? StoreError)?.concernsOneObject ?? (error is RepositoryError)
      guard isOneObject else { throw error }
      if !stack.isEmpty { stack[stack.count - 1].isWhole = false }
      guard damagedTrees.insert(place.tree) else { return }
      try damaged(ContentError(path: place.path.isEmpty ? [UInt8(ascii: "/")] : place.path, cause: error))
    }
  }

  private mutating func tell(_ hit: Hit, _ found: (Hit) throws -> Void) throws {
    if canRemember {
      log.append(Int32(hits.count))
      hits.append(hit)
    }
    try found(hit)
  }

  private mutating func leave(_ level: Level) {
    guard canRemember, level.isWhole, known.count < Self.mostPlaces else { return }
    known[level.place] = level.start..<log.count
  }
}
