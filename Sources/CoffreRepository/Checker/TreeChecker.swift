import CoffreCore
import CoffreSystem
import Synchronization

/// Walks every tree of every snapshot once, with several threads.
final class TreeChecker: Sendable {
  private struct State: Sendable {
    var waiting: [Pending] = []
    var seen = BlobIDSet()
    var busy = 0
    var failure: (any Error)?
  }

  private struct Pending: Sendable {
    let tree: TreeID
    let path: String
  }

  private let checker: Checker
  private let index: BlobIndex
  private let state = Monitor(State())

  init(_ checker: Checker, index: BlobIndex) {
    self.checker = checker
    self.index = index
  }

  func run(roots: [(name: String, tree: TreeID)]) throws {
    state.withLock { state in
      for root in roots where state.seen.insert(root.tree) {
        state.waiting.append(Pending(tree: root.tree, path: root.name + ":"))
      }
    }
    try runThreads(count: checker.request.threadCount, named: "trees") { [self] _ in
      let loader = BlobLoader(repository: checker.repository, index: index)
      while let pending = next() {
        do {
          try checker.cancellation.check()
          try check(pending, with: loader)
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
        }
        state.withLock { $0.busy -= 1 }
      }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  private func next() -> Pending? {
    state.wait(until: { !$0.waiting.isEmpty || $0.busy == 0 || $0.failure != nil }) { state in
      guard state.failure == nil, let pending = state.waiting.popLast() else { return nil }
      state.busy += 1
      return pending
    }
  }

  private func check(_ pending: Pending, with loader: BlobLoader) throws {
    let nodes: [Node]
    do {
      nodes = try loader.nodes(of: pending.tree, for: "\(pending.path)")
    } catch let error as RepositoryError {
      findRemedy(for: error)
      return checker.report(error)
    } catch let error as StoreError {
      guard error.concernsOneObject else { throw error }
      return checker.findings.error("tree \(pending.tree.short) of \(pending.path)", error.text)
    }
    checker.findings.count { $0.trees += 1 }
    for problem in TreeInspector.problems(in: nodes) {
      checker.findings.count { $0.remedies.repairsSnapshots = true }
      checker.findings.error("\(pending.path)/\(displayed(problem.name))", problem.explanation)
    }
    var subtrees: [Pending] = []
    for node in nodes {
      let path = "\(pending.path)/\(displayed(node.name))"
      if node.kind == .file { checkContent(of: node, path) }
      if node.kind == .directory, let subtree = node.subtree { subtrees.append(Pending(tree: subtree, path: path)) }
    }
    state.withLock { state in
      for subtree in subtrees where state.seen.insert(subtree.tree) { state.waiting.append(subtree) }
    }
  }

  private func findRemedy(for error: RepositoryError) {
    checker.findings.count { $0.remedies.repairsSnapshots = true }
    // A tree that a pack does not give: other blobs in it may still be saved.
    guard case .damaged(let object, _) = error, let pack = PackID(hex: StoreKey(object).name) else { return }
    checker.broken(pack, byIndex: false)
  }

  private func checkContent(of node: Node, _ path: String) {
    var size: UInt64 = 0
    for id in node.content ?? [] {
      guard let length = index.plainLength(of: id, .data) else {
        checker.findings.count { $0.remedies.repairsSnapshots = true }
        return checker.findings.error(path, "its blob \(id.short) is in no index")
      }
      size += UInt64(length)
    }
    if node.content != nil, size != node.size {
      checker.findings.count { $0.remedies.repairsSnapshots = true }
      checker.findings.error(path, "its size is given as \(node.size) bytes, its content has \(size)")
    }
  }
}
