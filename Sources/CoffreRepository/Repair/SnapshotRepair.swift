package import CoffreCore
import CoffreSystem
import OpenSSLKit

/// Makes snapshots anew without what is lost, so that the rest restores without an error.
///
/// The repository's packs and index must be in order before: what they could still give must not be taken for lost.
package final class SnapshotRepair {
  /// What to append to the names of files and folders that lost content.
  package static let defaultSuffix = ".incomplete"

  private let rewriter: SnapshotRewriter
  private let suffix: [UInt8]
  private let unlistedPacks: [PackID]
  package private(set) var counts = LossSurvey.Counts()

  /// - Parameter unlistedPacks: packs that no index names: while there are some, nothing is called lost.
  package init(
    repository: Repository, index: BlobIndex, unlistedPacks: [PackID], change: SnapshotEdit, suffix: [UInt8],
    progress: RewriteProgress, cancellation: Cancellation
  ) {
    self.unlistedPacks = unlistedPacks
    rewriter = SnapshotRewriter(
      repository: repository, index: index, change: change, progress: progress, cancellation: cancellation)
    self.suffix = suffix
  }

  /// Stores the new trees and names every loss; no snapshot is saved yet.
  package func run(on snapshots: [StoredSnapshot], among all: [StoredSnapshot]) throws -> [SnapshotOutcome] {
    var current: StoredSnapshot?
    var damaged: Set<SnapshotID> = []
    let progress = rewriter.progress
    let rule = RepairRule(index: rewriter.index, suffix: suffix, emptyTree: Self.emptyTree) { [self] finding in
      guard let current else { return }
      if !finding.isLoss {
        counts.corrections += 1
      } else if finding.isDirectory {
        counts.directories += 1
      } else {
        counts.files += 1
      }
      if finding.isLoss { damaged.insert(current.id) }
      progress.warn(
        finding.isLoss ? "lost" : "corrected",
        "snapshot \(current.id.short):\(displayed(finding.path))",  // not for people
        finding.message, isLoss: finding.isLoss)
    }
    let outcomes = try rewriter.rewrite(snapshots, among: all, by: rule, remembersChanges: false) { current = $0 }
    counts.snapshots = damaged.count
    if !counts.isNothing, let pack = unlistedPacks.first {
      throw RepairError.indexDamaged(
        object: ObjectKind.pack.storeKey(of: pack).path, problem: "no index names it; what is missing may lie in it")
    }
    return outcomes
  }

  package func save(_ outcomes: [SnapshotOutcome], confirm: () throws -> Void) throws -> [SnapshotOutcome] {
    try rewriter.save(outcomes, confirm: confirm)
  }

  /// To be called under an exclusive lock.
  package func forget(_ outcomes: [SnapshotOutcome], confirm: () throws -> Void) throws -> [SnapshotOutcome] {
    try rewriter.forget(outcomes, confirm: confirm)
  }

  private static var emptyTree: TreeID {
    var encoder = TreeEncoder()
    encoder.begin()
    return SHA256Hasher().hash(encoder.finish().span)
  }
}

// MARK: What has to be in order before, and what cannot be repaired

extension Repository {
  /// The index, if it and the packs are in order as far as can be told without reading them, and packs that it does not
  /// name.
  package func indexForRepair(cancellation: Cancellation) throws -> (index: BlobIndex, unlistedPacks: [PackID]) {
    let packs = try store.listObjects(.pack).map(\.id)
    let inventory = try takeIndexInventory(cancellation: cancellation)
    if let (file, problem) = inventory.unreadable.first {
      throw RepairError.indexDamaged(object: ObjectKind.index.storeKey(of: file.id).path, problem: problem)
    }
    let loaded = try loadIndex(cancellation: cancellation)
    if let pack = loaded.contradictoryPacks.first {
      throw RepairError.indexDamaged(
        object: ObjectKind.pack.storeKey(of: pack).path, problem: "the index lists different blobs for it")
    }
    var first: RepositoryError?
    let index = try trustworthy(loaded.index) { first = first ?? $0 }
    if let (object, problem) = first?.finding { throw RepairError.indexDamaged(object: object, problem: problem) }
    let known = inventory.markedPacks.union(index.packs.map(\.id))
    return (index, packs.filter { !known.contains($0) })
  }

  /// Snapshot files that are there and can be read, but hold no snapshot: nothing in the repository can bring them back.
  ///
  /// Those that the store does not give are not among them: it may give them tomorrow.
  package func damagedSnapshotFiles() throws -> [(id: SnapshotID, problem: Message)] {
    let codec = makeCodec()
    var damaged: [(id: SnapshotID, problem: Message)] = []
    for object in try store.listObjects(.snapshot) {
      do {
        _ = try loadSnapshot(object, with: codec)
      } catch let error as RepositoryError {
        damaged.append((object.id, error.finding.problem))
      } catch let error as StoreError {
        guard error.concernsOneObject else { throw error }
      }
    }
    return damaged
  }
}
