package import CoffreCore
package import CoffreRepository
import CoffreSystem
import Synchronization

/// One check of one repository.
package final class CheckJob: Job {
  package let description: JobDescription
  private let access: RepositoryAccess
  private let data: CheckRequest.DataShare
  private let running = Mutex<CheckFindings?>(nil)

  package init(_ access: RepositoryAccess, data: CheckRequest.DataShare) {
    self.access = access
    self.data = data
    description = JobDescription(kind: "check", repository: access.location, subjects: [])
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    return try access.withRepository(.reading, context) { repository, _ in
      var request = CheckRequest(threadCount: processorCount)
      request.data = data
      let findings = CheckFindings(events: context.events)
      running.withLock { $0 = findings }
      try Checker(
        repository: repository, request: request, findings: findings, cancellation: context.cancellation
      ).run()
      let found = findings.snapshot
      let facts = [
        JobFact("sound", .flag(found.errors == 0)), JobFact("errors", .count(found.errors)),
        JobFact("hints", .count(found.hints)), JobFact("snapshots", .count(found.snapshots)),
        JobFact("trees", .count(found.trees)), JobFact("packs", .count(found.packs)),
        JobFact("blobs", .count(found.blobs)), JobFact("indexFiles", .count(found.indexFiles)),
        JobFact("packsRead", .count(found.packsRead)), JobFact("bytesRead", .bytes(found.bytesRead)),
        JobFact("brokenPacks", .list(found.brokenPacks.sorted().map(\.description))),
        JobFact("suggestsRepairIndex", .flag(found.remedies.repairsIndex || found.remedies.tidiesIndex)),
        JobFact("suggestsReadAllPacks", .flag(found.remedies.readsAllPacks)),
        JobFact("packsToRepair", .list(found.remedies.packs.sorted().map(\.description))),
        JobFact("keysToRemove", .list(found.remedies.keys.sorted().map(\.description))),
        JobFact("suggestsRepairSnapshots", .flag(found.remedies.repairsSnapshots)),
        JobFact("suggestsPrune", .flag(found.remedies.prunes)),
        JobFact("duration", .duration(ContinuousClock.now - start)),
      ]
      return JobResult(exitCode: found.errors > 0 ? .failed : .done, facts: facts)
    }
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    guard let found = running.withLock({ $0 })?.snapshot else { return nil }
    return JobProgress(
      phase: "check: \(found.phase)", elapsed: elapsed, filesDone: found.packsRead,
      filesTotal: found.packsToRead > 0 ? found.packsToRead : nil, bytesDone: found.bytesRead,
      bytesTotal: found.bytesToRead > 0 ? found.bytesToRead : nil, warnings: found.errors)
  }
}
