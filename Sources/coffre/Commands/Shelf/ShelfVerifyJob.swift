import CoffreArchives
import CoffreCore
import CoffreEngine
import Synchronization

/// Looks whether points of a shelf are whole.
final class ShelfVerifyJob: Job {
  let description: JobDescription
  private let shelf: PathBytes
  private let names: [PathBytes]
  private let depth: PointInspection.Depth
  private let keys: ArchiveKeys
  private let running = Mutex<ShelfProgress?>(nil)

  /// - Parameters:
  ///   - names: of points; none for all.
  ///   - keys: what opens those that are encrypted.
  init(_ shelf: PathBytes, names: [PathBytes], depth: PointInspection.Depth, keys: ArchiveKeys) {
    self.keys = keys
    self.shelf = shelf
    self.names = names
    self.depth = depth
    description = JobDescription(
      kind: "verify", repository: displayed(shelf), subjects: names.map { displayed($0) })
  }

  func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    let folder = try ShelfFolder(shelf)
    let lock = try folder.lockForReading()
    defer { withExtendedLifetime(lock) {} }
    let listing = try folder.points()
    let points = try names.isEmpty ? listing.points : names.map { try folder.choose($0, from: listing) }
    let progress = ShelfProgress("verify", events: context.events)
    progress.count { counters in counters.filesTotal = depth >= .ownContents ? nil : points.count }
    running.withLock { $0 = progress }
    var damaged: [String] = []
    if names.isEmpty {
      for lost in listing.unreadable {
        damaged.append(displayed(lost.name))
        tell(displayed(lost.name), lost.cause, context)
      }
    }
    var sealed: [String] = []
    let inspection = PointInspection(
      folder, keys: keys, context.cancellation, depth >= .ownContents ? progress : nil)
    for point in points {
      try context.cancellation.check()
      do {
        try inspection.inspect(point, depth)
      } catch let error as ShelfError {
        if case .sealed = error { sealed.append(point.text) } else { damaged.append(point.text) }
        tell(point.text, error.text, context)
      }
      if depth < .ownContents { progress.count { $0.files += 1 } }
    }
    let facts = [
      JobFact("points", .count(points.count + (names.isEmpty ? listing.unreadable.count : 0))),
      JobFact("damaged", .count(damaged.count)), JobFact("damagedPoints", .list(damaged)),
      JobFact("sealed", .count(sealed.count)), JobFact("sealedPoints", .list(sealed)),
      JobFact("duration", .duration(ContinuousClock.now - start)),
    ]
    let code: ExitCode = damaged.isEmpty ? sealed.isEmpty ? .done : .wrongPassword : .verificationFailed
    return JobResult(exitCode: code, facts: facts)
  }

  private func tell(_ point: String, _ problem: Message, _ context: JobContext) {
    context.events.take(
      .warning(JobWarning(code: "damaged-point", subject: point, message: problem, isLoss: true)))
  }

  func progress(elapsed: Duration) -> JobProgress? { running.withLock { $0 }?.jobProgress(elapsed) }
}
