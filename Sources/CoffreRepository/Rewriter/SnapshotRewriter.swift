package import CoffreCore
import CoffreSystem

/// How far a rewriting is.
package typealias RewriteProgress = WorkProgress<RewriteCounters>

package struct RewriteCounters: WorkCounters {
  package var snapshots = 0
  package var snapshotsTotal = 0
  package var warnings = 0

  package init() {}
}

/// Makes snapshots anew by a rule for their trees; `snapshot rewrite` and `repo repair snapshots` both do it this way.
///
/// Order of truth: trees, their index, the new snapshots, and only then the old ones go. Whatever ends it before leaves all
/// old snapshots; the same command then goes on where it was.
package final class SnapshotRewriter {
  let repository: Repository
  let index: BlobIndex
  let change: SnapshotEdit
  let progress: RewriteProgress
  let cancellation: Cancellation

  /// - Parameter index: without packs that are missing: no new snapshot may rely on them.
  package init(
    repository: Repository, index: BlobIndex, change: SnapshotEdit, progress: RewriteProgress,
    cancellation: Cancellation
  ) {
    self.repository = repository
    self.index = index
    self.change = change
    self.progress = progress
    self.cancellation = cancellation
  }

  /// Leaves out what a rule names.
  package func rewrite(_ snapshots: [StoredSnapshot], among all: [StoredSnapshot], excluding rule: ExcludeRule) throws
    -> [SnapshotOutcome]
  {
    var rule = rule
    let progress = progress
    rule.report = { node, path in progress.item("excluded", joinedPath(path), size: Int64(clamping: node.size)) }
    return try rewrite(snapshots, among: all, by: rule, remembersChanges: true)
  }

  /// Stores the new trees; no snapshot is saved yet.
  ///
  /// - Parameters:
  ///   - all: every snapshot there is: what an earlier run has made is not made again.
  ///   - begin: told before each snapshot.
  func rewrite<Rule: TreeRule>(
    _ snapshots: [StoredSnapshot], among all: [StoredSnapshot], by rule: Rule, remembersChanges: Bool,
    begin: (StoredSnapshot) -> Void = { _ in }
  ) throws -> [SnapshotOutcome] {
    progress.count { $0.snapshotsTotal = snapshots.count }
    let saver = BlobSaver(
      repository: repository, index: BlobIndexBuilder().build(), isDryRun: change.isDryRun, cancellation: cancellation)
    let existing = Dictionary(all.map { ($0.snapshot, $0.id) }) { first, _ in first }
    return try saver.run {
      let rewriter = TreeRewriter(
        loader: BlobLoader(repository: repository, index: index), saver: saver, rule: rule,
        remembersChanges: remembersChanges, cancellation: cancellation)
      return try snapshots.map { old in
        defer { progress.count { $0.snapshots += 1 } }
        begin(old)
        return try outcome(for: old, existing) { try rewriter.rewrite($0, of: "snapshot \(old.id.short)") }
      }
    }
  }

  private func outcome(
    for old: StoredSnapshot, _ existing: [Snapshot: SnapshotID], _ rewrite: (TreeID) throws -> RewrittenTree
  ) throws -> SnapshotOutcome {
    var outcome = SnapshotOutcome(old: old, kind: .unchanged)
    do {
      let tree = try rewrite(old.snapshot.tree)
      outcome.fileCount = tree.fileCount
      outcome.fileBytes = tree.fileBytes
      guard let new = change.applied(to: old, tree) else { return outcome }
      outcome.new = new
      outcome.kind = .rewritten
      // By a run that ended early, or by one that did not forget the old one.
      if let id = existing[new] ?? existing[change.tagged(new)] {
        outcome.newID = id
        outcome.kind = .alreadyRewritten
      }
    } catch is UnreadableRoot {
      outcome.kind = .lost
    } catch let error as RepositoryError {
      refuse(old, error.text)
      outcome.kind = .refused
    } catch let error as StoreError where error.concernsOneObject {
      refuse(old, error.text)
      outcome.kind = .refused
    }
    return outcome
  }

  private func refuse(_ snapshot: StoredSnapshot, _ problem: Message) {
    progress.warn("refused", "snapshot \(snapshot.id.short)", "\(problem); it stays as it is", isLoss: true)
  }
}

/// The root of a snapshot cannot be read.
struct UnreadableRoot: Error {}

// MARK: Saving and forgetting

extension SnapshotRewriter {
  /// Saves the new snapshots.
  ///
  /// - Parameter confirm: asks whether the lock still protects the new trees.
  package func save(_ outcomes: [SnapshotOutcome], confirm: () throws -> Void) throws -> [SnapshotOutcome] {
    let codec = repository.makeCodec()
    return try outcomes.map { outcome in
      var outcome = outcome
      guard let new = outcome.new, outcome.newID == nil, !change.isDryRun else { return outcome }
      try cancellation.check()
      try confirm()
      outcome.newID = try repository.save(new, with: codec)
      return outcome
    }
  }

  /// Removes the old snapshots that new ones replace, and those that are lost. To be called under an exclusive lock.
  package func forget(_ outcomes: [SnapshotOutcome], confirm: () throws -> Void) throws -> [SnapshotOutcome] {
    guard change.forgets, !change.isDryRun else { return outcomes }
    return try outcomes.map { outcome in
      var outcome = outcome
      // Between saving and this moment there was no lock: the new one must still be there.
      if let newID = outcome.newID {
        guard try repository.store.holds(ObjectKind.snapshot.storeKey(of: newID)) else {
          refuse(outcome.old, "its new snapshot \(newID.short) was removed meanwhile")
          return outcome
        }
      } else if outcome.kind != .lost {
        return outcome
      }
      try cancellation.check()
      try confirm()
      try repository.store.remove(ObjectKind.snapshot.storeKey(of: outcome.old.id))
      outcome.isForgotten = true
      return outcome
    }
  }
}

/// `/a/b` of its components.
func joinedPath(_ components: [PathBytes]) -> PathBytes {
  components.isEmpty ? [UInt8(ascii: "/")] : components.reduce(into: []) { $0 += [UInt8(ascii: "/")] + $1 }
}
