package import CoffreCore
import CoffreRepository
import CoffreSystem
import Synchronization

/// One repair of a repository's index.
package final class RepairIndexJob: Job {
  package let description: JobDescription
  private let access: RepositoryAccess
  private let readsAllPacks: Bool
  private let isDryRun: Bool
  private let running = Mutex<RepairProgress?>(nil)

  package init(_ access: RepositoryAccess, readsAllPacks: Bool, isDryRun: Bool) {
    self.access = access
    self.readsAllPacks = readsAllPacks
    self.isDryRun = isDryRun
    description = JobDescription(kind: "repair index", repository: access.location, subjects: [])
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    return try access.withRepository(isDryRun ? .reading : .removing, context) { repository, confirm in
      var request = IndexRepair.Request(threadCount: processorCount)
      request.readsAllPacks = readsAllPacks
      request.isDryRun = isDryRun
      let progress = RepairProgress(events: context.events)
      running.withLock { $0 = progress }
      let result = try IndexRepair(
        repository: repository, request: request, progress: progress, cancellation: context.cancellation
      ).run(confirm: confirm)
      let leftovers = try repository.leftovers()
      for leftover in leftovers {
        context.note(
          "left by a save that was killed: '\(leftover.path)' (\(byteText(leftover.sizeInBytes)))")
        if !isDryRun {
          try confirm()
          try repository.remove(leftover)
        }
      }
      return self.result(result, leftovers, took: ContinuousClock.now - start)
    }
  }

  private func result(_ result: IndexRepair.Result, _ leftovers: [Leftover], took: Duration) -> JobResult {
    let names = { (ids: [Digest]) in JobFact.Value.list(ids.map(\.description)) }
    let facts =
      [
        JobFact("changed", .flag(!result.isUnchanged)), JobFact("dryRun", .flag(isDryRun)),
        JobFact("packsRead", .count(result.packsRead)), JobFact("packsListed", names(result.adopted)),
        JobFact("packsDropped", names(result.dropped)), JobFact("packsDamaged", names(result.damaged)),
        JobFact("indexFilesReplaced", names(result.replacedFiles)),
        JobFact("indexFilesSaved", names(result.savedFiles)),
        JobFact("lostBlobs", .count(result.lostBlobs)),
      ] + result.losses.facts + [
        JobFact("leftovers", .list(leftovers.map(\.path))),
        JobFact("leftoverBytes", .bytes(leftovers.reduce(0) { $0.adding(saturating: $1.sizeInBytes) })),
        JobFact("duration", .duration(took)),
      ]
    let code: ExitCode =
      if !result.damaged.isEmpty {
        .failed
      } else {
        result.losses.isNothing && result.lostBlobs == 0 ? .done : .partial
      }
    return JobResult(exitCode: code, facts: facts)
  }

  package func progress(elapsed: Duration) -> JobProgress? { running.withLock { $0 }?.progress(elapsed) }
}

extension LossSurvey.Counts {
  /// What of the snapshots is lost.
  var facts: [JobFact] {
    [
      JobFact("snapshotsWithLosses", .count(snapshots)), JobFact("filesWithLosses", .count(files)),
      JobFact("directoriesLost", .count(directories)), JobFact("corrections", .count(corrections)),
    ]
  }
}

extension RepairProgress {
  func progress(_ elapsed: Duration) -> JobProgress {
    let counters = snapshot
    return JobProgress(
      phase: "repair: \(counters.phase)", elapsed: elapsed, filesDone: counters.packs,
      filesTotal: counters.packsTotal > 0 ? counters.packsTotal : nil, bytesDone: counters.bytes,
      bytesTotal: counters.bytesTotal > 0 ? counters.bytesTotal : nil, warnings: counters.warnings)
  }
}
