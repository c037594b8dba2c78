import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreSystem
import Synchronization

/// Removes points of a shelf that no rule keeps.
final class ShelfPruneJob: Job {
  let description: JobDescription
  private let shelf: PathBytes
  private let policy: RetentionPolicy
  private let isDryRun: Bool
  private let patience: Duration
  private let show: @Sendable (ShelfRetention) -> Void
  private let running = Mutex<ShelfProgress?>(nil)

  /// - Parameter show: told what is decided, before anything is removed.
  init(
    _ shelf: PathBytes, _ policy: RetentionPolicy, isDryRun: Bool, patience: Duration,
    show: @escaping @Sendable (ShelfRetention) -> Void
  ) {
    self.shelf = shelf
    self.policy = policy
    self.isDryRun = isDryRun
    self.patience = patience
    self.show = show
    description = JobDescription(kind: "prune", repository: displayed(shelf), subjects: [])
  }

  func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    let progress = ShelfProgress("prune", events: context.events)
    running.withLock { $0 = progress }
    let pruning = ShelfPruning(
      try ShelfFolder(shelf), patience: patience, progress: progress, cancellation: context.cancellation)
    let outcome = try pruning.run(policy, now: Clock.now(), isDryRun: isDryRun, show)
    let gone = isDryRun ? outcome.retention.removed : outcome.removed
    let facts = [
      JobFact("dryRun", .flag(isDryRun)), JobFact("removed", .count(gone.count)),
      JobFact("removedPoints", .list(gone.map(\.text))), JobFact("kept", .count(outcome.retention.kept.count)),
      JobFact("freedBytes", .bytes(gone.reduce(0) { $0 + $1.archiveSize })),
      JobFact("duration", .duration(ContinuousClock.now - start)),
    ]
    return JobResult(exitCode: .done, facts: facts)
  }

  func progress(elapsed: Duration) -> JobProgress? { running.withLock { $0 }?.jobProgress(elapsed) }
}
