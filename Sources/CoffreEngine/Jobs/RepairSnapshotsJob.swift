package import CoffreCore
package import CoffreRepository
import CoffreSystem
import Synchronization

/// One repair of snapshots that need what is lost.
package final class RepairSnapshotsJob: Job {
  package struct Options: Sendable {
    package var selection: RewriteSelection
    package var change: SnapshotEdit
    /// Appended to the names of what lost content.
    package var suffix: [UInt8]

    package init(selection: RewriteSelection, change: SnapshotEdit, suffix: [UInt8]) {
      self.selection = selection
      self.change = change
      self.suffix = suffix
    }
  }

  package let description: JobDescription
  private let access: RepositoryAccess
  private let options: Options
  private let running = Mutex<RewriteProgress?>(nil)

  package init(_ access: RepositoryAccess, options: Options) {
    self.access = access
    self.options = options
    description = JobDescription(
      kind: "repair snapshots", repository: access.location, subjects: options.selection.texts)
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    let change = options.change
    let progress = RewriteProgress(events: context.events)
    running.withLock { $0 = progress }
    let mustForget = change.forgets && !change.isDryRun
    let use = change.isDryRun ? RepositoryAccess.Use.reading : .adding
    let (repository, repair, made, damagedFiles) = try access.withRepository(use, context) { repository, confirm in
      if mustForget { try repository.confirmRemoval() }
      let found = try options.selection.find(in: repository, context)
      let (index, unlistedPacks) = try repository.indexForRepair(cancellation: context.cancellation)
      let repair = SnapshotRepair(
        repository: repository, index: index, unlistedPacks: unlistedPacks, change: change, suffix: options.suffix,
        progress: progress, cancellation: context.cancellation)
      let outcomes = try repair.run(on: found.chosen, among: found.all)
      let made = try repair.save(outcomes, confirm: confirm)
      return (repository, repair, made, options.selection.isEverything ? try repository.damagedSnapshotFiles() : [])
    }
    tell(damagedFiles, context)
    var outcomes = made
    var removedFiles: [SnapshotID] = []
    let hasToForget = !damagedFiles.isEmpty || made.contains { $0.newID != nil || $0.kind == .lost }
    if change.forgets, !change.isDryRun, hasToForget {
      (outcomes, removedFiles) = try access.withLock(on: repository, for: .removing, context) { confirm in
        let outcomes = try repair.forget(made, confirm: confirm)
        for file in damagedFiles {
          try confirm()
          try repository.removeSnapshot(file.id)
        }
        return (outcomes, damagedFiles.map(\.id))
      }
    }
    let tally = RewriteTally(outcomes: outcomes)
    tally.tell(context, isDryRun: change.isDryRun)
    let facts =
      tally.facts + repair.counts.facts + [
        JobFact("damagedFiles", .list(damagedFiles.map(\.id.description))),
        JobFact("removedFiles", .list(removedFiles.map(\.description))), JobFact("dryRun", .flag(change.isDryRun)),
        JobFact("duration", .duration(ContinuousClock.now - start)),
      ]
    return JobResult(exitCode: code(tally, repair.counts, damagedFiles.count), facts: facts)
  }

  private func code(_ tally: RewriteTally, _ losses: LossSurvey.Counts, _ damagedFiles: Int) -> ExitCode {
    if tally.count(.refused) > 0 { return .failed }
    return losses.isNothing && damagedFiles == 0 ? .done : .partial
  }

  private func tell(_ files: [(id: SnapshotID, problem: Message)], _ context: JobContext) {
    let isForgotten = options.change.forgets && !options.change.isDryRun
    for file in files {
      context.events.take(
        .warning(
          JobWarning(
            code: "lost", subject: "snapshot file \(file.id.short)",
            message: isForgotten
              ? "\(file.problem); nothing can bring it back, it was removed"
              : "\(file.problem); nothing can bring it back, --forget removes it",
            isLoss: true)))
    }
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    guard let counters = running.withLock({ $0 })?.snapshot else { return nil }
    return JobProgress(
      phase: "repair: snapshot \(counters.snapshots) of \(counters.snapshotsTotal)", elapsed: elapsed,
      warnings: counters.warnings)
  }
}
