import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreSystem
import Synchronization

/// A backup of one source session as a point of a shelf.
final class ShelfBackupJob: Job {
  let description: JobDescription
  let goesOn = false
  private let shelf: PathBytes
  private let request: PointRequest
  private let isDryRun: Bool
  private let isRepeatable: Bool
  private let open: @Sendable (PathBytes, Cancellation) throws -> any SourceSession
  private let running = Mutex<ShelfProgress?>(nil)

  /// - Parameters:
  ///   - shelf: absolute; made if it is not there.
  ///   - isDryRun: whether it only tells what would be stored.
  ///   - isRepeatable: whether the source can be opened more than once, at little cost.
  ///   - open: opens the source; told the shelf so that it can leave its folder out.
  init(
    _ shelf: PathBytes, _ request: PointRequest, isDryRun: Bool, subjects: [String], isRepeatable: Bool = false,
    open: @escaping @Sendable (PathBytes, Cancellation) throws -> any SourceSession
  ) {
    self.shelf = shelf
    self.request = request
    self.isDryRun = isDryRun
    self.isRepeatable = isRepeatable
    self.open = open
    description = JobDescription(kind: "backup", repository: displayed(shelf), subjects: subjects)
  }

  func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    let progress = ShelfProgress("backup", events: context.events)
    running.withLock { $0 = progress }
    guard !isDryRun else { return try preview(progress, context, since: start) }
    let folder = try ShelfFolder(shelf, creating: true)
    let writer = PointWriter(folder, request, progress: progress, cancellation: context.cancellation)
    let openSource = { [self] in try open(shelf, context.cancellation) }
    let summary = try writer.run(measuring: isRepeatable ? openSource : nil, openSource)
    let counts = summary.point.manifest.counts
    var facts = [
      JobFact("point", .text(displayed(summary.point.name))),
      JobFact("variant", .text(summary.point.manifest.variant.rawValue)),
      JobFact("format", .text(summary.point.manifest.archive.format)),
      JobFact("archive", .text(displayed(summary.point.archivePath))),
    ]
    if let encryption = summary.point.manifest.archive.encryption {
      facts.append(JobFact("encryption", .text(encryption.kind)))
    }
    if let parent = summary.parent { facts.append(JobFact("parent", .text(displayed(parent)))) }
    facts += [
      JobFact("compared", .flag(summary.isCompared)), JobFact("archiveBytes", .bytes(summary.archiveSize)),
    ]
    return result(facts, counts, progress.snapshot, since: start)
  }

  private func preview(
    _ progress: ShelfProgress, _ context: JobContext, since start: ContinuousClock.Instant
  ) throws -> JobResult {
    let folder: ShelfFolder?
    do {
      folder = try ShelfFolder(shelf)
    } catch ShelfError.noShelf {
      folder = nil
    }
    let outcome = try PointPreview(folder, request, progress: progress, cancellation: context.cancellation)
      .run { try open(shelf, context.cancellation) }
    var facts = [JobFact("dryRun", .flag(true)), JobFact("variant", .text(outcome.variant.rawValue))]
    if let parent = outcome.parent { facts.append(JobFact("parent", .text(displayed(parent)))) }
    return result(facts, outcome.counts, progress.snapshot, since: start)
  }

  private func result(
    _ facts: [JobFact], _ counts: ShelfManifest.Counts, _ counters: ShelfProgress.Counters,
    since start: ContinuousClock.Instant
  ) -> JobResult {
    let facts =
      facts + [
        JobFact("filesNew", .count(counters.filesNew)), JobFact("filesChanged", .count(counters.filesChanged)),
        JobFact("filesUnmodified", .count(counters.filesUnmodified)), JobFact("entries", .count(counts.entries)),
        JobFact("stored", .count(counts.stored)), JobFact("storedBytes", .bytes(counts.storedBytes)),
        JobFact("deleted", .count(counts.deleted)), JobFact("renamed", .count(counts.renamed)),
        JobFact("totalFilesProcessed", .count(counts.files)),
        JobFact("totalBytesProcessed", .bytes(counts.bytes)), JobFact("warnings", .count(counters.warnings)),
        JobFact("losses", .count(counts.losses)), JobFact("duration", .duration(ContinuousClock.now - start)),
      ]
    return JobResult(exitCode: counts.losses > 0 ? .partial : .done, facts: facts)
  }

  func progress(elapsed: Duration) -> JobProgress? { running.withLock { $0 }?.jobProgress(elapsed) }
}

extension ShelfProgress {
  func jobProgress(_ elapsed: Duration) -> JobProgress {
    let counters = snapshot
    return JobProgress(
      phase: counters.phase, elapsed: elapsed, filesDone: counters.files,
      filesTotal: counters.filesTotal.map { max($0, counters.files) }, bytesDone: counters.bytes,
      bytesTotal: counters.bytesTotal.map { max($0, counters.bytes) }, warnings: counters.warnings,
      currentItems: counters.currentItem.isEmpty ? [] : [counters.currentItem])
  }
}
