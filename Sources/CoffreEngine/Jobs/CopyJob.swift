package import CoffreCore
package import CoffreRepository
import CoffreSystem
import Synchronization

/// One copy of snapshots from one repository into another.
package final class CopyJob: Job {
  package struct Options: Sendable {
    /// Ids, their beginnings, or `latest`; empty means all that the filter lets through.
    package var snapshots: [String] = []
    package var filter = SnapshotFilter()
    package var compression = CompressionMode.auto
    /// In bytes; `nil` for the usual one.
    package var packSize: Int?
    package var isDryRun = false
    package var reportsItems = false
    package var threadCount: Int?
    package init() {}
  }

  package let description: JobDescription
  private let source: RepositoryAccess
  private let destination: RepositoryAccess
  private let options: Options
  private let running = Mutex<CopyProgress?>(nil)

  package init(from source: RepositoryAccess, to destination: RepositoryAccess, options: Options) {
    self.source = source
    self.destination = destination
    self.options = options
    description = JobDescription(
      kind: "copy", repository: destination.location, subjects: [source.location] + options.snapshots)
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    return try source.withRepository(.reading, context) { source, _ in
      try destination.withRepository(options.isDryRun ? .reading : .adding, context) { destination, confirm in
        try copy(from: source, to: destination, start: start, confirm: confirm, context)
      }
    }
  }

  private func copy(
    from source: Repository, to destination: Repository, start: ContinuousClock.Instant,
    confirm: @escaping @Sendable () throws -> Void, _ context: JobContext
  ) throws -> JobResult {
    var selection = CopySelection(context)
    try selection.choose(options.snapshots, options.filter, from: source)
    // Snapshots before the index, on both sides: all they need is then in it.
    try selection.leaveOutCopies(in: destination, reportsItems: options.reportsItems)
    let sourceIndex = try source.loadIndex(cancellation: context.cancellation).index
    var destinationIndex = try destination.loadIndex(.fingerprints, cancellation: context.cancellation).index
    if destination.store.traits.listsCheaply {
      destinationIndex = try destination.trustworthy(destinationIndex) { context.storeAgain($0) }
    }
    if !selection.chosen.isEmpty, source.config.chunkerPolynomial != destination.config.chunkerPolynomial {
      context.note(
        "the two repositories cut files differently: what is backed up to both shares nothing. The copy is whole all "
          + "the same; `coffre repo init --copy-chunker-params` makes a repository that cuts like another")
    }
    var request = CopyRequest(threadCount: options.threadCount ?? processorCount)
    request.compression = options.compression
    if let size = options.packSize { request.packSize = size }
    request.isDryRun = options.isDryRun
    request.confirmLock = confirm
    let progress = CopyProgress(events: context.events)
    running.withLock { $0 = progress }
    let copier = Copier(
      from: source, sourceIndex, to: destination, destinationIndex, request: request, progress: progress,
      cancellation: context.cancellation)
    let copied = try copier.run(selection.chosen)
    return result(copied, selection, progress.snapshot, took: ContinuousClock.now - start)
  }

  private func result(
    _ copied: [CopiedSnapshot], _ selection: CopySelection, _ counters: CopyCounters, took: Duration
  ) -> JobResult {
    let failed = counters.snapshotsFailed + selection.unreadable
    let isPartial = counters.snapshotsCopied + selection.known > 0
    return JobResult(
      exitCode: failed == 0 ? .done : isPartial ? .partial : .failed,
      facts: [
        JobFact("dryRun", .flag(options.isDryRun)), JobFact("snapshotsCopied", .count(counters.snapshotsCopied)),
        JobFact("snapshotsThere", .count(selection.known)), JobFact("snapshotsFailed", .count(failed)),
        JobFact("copiedFrom", .list(copied.map(\.source.description))),
        JobFact("snapshotIds", .list(copied.map(\.copy.description))), JobFact("trees", .count(counters.trees)),
        JobFact("blobs", .count(options.isDryRun ? counters.blobsTotal : counters.blobsDone)),
        JobFact("bytesRead", .bytes(options.isDryRun ? counters.bytesTotal : counters.bytesDone)),
        JobFact("dataAdded", .bytes(counters.bytesAdded)),
        JobFact("dataAddedPacked", .bytes(counters.bytesAddedPacked)),
        JobFact("warnings", .count(counters.warnings + selection.unreadable)), JobFact("duration", .duration(took)),
      ])
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    guard let counters = running.withLock({ $0 })?.snapshot else { return nil }
    return JobProgress(
      phase: counters.phase == .trees ? "copy: trees" : "copy: data", elapsed: elapsed, filesDone: counters.blobsDone,
      filesTotal: counters.phase == .trees ? nil : counters.blobsTotal, bytesDone: counters.bytesDone,
      bytesTotal: counters.phase == .trees ? nil : counters.bytesTotal, warnings: counters.warnings)
  }
}

/// Which snapshots a copy is about.
private struct CopySelection {
  private let context: JobContext
  /// Oldest first.
  private(set) var chosen: [StoredSnapshot] = []
  /// How many are in the destination already.
  private(set) var known = 0
  /// How many cannot be read, so that nobody knows what they are.
  private(set) var unreadable = 0

  init(_ context: JobContext) { self.context = context }

  mutating func choose(_ texts: [String], _ filter: SnapshotFilter, from source: Repository) throws {
    guard !texts.isEmpty else {
      let (all, damaged) = try source.snapshots()
      context.tellMisses(of: filter, among: all)
      chosen = all.filter { filter.matches($0.snapshot) }
      for error in damaged { pass(error) }
      return
    }
    var seen: Set<SnapshotID> = []
    for text in texts {
      do {
        let stored = try source.findSnapshot(text, filter: filter) { context.passOver($0) }
        if seen.insert(stored.id).inserted { chosen.append(stored) }
      } catch let error as RepositoryError {
        guard case .damaged = error else { throw error }
        pass(error)
      }
    }
    chosen.sort { $0.snapshot.time.isBefore($1.snapshot.time) }
  }

  private mutating func pass(_ error: RepositoryError) {
    let (subject, problem) = error.finding
    unreadable += 1
    context.events.take(
      .warning(JobWarning(code: "not-copied", subject: subject, message: "\(problem); it is not copied", isLoss: true)))
  }

  mutating func leaveOutCopies(in destination: Repository, reportsItems: Bool) throws {
    let (there, damaged) = try destination.snapshots()
    damaged.forEach { context.passOver($0) }
    let copies = KnownCopies(there)
    var new: [StoredSnapshot] = []
    for stored in chosen {
      guard let copy = copies.copy(of: stored) else {
        new.append(stored)
        continue
      }
      known += 1
      if reportsItems { context.note("snapshot \(stored.id.short) is there already, as \(copy.id.short)") }
    }
    chosen = new
  }
}
