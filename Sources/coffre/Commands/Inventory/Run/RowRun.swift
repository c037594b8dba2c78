import CoffreCore
import CoffreEngine
import CoffreInventory
import CoffreSystem

/// One try to back up one row. One thread.
final class RowRun {
  /// A row that cannot be backed up, and why.
  struct Fault: Error {
    let message: Message
    /// Whether it may be otherwise in a while.
    let isAway: Bool
  }

  /// What there is to tell of it, also if it fails later.
  struct Found: Sendable {
    var archive: PathBytes?
    var archiveBytes: Int64?
    var snapshot: String?
    var files = 0
    var bytes: Int64 = 0
    var removed = 0
    var way: String?
    /// How it was read, where that was not in place.
    var method: Message?
  }

  let row: RunRow
  let plan: RowPlan
  let settings: RunSettings
  let shared: RunShared
  let events: RowEvents
  let cancellation: Cancellation
  let follow: (@escaping RunProgress.Source) -> Void
  /// Clean.
  let source: PathBytes
  let files: RowFiles
  /// From when its source was looked at first.
  private var watch: SourceWatch?
  var found = Found()

  /// - Parameter follow: told whom to ask how far it is.
  init(
    _ row: RunRow, _ plan: RowPlan, _ settings: RunSettings, _ shared: RunShared, events: RowEvents,
    cancellation: Cancellation, follow: @escaping (@escaping RunProgress.Source) -> Void
  ) throws(SystemError) {
    self.row = row
    self.plan = plan
    self.settings = settings
    self.shared = shared
    self.events = events
    self.cancellation = cancellation
    self.follow = follow
    source = try absolutePath(of: plan.source)
    files = RowFiles(source: source, ownFolders: settings.ownFolders + shared.destinations)
  }

  func run() throws {
    let findings = try SourceWatch.look(at: plan, destination: settings.writesArchives)
    if let first = findings.problems.first {
      let all = findings.problems.dropFirst().reduce(first.message) { "\($0); \($1.message)" }
      throw Fault(message: all, isAway: findings.isAway)
    }
    for remark in findings.remarks { events.warn(remark.code, remark.message) }
    let watch = try SourceWatch(plan, source: source, destination: settings.writesArchives)
    self.watch = watch
    let reading = try settings.stage(plan, row.judged.row.number, cancellation)
    defer { reading.remove() }
    use(reading)
    let proof = RowProof(reading)
    if settings.writesArchives { try archive(reading, proof, watch) }
    if let repository = settings.repository, found.snapshot == nil { try store(reading, proof, watch, in: repository) }
  }

  /// Notes how the row is read, which is told with it.
  func use(_ reading: RowReading) {
    events.tell(reading.notes)
    found.way = reading.way
    if !reading.method.isEmpty { found.method = reading.method }
  }

  /// Whether a failure may be otherwise in a while.
  func isAway(_ error: any Error) -> Bool {
    if let fault = error as? Fault { return fault.isAway }
    if let error = error as? SystemError, error.isOfAbsentShare { return true }
    // Somebody else writes to the shelf, or works on the repository alone.
    if (error as? any Explained)?.exitCode == .locked { return true }
    // Its share may be there again already.
    if let watch { return watch.isAnother }
    return (try? SourceWatch.look(at: plan, destination: settings.writesArchives).isAway) ?? false
  }
}
