import CoffreCore
import CoffreSystem

/// Reads the trees below a root on a thread of its own, in the order of a walk that takes the directories of each tree from
/// the first to the last and goes down at once, a little ahead of who walks.
///
/// Only time depends on it: what the walk wants in another order, or what could not be read, it reads itself.
final class TreesAhead: Sendable {
  private struct State: Sendable {
    /// Oldest first from `taken` on.
    var read: [(tree: TreeID, nodes: [Node])] = []
    var taken = 0
    /// In the trees that wait.
    var waitingNodes = 0
    var isRead = false
    var isClosed = false
  }

  /// The reader waits while as many are not taken yet.
  private static let limit = 4096
  private let repository: Repository
  private let index: BlobIndex
  private let state = Monitor(State())

  /// Starts reading; `close` ends it.
  ///
  /// - Parameter repetitions: where the walk goes no further, this one does not either.
  init(below root: TreeID, in repository: Repository, _ index: BlobIndex, _ repetitions: TreeRepetitions)
    throws(SystemError)
  {
    self.repository = repository
    self.index = index
    _ = try EngineThread.start(named: "trees") { [self] in read(root, repetitions) }
  }

  /// Returns when nothing is read any more.
  func close() {
    state.withLock { $0.isClosed = true }
    state.wait(until: { $0.isRead })
  }

  /// The nodes of a tree, if the reader meets it further on; trees before it are given up.
  func nodes(of tree: TreeID) -> [Node]? {
    while true {
      let next = state.wait(
        until: { $0.taken < $0.read.count || $0.isRead },
        then: { state -> (tree: TreeID, nodes: [Node])? in
          guard state.taken < state.read.count else { return nil }
          let next = state.read[state.taken]
          state.read[state.taken].nodes = []
          state.taken += 1
          state.waitingNodes -= next.nodes.count
          if state.taken == state.read.count {
            state.read.removeAll(keepingCapacity: true)
            state.taken = 0
          }
          return next
        })
      guard let next else { return nil }
      if next.tree == tree { return next.nodes }
    }
  }

  private func read(_ root: TreeID, _ repetitions: TreeRepetitions) {
    var repetitions = repetitions
    defer { state.withLock { $0.isRead = true } }
    let loader = BlobLoader(repository: repository, index: index)
    var stack = [root]
    while let tree = stack.popLast() {
      guard let nodes = try? loader.nodes(of: tree, for: "") else { continue }
      if repetitions.allow(tree, count: nodes.count) {
        for node in nodes.reversed() { if let subtree = node.subtree { stack.append(subtree) } }
      }
      let goesOn = state.wait(until: { $0.waitingNodes < Self.limit || $0.isClosed }) { state in
        state.read.append((tree, nodes))
        state.waitingNodes += nodes.count
        return !state.isClosed
      }
      guard goesOn else { return }
    }
  }
}
