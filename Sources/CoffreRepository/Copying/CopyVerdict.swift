import CoffreCore

/// Judges which snapshots need a blob that is lost. Each tree is looked at once, whichever snapshots it belongs to.
struct CopyVerdict {
  private let copier: Copier
  private let loader: BlobLoader
  private var whole = BlobIDSet()
  /// By trees that are not whole: the first thing that is missing below them.
  private var broken: [TreeID: Loss] = [:]

  private struct Loss {
    /// Below the tree.
    var path: PathBytes
    let problem: Message
  }

  private struct Level {
    let tree: TreeID
    let name: PathBytes
    var subtrees: ArraySlice<(tree: TreeID, name: PathBytes)>
  }

  init(_ copier: Copier) {
    self.copier = copier
    loader = BlobLoader(repository: copier.source, index: copier.sourceIndex)
  }

  /// Tells the first entry of a snapshot that cannot be had, and why; `nil` if the snapshot is whole.
  mutating func loss(in snapshot: StoredSnapshot) throws -> (path: PathBytes, problem: Message)? {
    guard !copier.lost.isEmpty else { return nil }
    let top = snapshot.snapshot.tree
    var stack: [Level] = []
    try enter(top, name: [], &stack)
    while let level = stack.last {
      if let loss = broken[level.tree] {
        stack.removeLast()
        if let above = stack.last, broken[above.tree] == nil {
          let path = loss.path.isEmpty ? level.name : joined(level.name, loss.path)
          broken[above.tree] = Loss(path: path, problem: loss.problem)
        }
      } else if let next = level.subtrees.first {
        stack[stack.count - 1].subtrees.removeFirst()
        try copier.cancellation.check()
        try enter(next.tree, name: next.name, &stack)
      } else {
        stack.removeLast()
        whole.insert(level.tree)
      }
    }
    return broken[top].map { (joined([UInt8(ascii: "/")], $0.path), $0.problem) }
  }

  /// Puts a tree on the stack unless it is known to be whole.
  private mutating func enter(_ tree: TreeID, name: PathBytes, _ stack: inout [Level]) throws {
    guard !whole.contains(tree) else { return }
    var subtrees: [(tree: TreeID, name: PathBytes)] = []
    if broken[tree] == nil {
      if let loss = try ownLoss(of: tree, &subtrees) { broken[tree] = loss }
    }
    stack.append(Level(tree: tree, name: name, subtrees: subtrees[...]))
  }

  private func ownLoss(of tree: TreeID, _ subtrees: inout [(tree: TreeID, name: PathBytes)]) throws -> Loss? {
    if let problem = copier.lost.problem(of: tree, .tree) { return Loss(path: [], problem: problem) }
    let nodes: [Node]
    do {
      nodes = try loader.nodes(of: tree, for: "a snapshot")
    } catch {
      guard concernsOneObject(error) else { throw error }
      copier.lost.add(tree, .tree, error)
      return Loss(path: [], problem: copier.lost.problem(of: tree, .tree) ?? "")
    }
    for node in nodes {
      for id in node.content ?? [] {
        if let problem = copier.lost.problem(of: id, .data) { return Loss(path: node.name, problem: problem) }
      }
      if node.kind == .directory, let subtree = node.subtree { subtrees.append((subtree, node.name)) }
    }
    return nil
  }
}
