import CoffreCore
import CoffreEngine
import CoffreMount
import CoffreRepository
import CoffreSystem

/// A repository shown as a folder, until somebody unmounts it or the job is stopped: both are its ordinary end.
struct MountJob: Job {
  let description: JobDescription
  private let access: RepositoryAccess
  private let settings: RepositoryMount.Settings
  private let folder: PathBytes
  private let only: (snapshot: String, path: [PathBytes])?

  /// - Parameters:
  ///   - folder: absolute; an empty folder.
  ///   - only: a snapshot, and a folder in it, to be shown instead of all.
  init(
    _ access: RepositoryAccess, at folder: PathBytes, _ settings: RepositoryMount.Settings,
    only: (snapshot: String, path: [PathBytes])?
  ) {
    self.access = access
    self.settings = settings
    self.folder = folder
    self.only = only
    description = JobDescription(
      kind: "mount", repository: access.location, subjects: (only.map { [$0.snapshot] } ?? []) + [displayed(folder)])
  }

  func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    return try access.withRepository(.reading, context) { repository, _ in
      var settings = settings
      if let only { settings.only = try top(only.snapshot, only.path, in: repository, context) }
      let mount = RepositoryMount(
        of: repository, settings, events: context.events, cancellation: context.cancellation)
      let result = try mount.serve(at: folder) { count in
        if let top = settings.only {
          context.note("showing snapshot \(top.id.short) of \(top.time)")
        } else {
          context.note("showing \(counted(count, "snapshot")); new ones appear by themselves")
        }
        context.note("mounted at '\(displayed(folder))'; Ctrl-C or `umount` ends it")
      }
      let facts = [
        JobFact("folder", .text(displayed(folder))), JobFact("snapshots", .count(result.snapshots)),
        JobFact("warnings", .count(result.warnings)), JobFact("duration", .duration(ContinuousClock.now - start)),
      ]
      return JobResult(exitCode: .done, facts: facts)
    }
  }

  private func top(_ text: String, _ path: [PathBytes], in repository: Repository, _ context: JobContext) throws
    -> SnapshotTop
  {
    let stored = try repository.findSnapshot(text, filter: settings.filter) { error in
      let (subject, problem) = error.finding
      context.events.take(
        .warning(JobWarning(code: "passed-over", subject: subject, message: "\(problem); passed over", isLoss: false)))
    }
    guard let name = path.last else { return SnapshotTop(stored) }
    let index = try repository.loadIndex(.fingerprints, cancellation: context.cancellation).index
    let walk = SnapshotWalk(loader: BlobLoader(repository: repository, index: index), snapshot: stored)
    let absolute = [UInt8(ascii: "/")] + Array(path.joined(separator: [UInt8(ascii: "/")]))
    var found: SnapshotTop?
    try walk.visit(below: Array(path.dropLast()), deeply: false) { node, _ in
      if node.name == name, let tree = node.subtree {
        found = SnapshotTop(stored, folder: node, at: absolute, tree: tree)
      }
    }
    guard let found else {
      throw UsageError(
        "'\(displayed(absolute))' is no folder in snapshot \(stored.id.short)",
        advice: "Name a folder of the snapshot; see `coffre snapshot ls \(stored.id.short)`.")
    }
    return found
  }

  func progress(elapsed: Duration) -> JobProgress? { nil }
}
