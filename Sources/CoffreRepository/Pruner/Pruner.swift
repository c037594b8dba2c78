package import CoffreCore
import CoffreSystem
import OpenSSLKit
import Synchronization

/// Frees what no snapshot needs, in three steps: plan and repack, which only read and add, then remove.
///
/// The first two go well beside backups of others, under a shared lock. `remove` wants the repository for itself; it looks
/// again at what came since, and what is needed by then stays. Interrupted anywhere, the repository is sound, and the next
/// prune finishes.
package final class Pruner {
  let repository: Repository
  let request: PruneRequest
  let progress: PruneProgress
  let cancellation: Cancellation

  var loaded: LoadedIndex?
  /// The first entry of every blob that a judged snapshot needs.
  var used = EntrySet(capacity: 0)
  var judged: Set<SnapshotID> = []
  /// The packs that the last plan is about.
  var stored: [ListedObject] = []
  /// What `repack` wrote.
  var indexFilesAdded: [ListedObject] = []
  /// Packs that `repack` wrote, and that the index names once it is rewritten.
  var unnamedPacks: [SavedPack] = []
  /// The plan of the last `makePlan`.
  package private(set) var plan: PrunePlan?
  /// What was done so far.
  package internal(set) var outcome: PruneOutcome

  /// - Parameter outcome: of a prune that this one goes on with.
  package init(
    repository: Repository, request: PruneRequest, progress: PruneProgress, cancellation: Cancellation,
    after outcome: PruneOutcome = PruneOutcome()
  ) {
    self.outcome = outcome
    self.repository = repository
    self.request = request
    self.progress = progress
    self.cancellation = cancellation
  }
}

/// What a prune did.
package struct PruneOutcome: Sendable, Hashable {
  package var packsAdded = 0
  package var bytesAdded: Int64 = 0
  package var packsDeleted = 0
  package var bytesDeleted: Int64 = 0
  /// Packs that were to go and stayed: a backup that ran meanwhile needs them.
  package var packsNeededAgain = 0
  package var indexFilesDeleted = 0
  package var indexFilesAdded = 0

  package init() {}
}

// MARK: Planning

extension Pruner {
  /// Reads all that tells what is needed, and decides. Changes nothing.
  package func makePlan() throws -> PrunePlan {
    guard let plan = try makePlan(isHurried: false) else { preconditionFailure("there is time for every plan") }
    return plan
  }

  /// The same for who keeps all others out meanwhile.
  ///
  /// - Returns: `nil` if planning would take long.
  package func makeQuickPlan() throws -> PrunePlan? { try makePlan(isHurried: true) }

  private func makePlan(isHurried: Bool) throws -> PrunePlan? {
    guard !request.compresses || repository.config.version >= 2 else {
      throw PruneError.versionHasNoCompression(location: repository.location)
    }
    progress.enter(.snapshots)
    // Snapshots before the index: what they need is in it then. Packs before the index too: what is not in it by then is
    // no work of somebody who is just writing.
    let snapshots = try loadSnapshots(except: request.ignoredSnapshots)
    let packs = try repository.store.listObjects(.pack)
    progress.enter(.index)
    let loaded = try repository.loadIndex(from: .files, cancellation: cancellation)
    try refuseContradictions(in: loaded)
    if isHurried, treeBytes(in: loaded.index) > request.quickBytes { return nil }
    judged = Set(snapshots.map(\.id))
    used = EntrySet(capacity: loaded.index.count)
    self.loaded = loaded
    try mark(snapshots, in: loaded)
    guard !snapshots.isEmpty || request.allowsEmpty || packs.isEmpty else {
      throw PruneError.noSnapshots(location: repository.location, packs: packs.count)
    }
    progress.enter(.plan)
    stored = try packsKnown(before: packs, to: loaded)
    let plan = try PrunePlan.decide(
      on: PrunePlan.Situation(
        index: loaded.index, used: used, packs: stored, marked: marked(in: loaded),
        repositoryVersion: repository.config.version), request)
    self.plan = plan
    return plan
  }

  /// As stored, without those in packs that hold data too.
  private func treeBytes(in index: BlobIndex) -> Int64 {
    var bytes: Int64 = 0
    for (number, pack) in index.packs.enumerated() where pack.hasTrees && !pack.hasData {
      bytes += index.packSize(number)
    }
    return bytes
  }

  /// Packs that are there now; of those that no index names only such as were there before the index was read.
  private func packsKnown(before: [ListedObject], to loaded: LoadedIndex) throws -> [ListedObject] {
    let old = Set(before.map(\.id))
    let known = Set(loaded.index.packs.map(\.id))
    // Nothing goes meanwhile, under a lock. What came is of interest if the index names it already.
    guard !known.isSubset(of: old) else { return before }
    return try repository.store.listObjects(.pack).filter { old.contains($0.id) || known.contains($0.id) }
  }

  func marked(in loaded: LoadedIndex) -> Set<PackID> { Set(loaded.files.flatMap(\.packsToDelete)) }

  func refuseContradictions(in loaded: LoadedIndex) throws(PruneError) {
    let packs = Set(loaded.contradictoryPacks)
    if let first = packs.min() { throw .contradictoryPacks(first, count: packs.count) }
  }

  /// All snapshots, or an error: one that cannot be read may need anything.
  func loadSnapshots(except ignored: Set<SnapshotID>) throws -> [StoredSnapshot] {
    let codec = repository.makeCodec()
    var found: [StoredSnapshot] = []
    let listed = try request.listedSnapshots ?? repository.store.listObjects(.snapshot)
    for object in listed where !ignored.contains(object.id) {
      try cancellation.check()
      do {
        found.append(StoredSnapshot(id: object.id, snapshot: try repository.loadSnapshot(object, with: codec)))
      } catch {
        // Not even one that is gone since it was listed: under a lock nobody may have removed it.
        throw PruneError.judging(error, hasMarkedPacks: false)
      }
    }
    progress.count { $0.snapshots += found.count }
    return found
  }

  func mark(_ snapshots: [StoredSnapshot], in loaded: LoadedIndex) throws {
    progress.enter(.trees)
    do {
      try UsedBlobs.mark(
        snapshots, in: loaded.index, of: repository, into: &used, threadCount: request.threadCount,
        cancellation: cancellation
      ) { [progress] in progress.count { $0.trees += 1 } }
    } catch {
      throw PruneError.judging(error, hasMarkedPacks: loaded.files.contains { !$0.packsToDelete.isEmpty })
    }
  }
}

// MARK: Repacking

extension Pruner {
  /// Writes what stays of partly used packs into new ones, and the index about them. Only adds.
  ///
  /// - Parameter limit: when to begin with no further pack: for who is alone. What was done within it stands in the index
  ///   that `remove` writes; a kill before that makes garbage of it, for the next prune.
  /// - Returns: whether nothing is left to write. Otherwise a new plan goes on from what was written.
  @discardableResult
  package func repack(within limit: Duration? = nil) throws -> Bool {
    guard let plan, let loaded else { return true }
    if request.isParanoid {
      try CopyProof(
        repository: repository, index: loaded.index, plan: plan, threadCount: request.threadCount,
        cancellation: cancellation
      ).run(for: used)
    }
    guard !plan.packsToRepack.isEmpty else { return true }
    let (added, unnamed, isComplete) = try Repacker(
      repository: repository, index: loaded.index, plan: plan, request: request, progress: progress,
      cancellation: cancellation
    ).run(until: limit.map { Clock.monotonic() + $0 })
    outcome.packsAdded += added.count
    outcome.bytesAdded += added.bytes
    indexFilesAdded += added.indexFiles
    unnamedPacks += unnamed
    return isComplete
  }

  /// Whether anything is left to do that wants the repository for itself.
  package var mustRemove: Bool {
    guard let plan, let loaded else { return false }
    return plan.removesPacks || !plan.unindexedPacks.isEmpty || loaded.files.contains { !$0.repeatedPacks.isEmpty }
  }
}
