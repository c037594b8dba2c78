package import CoffreCore
package import CoffreRepository
import CoffreSystem
import FuseKit

/// A repository, mounted for as long as one looks into it.
package struct RepositoryMount: Sendable {
  package struct Settings: Sendable {
    /// Which snapshots are shown.
    package var filter = SnapshotFilter()
    package var pathTemplates = PathTemplate.defaults
    package var timeTemplate = TimeTemplate.standard
    /// Instead of all: one snapshot, or a folder in it, as the top.
    package var only: SnapshotTop?
    package var allowsOthers = false
    package var checksPermissions = true
    /// Everything belongs to root.
    package var isOwnedByRoot = false
    package var threadCount = 4
    /// How often somebody who looks makes us look for new snapshots.
    package var refreshInterval = Duration.seconds(5)
    package var limits = RepositoryView.Limits()

    package init() {}
  }

  /// What happened while it was mounted.
  package struct Result: Sendable, Hashable {
    /// Things that could not be shown or read.
    package let warnings: Int
    /// Snapshots at the end.
    package let snapshots: Int
  }

  private let repository: Repository
  private let settings: Settings
  private let events: any EventSink
  private let cancellation: Cancellation

  package init(of repository: Repository, _ settings: Settings, events: any EventSink, cancellation: Cancellation) {
    self.repository = repository
    self.settings = settings
    self.events = events
    self.cancellation = cancellation
  }

  /// Whether anything can be mounted here; throws what stands in the way.
  package static func checkPossible(allowingOthers: Bool) throws {
    var options = FuseMount.Options()
    options.allowsOthers = allowingOthers
    if let obstacle = FuseMount.obstacle(options) { throw obstacle }
  }

  /// Mounts, serves, and returns when somebody has unmounted the folder or wished to end; then it is unmounted.
  ///
  /// - Parameters:
  ///   - path: absolute, of an existing folder.
  ///   - whenMounted: told once the folder can be entered.
  package func serve(at path: PathBytes, whenMounted: (Int) -> Void) throws -> Result {
    let reports = MountReports(events)
    let roster = SnapshotRoster(of: repository, filter: settings.filter)
    let fileSystem = try makeFileSystem(roster, reports)
    var options = FuseMount.Options()
    options.allowsOthers = settings.allowsOthers
    options.checksPermissions = settings.checksPermissions
    options.threadCount = settings.threadCount
    let mount = try FuseMount(fileSystem, at: path, options)
    let view = fileSystem.view
    let reader = try EngineThread.start(named: "read-ahead") { view.readAheadUntilStopped() }
    defer {
      view.stopReadingAhead()
      reader.join()
    }
    whenMounted(settings.only == nil ? roster.snapshots.count : 1)
    try cancellation.whenCancelled {
      mount.end()
    } during: {
      try mount.serve()
    }
    return Result(warnings: reports.count, snapshots: settings.only == nil ? roster.snapshots.count : 1)
  }

  /// Snapshots are listed before the index is read: what they need is then in it.
  func makeFileSystem(_ roster: SnapshotRoster, _ reports: MountReports) throws -> RepositoryFileSystem {
    let ownership = RepositoryFileSystem.Ownership(
      userID: settings.isOwnedByRoot ? 0 : processUserID, groupID: settings.isOwnedByRoot ? 0 : processGroupID,
      isForAll: settings.isOwnedByRoot)
    if let only = settings.only {
      return RepositoryFileSystem(
        view: try RepositoryView(of: repository, limits: settings.limits, cancellation: cancellation),
        layout: SnapshotLayout(only: only), ownership: ownership, mounted: Clock.now(), reports: reports)
    }
    _ = try roster.refresh { reports.warn("unreadable", $0.finding.subject, $0.finding.problem, isLoss: true) }
    let view = try RepositoryView(of: repository, limits: settings.limits, cancellation: cancellation)
    let (templates, times) = (settings.pathTemplates, settings.timeTemplate)
    let layout: @Sendable ([StoredSnapshot]) -> SnapshotLayout = { SnapshotLayout(of: $0, at: templates, times: times) }
    return RepositoryFileSystem(
      view: view, layout: layout(roster.snapshots), ownership: ownership, mounted: Clock.now(), reports: reports,
      renewal: LayoutRenewal(
        of: roster, view: view, every: settings.refreshInterval, reports: reports, layout: layout))
  }
}
