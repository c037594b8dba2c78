import CoffreCore
import CoffreSystem

/// Finds what snapshots need and the destination lacks: walks each tree of the source once, with several threads.
///
/// A tree that the destination has is walked too: that all below it is there as well, nobody has promised.
final class CopyWalk: Sendable {
  private struct State: Sendable {
    var waiting: [TreeID] = []
    var seen = BlobIDSet()
    var busy = 0
    var failure: (any Error)?
    var plan: CopyPlan
  }

  private struct Wanted: Sendable {
    let id: BlobID
    let kind: BlobKind
  }

  private let copier: Copier
  private let state: Monitor<State>

  init(_ copier: Copier) {
    self.copier = copier
    state = Monitor(State(plan: CopyPlan(entryCount: copier.sourceIndex.count)))
  }

  /// Of the group at hand, in the source's packs.
  var plannedBytes: Int64 { state.withLock { $0.plan.bytes } }

  func takeGroup() -> [Int] { state.withLock { $0.plan.takeGroup() } }

  /// Adds what a snapshot needs to the group. What cannot be read is noted as lost, and the walk goes on.
  func add(_ snapshot: StoredSnapshot) throws {
    let isNew = state.withLock { state in
      guard state.seen.insert(snapshot.snapshot.tree) else { return false }
      state.waiting.append(snapshot.snapshot.tree)
      return true
    }
    guard isNew else { return }
    try runThreads(count: copier.request.threadCount, named: "trees") { [self] _ in
      let loader = BlobLoader(repository: copier.source, index: copier.sourceIndex)
      while let tree = next() {
        do {
          try copier.cancellation.check()
          try visit(tree, with: loader)
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
        }
        state.withLock { $0.busy -= 1 }
      }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  private func next() -> TreeID? {
    state.wait(until: { !$0.waiting.isEmpty || $0.busy == 0 || $0.failure != nil }) { state in
      guard state.failure == nil, let tree = state.waiting.popLast() else { return nil }
      state.busy += 1
      return tree
    }
  }

  private func visit(_ tree: TreeID, with loader: BlobLoader) throws {
    let nodes: [Node]
    do {
      nodes = try loader.nodes(of: tree, for: "a snapshot")
    } catch {
      guard concernsOneObject(error) else { throw error }
      return copier.lost.add(tree, .tree, error)
    }
    copier.progress.count { $0.trees += 1 }
    var wanted = [Wanted(id: tree, kind: .tree)]
    var subtrees: [TreeID] = []
    for node in nodes {
      for id in node.content ?? [] { wanted.append(Wanted(id: id, kind: .data)) }
      if node.kind == .directory, let subtree = node.subtree { subtrees.append(subtree) }
    }
    let found = try entries(of: wanted)
    state.withLock { state in
      for (entry, length) in found { state.plan.add(entry, length: length) }
      for subtree in subtrees where state.seen.insert(subtree) { state.waiting.append(subtree) }
    }
  }

  private func entries(of wanted: [Wanted]) throws -> [(entry: Int, length: UInt32)] {
    var found: [(entry: Int, length: UInt32)] = []
    for blob in wanted where !copier.destinationIndex.contains(blob.id, blob.kind) {
      guard let entry = copier.sourceIndex.entryNumber(of: blob.id, blob.kind) else {
        copier.lost.add(blob.id, blob.kind, RepositoryError.missingBlob(id: blob.id, neededBy: "a snapshot"))
        continue
      }
      found.append((entry, copier.sourceIndex.entry(entry).length))
    }
    return found
  }
}
