import CoffreCore
import CoffreSystem
import Synchronization

/// Finds what snapshots need: walks all their trees with several threads, each tree once, and marks the first entry of
/// every blob in the index.
///
/// One tree that cannot be read, or one blob that no index knows, ends it: nobody could tell then what may be removed.
final class UsedBlobs: Sendable {
  private struct Pending: Sendable {
    let tree: TreeID
    /// Who needs it: a snapshot.
    let user: SnapshotID
  }

  private struct State: Sendable {
    var used: EntrySet
    var waiting: [Pending] = []
    var busy = 0
    var failure: (any Error)?
  }

  private let repository: Repository
  private let index: BlobIndex
  private let threadCount: Int
  private let onTree: @Sendable () -> Void
  private let cancellation: Cancellation
  private let state: Monitor<State>

  private init(
    _ repository: Repository, _ index: BlobIndex, _ used: EntrySet, threadCount: Int,
    onTree: @escaping @Sendable () -> Void, cancellation: Cancellation
  ) {
    self.repository = repository
    self.index = index
    self.threadCount = threadCount
    self.onTree = onTree
    self.cancellation = cancellation
    state = Monitor(State(used: used))
  }

  /// Adds to `used` all that `snapshots` need. A tree that is in it already is taken for walked.
  ///
  /// - Parameter onTree: called for each tree that was read, by any thread.
  static func mark(
    _ snapshots: [StoredSnapshot], in index: BlobIndex, of repository: Repository, into used: inout EntrySet,
    threadCount: Int, cancellation: Cancellation, onTree: @escaping @Sendable () -> Void = {}
  ) throws {
    used.extend(to: index.count)
    let marker = UsedBlobs(
      repository, index, used, threadCount: threadCount, onTree: onTree, cancellation: cancellation)
    used = try marker.run(snapshots)
  }

  private func run(_ snapshots: [StoredSnapshot]) throws -> EntrySet {
    for stored in snapshots { try add([stored.snapshot.tree], user: stored.id) }
    try runThreads(count: threadCount, named: "trees") { [self] _ in
      let loader = BlobLoader(repository: repository, index: index)
      var blobs = EntrySet(capacity: index.count)
      while let pending = next() {
        do {
          try cancellation.check()
          try read(pending, with: loader, &blobs)
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
        }
        state.withLock { $0.busy -= 1 }
      }
      state.withLock { [blobs] in $0.used.formUnion(blobs) }
    }
    let result = state.withLock { (used: $0.used, failure: $0.failure) }
    if let failure = result.failure { throw failure }
    return result.used
  }

  private func next() -> Pending? {
    state.wait(until: { !$0.waiting.isEmpty || $0.busy == 0 || $0.failure != nil }) { state in
      guard state.failure == nil, let pending = state.waiting.popLast() else { return nil }
      state.busy += 1
      return pending
    }
  }

  /// Marks trees and has those read that nobody read yet.
  private func add(_ trees: [TreeID], user: SnapshotID) throws(RepositoryError) {
    var numbers: [Int] = []
    for tree in trees {
      guard let number = index.entryNumber(of: tree, .tree) else {
        throw .missingBlob(id: tree, neededBy: "snapshot \(user.short)")
      }
      numbers.append(number)
    }
    state.withLock { state in
      for (tree, number) in zip(trees, numbers) where state.used.insert(number) {
        state.waiting.append(Pending(tree: tree, user: user))
      }
    }
  }

  private func read(_ pending: Pending, with loader: BlobLoader, _ blobs: inout EntrySet) throws {
    var bytes: [UInt8] = []
    try loader.load(pending.tree, .tree, for: "snapshot \(pending.user.short)", into: &bytes)
    var subtrees: [TreeID] = []
    var missing: BlobID?
    do throws(MalformedTree) {
      try TreeReferences.read(
        bytes,
        blob: { id in
          if let number = index.entryNumber(of: id, .data) { blobs.insert(number) } else { missing = missing ?? id }
        }, tree: { subtrees.append($0) })
    } catch {
      throw RepositoryError.damaged(object: "tree \(pending.tree)", problem: error.text)
    }
    if let missing {
      throw RepositoryError.missingBlob(
        id: missing, neededBy: "tree \(pending.tree.short) of snapshot \(pending.user.short)")
    }
    try add(subtrees, user: pending.user)
    onTree()
  }
}
