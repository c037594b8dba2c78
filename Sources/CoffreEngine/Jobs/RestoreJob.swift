package import CoffreCore
package import CoffreRepository
import CoffreSystem
import Synchronization

/// One restore of one snapshot, or a part of it, to one place.
package final class RestoreJob: Job {
  package struct Options: Sendable {
    package var snapshot: String
    package var subpath: [PathBytes] = []
    package var filter = SnapshotFilter()
    package var includes = PatternList()
    package var excludes = PatternList()
    package var isDryRun = false
    package var verifies = false
    package var clears = false
    package var reportsItems = false
    package var threadCount: Int?

    package init(snapshot: String) { self.snapshot = snapshot }
  }

  package let description: JobDescription
  private let access: RepositoryAccess
  private let options: Options
  private let openTarget: @Sendable (Repository, Cancellation) throws -> any RestoreSession
  private let running = Mutex<RestoreProgress?>(nil)

  /// - Parameter openTarget: told the repository, so that its own folder is spared.
  package init(
    _ access: RepositoryAccess, target: String, options: Options,
    openTarget: @escaping @Sendable (Repository, Cancellation) throws -> any RestoreSession
  ) {
    self.access = access
    self.options = options
    self.openTarget = openTarget
    description = JobDescription(kind: "restore", repository: access.location, subjects: [options.snapshot, target])
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    return try access.withRepository(.reading, context) { repository, _ in
      let snapshot = try repository.findSnapshot(
        options.snapshot, filter: options.filter, demandsOneGroup: !options.isDryRun
      ) { context.passOver($0) }
      context.note(
        "restoring snapshot \(snapshot.id.short) of \(snapshot.snapshot.time) on \(snapshot.snapshot.hostname): "
          + "\(snapshot.snapshot.paths.joined(separator: ", "))")
      let loaded = try repository.loadIndex(.fingerprints, cancellation: context.cancellation)
      let target = try openTarget(repository, context.cancellation)
      defer { target.close() }
      var request = RestoreRequest(snapshot: snapshot, threadCount: options.threadCount ?? processorCount)
      request.subpath = options.subpath
      request.includes = options.includes
      request.excludes = options.excludes
      request.isDryRun = options.isDryRun
      request.verifies = options.verifies
      request.clears = options.clears
      let progress = RestoreProgress(events: context.events, reportsItems: options.reportsItems)
      running.withLock { $0 = progress }
      let restorer = Restorer(
        repository: repository, index: loaded.index, session: target, request: request, progress: progress,
        cancellation: context.cancellation)
      try restorer.run()
      return result(snapshot, progress.snapshot, took: ContinuousClock.now - start)
    }
  }

  private func result(_ snapshot: StoredSnapshot, _ counters: RestoreCounters, took: Duration) -> JobResult {
    let facts = [
      JobFact("snapshotId", .text(snapshot.id.description)), JobFact("dryRun", .flag(options.isDryRun)),
      JobFact("entries", .count(counters.entriesTotal)), JobFact("files", .count(counters.filesTotal)),
      JobFact("filesRestored", .count(max(0, counters.filesDone - counters.filesSkipped))),
      JobFact("filesSkipped", .count(counters.filesSkipped)), JobFact("bytesTotal", .bytes(counters.bytesTotal)),
      JobFact("bytesSkipped", .bytes(counters.bytesSkipped)), JobFact("verified", .flag(options.verifies)),
      JobFact("filesDeleted", .count(counters.entriesDeleted)),
      JobFact("filesVerified", .count(counters.filesVerified)), JobFact("warnings", .count(counters.warnings)),
      JobFact("losses", .count(counters.losses)), JobFact("duration", .duration(took)),
    ]
    return JobResult(exitCode: counters.losses > 0 ? .failed : .done, facts: facts)
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    guard let counters = running.withLock({ $0 })?.snapshot else { return nil }
    return JobProgress(
      phase: "restore", elapsed: elapsed, filesDone: counters.filesDone, filesTotal: counters.filesTotal,
      bytesDone: counters.bytesDone, bytesTotal: counters.bytesTotal, warnings: counters.warnings)
  }
}
