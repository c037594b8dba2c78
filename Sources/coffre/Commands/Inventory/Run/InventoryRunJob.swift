import CoffreCore
import CoffreEngine
import CoffreInventory
import CoffreSystem
import Synchronization

/// Backs up the rows of a list: each for itself, several at a time.
final class InventoryRunJob: Job {
  let description: JobDescription
  /// What is done stays; a new run does all rows anew.
  let goesOn = false
  private let rows: [RunRow]
  private let settings: RunSettings
  private let inactive: Int
  private let results: @Sendable (any EventSink) -> ListResults
  private let progress: RunProgress
  private let ended = Mutex<[RunResult]>([])

  /// - Parameters:
  ///   - rows: the active ones.
  ///   - inactive: how many are not.
  ///   - results: where outcomes are written back.
  init(
    _ rows: [RunRow], inactive: Int, place: String, _ settings: RunSettings,
    results: @escaping @Sendable (any EventSink) -> ListResults
  ) {
    self.rows = rows
    self.inactive = inactive
    self.settings = settings
    self.results = results
    progress = RunProgress(count: rows.count)
    description = JobDescription(
      kind: "inventory-run", repository: settings.repository?.location ?? "", subjects: [place])
  }

  func progress(elapsed: Duration) -> JobProgress? { progress.whole(elapsed) }

  /// Lines for people, below that of the whole.
  var progressLines: [Message] { progress.lines() }

  /// How rows ended, in the order of the list.
  var ends: [RunResult] {
    ended.withLock { $0 }.sorted { $0.row.judged.row.number < $1.row.judged.row.number }
  }

  func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    defer { settings.area.close() }
    for note in settings.area.removeStale() {
      context.events.take(
        note.isGood
          ? .note(note.message)
          : .warning(JobWarning(code: "source-note", subject: note.subject, message: note.message, isLoss: false)))
    }
    let results = results(context.events)
    results.begin()
    let destinations = settings.writesArchives ? rows.compactMap { $0.plan?.destination } : []
    let shared = RunShared(
      RowShelves(destinations, patience: settings.patience, events: context.events),
      destinations: Array(Set(destinations)))
    let queue = Monitor(RowQueue(count: rows.count, settings.queue))
    let worker = RowWorker(
      rows: rows, settings: settings, shared: shared, queue: queue, progress: progress, context: context,
      write: { results.write($0.outcome, of: $0.row.judged.row) }
    ) { [self] result in
      self.ended.withLock { $0.append(result) }
      context.events.take(.part(result.part))
    }
    try context.cancellation.whenCancelled {
      queue.broadcast()
    } during: {
      try runThreads(count: max(1, min(settings.jobs, rows.count)), named: "row") { _ in worker.work() }
    }
    let ends = ends
    let good = ends.count { $0.status == .done }
    let partial = ends.count { $0.status == .partial }
    if ends.count < rows.count || ends.contains(where: { $0.status == .interrupted }) {
      context.note("\(good + partial) of \(counted(rows.count, "row")) were backed up before the run was stopped")
      try context.cancellation.check()
    }
    return result(ends, good: good, partial: partial, took: ContinuousClock.now - start)
  }

  private func result(_ ends: [RunResult], good: Int, partial: Int, took: Duration) -> JobResult {
    let code: ExitCode = good == rows.count && good > 0 ? .done : good + partial > 0 ? .partial : .failed
    return JobResult(
      exitCode: code,
      facts: [
        JobFact("rows", .count(rows.count + inactive)), JobFact("active", .count(rows.count)),
        JobFact("good", .count(good)), JobFact("partial", .count(partial)),
        JobFact("failed", .count(ends.count { $0.status == .failed })),
        JobFact("files", .count(ends.reduce(0) { $0 + $1.files })),
        JobFact("bytes", .bytes(ends.reduce(0) { $0.adding(saturating: $1.bytes) })),
        JobFact("archiveBytes", .bytes(ends.reduce(0) { $0.adding(saturating: $1.archiveBytes ?? 0) })),
        JobFact("warnings", .count(ends.reduce(0) { $0 + $1.warnings })),
        JobFact("removed", .count(ends.reduce(0) { $0 + $1.removed })), JobFact("duration", .duration(took)),
      ])
  }
}
