package import CoffreCore
package import CoffreRepository
import CoffreSystem
import Synchronization

/// One prune of one repository: plan and repack beside others, then remove alone.
package final class PruneJob: Job {
  package struct Options: Sendable {
    package var request = PruneRequest(threadCount: processorCount)
    /// Only plan. Snapshots in `request.ignoredSnapshots` then count as gone: for `forget --prune --dry-run`.
    package var isDryRun = false
    /// All snapshots, as the job before listed them under a lock that it has kept.
    package var listedSnapshots: [ListedObject]?
    /// Work on a disk without any free space, at a risk: the id of the repository, to show that it is meant.
    package var noSpaceConfirmation: String?

    package init() {}
  }

  package let description: JobDescription
  private let access: RepositoryAccess
  private let options: Options
  private let running = Mutex<PruneProgress?>(nil)

  package init(_ access: RepositoryAccess, options: Options) {
    precondition(options.isDryRun || options.request.ignoredSnapshots.isEmpty, "only a dry run may ignore snapshots")
    self.access = access
    self.options = options
    description = JobDescription(kind: "prune", repository: access.location, subjects: [])
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    defer { access.letGo() }
    let repository = try access.open()
    let progress = PruneProgress(events: context.events)
    running.withLock { $0 = progress }
    var request = options.request
    if let id = options.noSpaceConfirmation {
      guard id == repository.config.id else {
        throw PruneError.notConfirmed(location: access.location, id: repository.config.id)
      }
      request.maxRepackBytes = 0
    }
    var before = PruneOutcome()
    if access.isAlone {
      let (plan, outcome) = try pruneAlone(request, repository, progress, context)
      if let plan { return result(plan, outcome, progress.snapshot, took: ContinuousClock.now - start) }
      before = outcome
    }
    let pruner = Pruner(
      repository: repository, request: request, progress: progress, cancellation: context.cancellation, after: before)
    if options.isDryRun {
      let plan = try access.withLock(on: repository, for: .reading, context) { _ in try pruner.makePlan() }
      return result(plan, PruneOutcome(), progress.snapshot, took: ContinuousClock.now - start)
    }
    let (plan, outcome) =
      try options.noSpaceConfirmation == nil
      ? prune(with: pruner, repository, progress, context) : recover(with: pruner, repository, context)
    return result(pruner.plan ?? plan, outcome, progress.snapshot, took: ContinuousClock.now - start)
  }

  /// Under the exclusive lock of the job before, which knows that packs can be removed.
  ///
  /// - Returns: no plan if that keeps others out for long. Then the lock is gone; what was written is there for the next
  ///   plan.
  private func pruneAlone(
    _ request: PruneRequest, _ repository: Repository, _ progress: PruneProgress, _ context: JobContext
  ) throws -> (PrunePlan?, PruneOutcome) {
    var request = request
    request.listedSnapshots = options.listedSnapshots
    let pruner = Pruner(
      repository: repository, request: request, progress: progress, cancellation: context.cancellation)
    do {
      let plan: PrunePlan? = try access.withLock(on: repository, for: .removing, context) { confirm in
        guard let plan = try pruner.makeQuickPlan() else { return nil }
        tell(plan.figures, context)
        guard try pruner.repack(within: request.quickTime) else {
          context.note("writing packs anew takes long: it goes on beside others")
          return nil
        }
        if pruner.mustRemove { _ = try pruner.remove(isAlone: true, confirm: confirm) }
        return plan
      }
      if plan == nil {
        access.letGo()
        progress.count { $0 = PruneCounters() }
      }
      return (plan, pruner.outcome)
    } catch let error as StoreError where error.reason == .noSpace && error.action == .save {
      throw noSpace(error, progress)
    }
  }

  private func noSpace(_ error: StoreError, _ progress: PruneProgress) -> PruneError {
    .noSpace(
      cause: "\(error.explanation.problem): \(error.cause)", isRepacking: progress.snapshot.phase == .repack)
  }

  private func prune(
    with pruner: Pruner, _ repository: Repository, _ progress: PruneProgress, _ context: JobContext
  ) throws -> (PrunePlan, PruneOutcome) {
    do {
      let plan = try access.withLock(on: repository, for: .adding, context) { _ in
        let plan = try pruner.makePlan()
        tell(plan.figures, context)
        if pruner.mustRemove { try repository.confirmRemoval() }
        try pruner.repack()
        return plan
      }
      guard pruner.mustRemove else { return (plan, PruneOutcome()) }
      progress.enter(.wait)
      return (plan, try alone(with: repository, context) { confirm in try pruner.remove(confirm: confirm) })
    } catch let error as StoreError where error.reason == .noSpace && error.action == .save {
      throw noSpace(error, progress)
    }
  }

  /// Under one lock from end to end; where there is no space for that either, alone if nobody else is there.
  private func recover(
    with pruner: Pruner, _ repository: Repository, _ context: JobContext
  ) throws -> (PrunePlan, PruneOutcome) {
    try access.withLock(on: repository, for: .makingRoom, context) { confirm in
      let plan = try pruner.makePlan()
      tell(plan.figures, context)
      try pruner.repack()  // moves nothing, but proves the copies that stay if asked to
      guard pruner.mustRemove else { return (plan, PruneOutcome()) }
      try repository.confirmRemoval()
      return (plan, try pruner.removeWithoutSpace(confirm: confirm))
    }
  }

  private func tell(_ figures: PruneFigures, _ context: JobContext) {
    context.note(
      "keeping \(counted(figures.packsKept, "pack")), repacking \(figures.packsRepacked) "
        + "(\(byteText(figures.repacked.bytes))), deleting \(figures.packsRemoved + figures.packsUnindexed) "
        + "(\(byteText(figures.removed.bytes + figures.bytesUnindexed)))")
    if figures.packsMarked > 0 {
      context.note(
        "\(counted(figures.packsMarked, "pack")) (\(byteText(figures.bytesMarked))) marked for deletion by rustic: left "
          + "for `rustic prune`")
    }
  }

  private func alone<Result>(
    with repository: Repository, _ context: JobContext, _ body: (@escaping @Sendable () throws -> Void) throws -> Result
  ) throws -> Result {
    do {
      return try access.withLock(on: repository, for: .removing, context, body)
    } catch let error as RepositoryError {
      guard case .locked(let location, let holder, let advice) = error else { throw error }
      throw RepositoryError.locked(
        location: location, holder: holder,
        advice: "\(advice) Nothing was removed; what was repacked is kept, and the next prune goes on from there.")
    }
  }

  private func result(
    _ plan: PrunePlan, _ outcome: PruneOutcome, _ counters: PruneCounters, took: Duration
  ) -> JobResult {
    let figures = plan.figures
    var facts = [JobFact("dryRun", .flag(options.isDryRun)), JobFact("snapshots", .count(counters.snapshots))]
    for (name, blobs) in [
      ("Used", figures.used), ("Duplicate", figures.duplicate), ("Unused", figures.unused),
      ("Repacked", figures.repacked), ("RepackRemoved", figures.repackRemoved), ("Removed", figures.removed),
    ] {
      facts += [JobFact("blobs\(name)", .count(blobs.count)), JobFact("bytes\(name)", .bytes(blobs.bytes))]
    }
    facts += [
      JobFact("blobsTotal", .count(figures.blobsTotal)), JobFact("bytesTotal", .bytes(figures.bytesTotal)),
      JobFact("blobsRemovedInAll", .count(figures.blobsRemoved)),
      JobFact("bytesRemovedInAll", .bytes(figures.bytesRemoved)),
      JobFact("blobsRemaining", .count(figures.blobsRemaining)),
      JobFact("bytesRemaining", .bytes(figures.bytesRemaining)),
      JobFact("bytesUnusedAfter", .bytes(figures.bytesUnusedAfter)),
      JobFact("bytesUnindexed", .bytes(figures.bytesUnindexed)),
      JobFact("bytesUncompressed", .bytes(figures.bytesUncompressed)),
      JobFact("packsTotal", .count(figures.packsTotal)), JobFact("packsUsed", .count(figures.packsUsed)),
      JobFact("packsPartlyUsed", .count(figures.packsPartlyUsed)),
      JobFact("packsUnused", .count(figures.packsUnused)), JobFact("packsKept", .count(figures.packsKept)),
      JobFact("packsRepacked", .count(figures.packsRepacked)), JobFact("packsRemoved", .count(figures.packsRemoved)),
      JobFact("packsUnindexed", .count(figures.packsUnindexed)), JobFact("packsLost", .count(figures.packsLost)),
      JobFact("packsMarked", .count(figures.packsMarked)), JobFact("bytesMarked", .bytes(figures.bytesMarked)),
      JobFact("packsAdded", .count(outcome.packsAdded)), JobFact("bytesAdded", .bytes(outcome.bytesAdded)),
      JobFact("packsDeleted", .count(outcome.packsDeleted)), JobFact("bytesDeleted", .bytes(outcome.bytesDeleted)),
      JobFact("bytesFreed", .bytes(outcome.bytesDeleted - outcome.bytesAdded)),
      JobFact("packsNeededAgain", .count(outcome.packsNeededAgain)),
      JobFact("indexFilesAdded", .count(outcome.indexFilesAdded)),
      JobFact("indexFilesDeleted", .count(outcome.indexFilesDeleted)),
      JobFact("notRemoved", .count(counters.failures)), JobFact("duration", .duration(took)),
    ]
    return JobResult(exitCode: counters.failures > 0 ? .partial : .done, facts: facts)
  }

  private static func name(of phase: PruneCounters.Phase) -> Message {
    switch phase {
    case .snapshots: "prune: snapshots"
    case .index: "prune: index"
    case .trees: "prune: trees"
    case .plan: "prune: plan"
    case .repack: "prune: repack"
    case .wait: "prune: wait"
    case .delete: "prune: delete"
    }
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    guard let counters = running.withLock({ $0 })?.snapshot else { return nil }
    let isDeleting = counters.phase == .delete
    return JobProgress(
      phase: Self.name(of: counters.phase), elapsed: elapsed,
      filesDone: isDeleting ? counters.packsDeleted : counters.packsRepacked,
      filesTotal: isDeleting ? counters.packsToDelete : counters.packsToRepack > 0 ? counters.packsToRepack : nil,
      bytesDone: counters.bytesRepacked, bytesTotal: counters.bytesToRepack > 0 ? counters.bytesToRepack : nil,
      warnings: counters.warnings)
  }
}
