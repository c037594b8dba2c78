import CoffreArchives
import CoffreCore
import CoffreEngine
import Synchronization

/// Brings a point of a shelf back, or unpacks an archive that somebody else made.
final class ShelfRestoreJob: Job {
  enum Source: Sendable {
    case point(PathBytes, shelf: PathBytes)
    case archive(PathBytes)
  }

  let description: JobDescription
  private let source: Source
  private let options: PointRestore.Options
  private let open: @Sendable (Cancellation) throws -> any AmendableRestore
  private let running = Mutex<ShelfProgress?>(nil)

  /// - Parameter open: opens the place that is restored to, when everything was checked.
  init(
    _ source: Source, target: String, _ options: PointRestore.Options,
    open: @escaping @Sendable (Cancellation) throws -> any AmendableRestore
  ) {
    self.source = source
    self.options = options
    self.open = open
    switch source {
    case .point(let name, let shelf):
      description = JobDescription(
        kind: "restore", repository: displayed(shelf), subjects: [displayed(name), target])
    case .archive(let path):
      description = JobDescription(kind: "restore", repository: "", subjects: [displayed(path), target])
    }
  }

  func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    let progress = ShelfProgress("restore", events: context.events)
    running.withLock { $0 = progress }
    var facts = [JobFact("dryRun", .flag(options.isDryRun))]
    switch source {
    case .point(let name, let shelf): facts += try restore(name, of: shelf, progress, context)
    case .archive(let path): facts += try unpack(path, progress, context)
    }
    let counters = progress.snapshot
    facts += [
      JobFact("warnings", .count(counters.warnings)), JobFact("losses", .count(counters.losses)),
      JobFact("duration", .duration(ContinuousClock.now - start)),
    ]
    return JobResult(exitCode: counters.losses > 0 ? .failed : .done, facts: facts)
  }

  private func restore(_ name: PathBytes, of path: PathBytes, _ progress: ShelfProgress, _ context: JobContext) throws
    -> [JobFact]
  {
    let shelf = try ShelfFolder(path)
    let lock = try shelf.lockForReading(leavesNoTrace: options.isDryRun)
    defer { withExtendedLifetime(lock) {} }
    let point = try shelf.choose(name, from: try shelf.points())
    context.note("restoring '\(point.text)' of \(point.manifest.takenAt), host \(point.manifest.host)")
    try PointRestore.check(
      point, of: shelf, keys: options.keys, progress: progress, cancellation: context.cancellation)
    let session = try open(context.cancellation)
    defer { session.close() }
    let restore = PointRestore(
      point, of: shelf, into: session, options, progress: progress, cancellation: context.cancellation)
    let outcome = try restore.run()
    return [
      JobFact("point", .text(point.text)), JobFact("entries", .count(outcome.entries)),
      JobFact("files", .count(outcome.files)), JobFact("filesSkipped", .count(outcome.filesSkipped)),
      JobFact("bytes", .bytes(outcome.bytes)),
    ]
  }

  private func unpack(_ path: PathBytes, _ progress: ShelfProgress, _ context: JobContext) throws -> [JobFact] {
    let open = { [options] in try OpenArchive.read(path, keys: options.keys, cancellation: context.cancellation) }
    let reader = try open()
    let session = try self.open(context.cancellation)
    defer { session.close() }
    let extraction = ArchiveExtraction(
      reader, cancellation: context.cancellation, choice: options.choice, again: open,
      note: { note in progress.warn(note.code, note.path, note.message, isLoss: note.isLoss) },
      progress: { counters in
        progress.count {
          $0.files = counters.files
          $0.bytes = counters.bytes
        }
      })
    let counters = try extraction.extract(into: session)
    return [
      JobFact("format", .text(reader.format)), JobFact("entries", .count(counters.entries)),
      JobFact("files", .count(counters.files)), JobFact("bytes", .bytes(counters.bytes)),
    ]
  }

  func progress(elapsed: Duration) -> JobProgress? { running.withLock { $0 }?.jobProgress(elapsed) }
}
