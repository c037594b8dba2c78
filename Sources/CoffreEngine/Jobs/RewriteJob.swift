package import CoffreCore
package import CoffreRepository
import CoffreSystem
import Synchronization

/// One rewriting of snapshots without some of their files, or with other particulars.
package final class RewriteJob: Job {
  package struct Options: Sendable {
    package var selection: RewriteSelection
    package var excludes: ExcludeRule
    package var change: SnapshotEdit
    package var reportsItems = false

    package init(selection: RewriteSelection, excludes: ExcludeRule, change: SnapshotEdit) {
      self.selection = selection
      self.excludes = excludes
      self.change = change
    }
  }

  package let description: JobDescription
  private let access: RepositoryAccess
  private let options: Options
  private let running = Mutex<RewriteProgress?>(nil)

  package init(_ access: RepositoryAccess, options: Options) {
    self.access = access
    self.options = options
    description = JobDescription(kind: "rewrite", repository: access.location, subjects: options.selection.texts)
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    let change = options.change
    let progress = RewriteProgress(events: context.events, reportsItems: options.reportsItems)
    running.withLock { $0 = progress }
    // New snapshots are made under a shared lock: backups may go on. Only the old ones' end needs the repository alone.
    let mustForget = change.forgets && !change.isDryRun
    let use = change.isDryRun ? RepositoryAccess.Use.reading : .adding
    let (repository, rewriter, made, unreadable) = try access.withRepository(use, context) { repository, confirm in
      if mustForget { try repository.confirmRemoval() }
      let found = try options.selection.find(in: repository, context)
      for error in found.unreadable { context.passOver(error) }
      var index = try repository.loadIndex(.fingerprints, cancellation: context.cancellation).index
      if repository.store.traits.listsCheaply {
        index = try repository.trustworthy(index) { context.passOver($0) }
      }
      let rewriter = SnapshotRewriter(
        repository: repository, index: index, change: change, progress: progress, cancellation: context.cancellation)
      let outcomes = try rewriter.rewrite(found.chosen, among: found.all, excluding: options.excludes)
      let made = try rewriter.save(outcomes, confirm: confirm)
      return (repository, rewriter, made, found.unreadable.count)
    }
    var outcomes = made
    if change.forgets, !change.isDryRun, made.contains(where: { $0.newID != nil }) {
      outcomes = try access.withLock(on: repository, for: .removing, context) { try rewriter.forget(made, confirm: $0) }
    }
    let tally = RewriteTally(outcomes: outcomes)
    tally.tell(context, isDryRun: change.isDryRun)
    let facts =
      tally.facts + [
        JobFact("passedOver", .count(unreadable)), JobFact("dryRun", .flag(change.isDryRun)),
        JobFact("duration", .duration(ContinuousClock.now - start)),
      ]
    return JobResult(exitCode: tally.count(.refused, .lost) + unreadable > 0 ? .failed : .done, facts: facts)
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    guard let counters = running.withLock({ $0 })?.snapshot else { return nil }
    return JobProgress(
      phase: "rewrite: snapshot \(counters.snapshots) of \(counters.snapshotsTotal)", elapsed: elapsed,
      warnings: counters.warnings)
  }
}
