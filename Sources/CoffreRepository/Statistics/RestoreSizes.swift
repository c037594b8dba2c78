import CoffreCore
import CoffreSystem
import Synchronization

/// Adds up what each snapshot holds, reading each tree once however many snapshots share it.
///
/// Hard links count once in a snapshot, so a tree that has any cannot be added up for good: it keeps them in a list, and
/// each snapshot goes through the lists below it.
final class RestoreSizes: Sendable {
  private struct HardLink: Hashable, Sendable {
    let inode: UInt64
    let device: UInt64
  }

  /// One tree, without what lies below it; `below` are places in the list of trees.
  private struct Totals: Sendable {
    var entries = 0
    var files = 0
    var bytes: Int64 = 0
    var links: [(link: HardLink, size: Int64)] = []
    var below: [Int32] = []
  }

  private struct State: Sendable {
    var trees: [Totals] = []
    /// By the entry in the index: the place in `trees`, or -1.
    var places: [Int32]
    var waiting: [(tree: TreeID, place: Int, user: SnapshotID)] = []
    var busy = 0
    var failure: (any Error)?
  }

  private let repository: Repository
  private let index: BlobIndex
  private let cancellation: Cancellation
  private let state: Monitor<State>

  init(repository: Repository, index: BlobIndex, cancellation: Cancellation) {
    self.repository = repository
    self.index = index
    self.cancellation = cancellation
    state = Monitor(State(places: Array(repeating: -1, count: index.count)))
  }

  /// - Returns: in the order of the snapshots.
  func count(_ snapshots: [StoredSnapshot], threadCount: Int) throws -> [SnapshotStatistics] {
    let roots = try snapshots.map { try places(of: [$0.snapshot.tree], user: $0.id)[0] }
    try runThreads(count: threadCount, named: "trees") { [self] _ in
      let loader = BlobLoader(repository: repository, index: index)
      while let work = next() {
        do {
          try cancellation.check()
          try read(work.tree, at: work.place, user: work.user, with: loader)
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
        }
        state.withLock { $0.busy -= 1 }
      }
    }
    let (trees, failure) = state.withLock { ($0.trees, $0.failure) }
    if let failure { throw failure }
    let sums = Self.sums(of: trees)
    return roots.map { Self.total(of: Int($0), trees, sums) }
  }

  // MARK: Reading

  private func next() -> (tree: TreeID, place: Int, user: SnapshotID)? {
    state.wait(until: { !$0.waiting.isEmpty || $0.busy == 0 || $0.failure != nil }) { state in
      guard state.failure == nil, let work = state.waiting.popLast() else { return nil }
      state.busy += 1
      return work
    }
  }

  /// Gives trees their places, and has those read that have none yet.
  private func places(of trees: [TreeID], user: SnapshotID) throws(RepositoryError) -> [Int32] {
    var numbers: [Int] = []
    for tree in trees {
      guard let number = index.entryNumber(of: tree, .tree) else {
        throw .missingBlob(id: tree, neededBy: "snapshot \(user.short)")
      }
      numbers.append(number)
    }
    return state.withLock { state in
      zip(trees, numbers).map { tree, number in
        if state.places[number] < 0 {
          state.places[number] = Int32(state.trees.count)
          state.waiting.append((tree, state.trees.count, user))
          state.trees.append(Totals())
        }
        return state.places[number]
      }
    }
  }

  private func read(_ tree: TreeID, at place: Int, user: SnapshotID, with loader: BlobLoader) throws {
    var totals = Totals()
    var subtrees: [TreeID] = []
    for node in try loader.nodes(of: tree, for: "snapshot \(user.short)") {
      totals.entries += 1
      if node.kind == .file { totals.files += 1 }
      let size = Int64(clamping: node.size)
      if node.links != 1, node.kind != .directory, node.inode != 0 {
        if size > 0 { totals.links.append((HardLink(inode: node.inode, device: node.deviceID), size)) }
      } else {
        totals.bytes = totals.bytes.adding(saturating: size)
      }
      if node.kind == .directory, let subtree = node.subtree { subtrees.append(subtree) }
    }
    totals.below = try places(of: subtrees, user: user)
    state.withLock { [totals] in $0.trees[place] = totals }
  }

  // MARK: Adding up

  private struct Sum {
    var statistics = SnapshotStatistics()
    var hasLinks = false
    var isDone = false
  }

  /// Of each tree with all below it, without hard links.
  private static func sums(of trees: [Totals]) -> [Sum] {
    var sums = Array(repeating: Sum(), count: trees.count)
    for top in trees.indices where !sums[top].isDone {
      var stack = [top]
      while let place = stack.last {
        let waiting = trees[place].below.filter { !sums[Int($0)].isDone }
        guard sums[place].isDone || waiting.isEmpty else {
          stack += waiting.map { Int($0) }
          continue
        }
        stack.removeLast()
        if !sums[place].isDone { sums[place] = sum(of: trees[place], sums) }
      }
    }
    return sums
  }

  private static func sum(of tree: Totals, _ sums: [Sum]) -> Sum {
    var sum = Sum(hasLinks: !tree.links.isEmpty, isDone: true)
    sum.statistics.entries = tree.entries
    sum.statistics.files = tree.files
    sum.statistics.bytes = tree.bytes
    for place in tree.below {
      sum.statistics.add(sums[Int(place)].statistics)
      if sums[Int(place)].hasLinks { sum.hasLinks = true }
    }
    return sum
  }

  private static func total(of root: Int, _ trees: [Totals], _ sums: [Sum]) -> SnapshotStatistics {
    var result = sums[root].statistics
    result.snapshots = 1
    var seen: Set<HardLink> = []
    var visited: Set<Int> = []
    var stack = [root]
    while let place = stack.popLast() {
      guard sums[place].hasLinks, visited.insert(place).inserted else { continue }
      for (link, size) in trees[place].links where seen.insert(link).inserted {
        result.bytes = result.bytes.adding(saturating: size)
      }
      stack += trees[place].below.map { Int($0) }
    }
    return result
  }
}
