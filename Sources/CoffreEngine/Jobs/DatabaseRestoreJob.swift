package import CoffreCore
package import CoffreRepository
import CoffreSystem
import Synchronization

/// One restore of one server's folder of a snapshot, to a place that pulls what it needs in its own order.
package final class DatabaseRestoreJob: Job {
  package struct Options: Sendable {
    package var snapshot: String
    /// Where in snapshots such backups lie.
    package var folders: ReservedFolders
    package var filter = SnapshotFilter()
    /// Whether all of the folder will be read, so that its size tells how far the restore is.
    package var takesEverything = false

    package init(snapshot: String, folders: ReservedFolders) {
      self.snapshot = snapshot
      self.folders = folders
    }
  }

  package let description: JobDescription
  private let access: RepositoryAccess
  private let options: Options
  private let openTarget: @Sendable (JobContext) throws -> any PullingRestore
  private let bytesTaken = Atomic<Int64>(0)
  /// 0 while unknown.
  private let bytesTotal = Atomic<Int64>(0)
  private let told = Mutex<[SourceNote]>([])

  /// - Parameters:
  ///   - target: for people, without a secret.
  ///   - openTarget: called when the snapshot is chosen and named.
  package init(
    _ access: RepositoryAccess, target: String, options: Options,
    openTarget: @escaping @Sendable (JobContext) throws -> any PullingRestore
  ) {
    self.access = access
    self.options = options
    self.openTarget = openTarget
    description = JobDescription(kind: "restore", repository: access.location, subjects: [options.snapshot, target])
  }

  package let goesOn = false

  /// What was restored, for people; complete when the job has ended.
  package var report: [SourceNote] { told.withLock { $0 } }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    return try access.withRepository(.reading, context) { repository, _ in
      let view = try RepositoryView(of: repository, cancellation: context.cancellation)
      let loader = BlobLoader(repository: repository, index: view.index)
      let (snapshot, folders) = try repository.findSnapshot(
        options.snapshot, holding: options.folders, filter: options.filter, demandsOneGroup: true, with: loader
      ) { context.passOver($0) }
      let folder = try ReservedFolders.Folder.only(folders, of: snapshot)
      context.note(
        "restoring snapshot \(snapshot.id.short) of \(snapshot.snapshot.time) on \(snapshot.snapshot.hostname): "
          + "\(snapshot.snapshot.paths.joined(separator: ", "))")
      if options.takesEverything {
        bytesTotal.store(try size(of: folder, in: snapshot, with: loader), ordering: .relaxed)
      }
      let target = try openTarget(context)
      defer { target.close() }
      let notes = try pull(folder, of: snapshot, in: view, into: target, context)
      told.withLock { $0 = notes.filter(\.isGood) }
      let remarks = notes.filter { !$0.isGood }
      for note in remarks {
        context.events.take(
          .warning(
            JobWarning(code: "target-note", subject: note.subject, message: note.message, isLoss: false)))
      }
      return result(snapshot, folder, remarks.count, took: ContinuousClock.now - start)
    }
  }

  private func size(of folder: ReservedFolders.Folder, in snapshot: StoredSnapshot, with loader: BlobLoader) throws
    -> Int64
  {
    var size: Int64 = 0
    try SnapshotWalk(loader: loader, snapshot: snapshot).visit(below: folder.path, deeply: true) { node, _ in
      if node.kind == .file { size = size.adding(saturating: Int64(clamping: node.size)) }
    }
    return size
  }

  private func pull(
    _ folder: ReservedFolders.Folder, of snapshot: StoredSnapshot, in view: RepositoryView,
    into target: any PullingRestore, _ context: JobContext
  ) throws -> [SourceNote] {
    try FolderContents.reading(
      folder.path, of: snapshot, in: view, cancellation: context.cancellation
    ) { contents in
      do {
        return try target.run(contents) { [self] count in
          _ = bytesTaken.add(count, ordering: .relaxed)
        }
      } catch {
        // What the repository said tells more than that a file could not be read.
        if let failure = contents.failure { throw failure }
        context.tellLeft(error)
        throw error
      }
    }
  }

  private func result(
    _ snapshot: StoredSnapshot, _ folder: ReservedFolders.Folder, _ remarks: Int, took: Duration
  ) -> JobResult {
    let facts = [
      JobFact("snapshotId", .text(snapshot.id.description)), JobFact("folder", .text(folder.text)),
      JobFact("bytes", .bytes(bytesTaken.load(ordering: .relaxed))), JobFact("notes", .count(remarks)),
      JobFact("duration", .duration(took)), JobFact("report", .list(report.map { "\($0.subject): \($0.message)" })),
    ]
    return JobResult(exitCode: .done, facts: facts)
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    let total = bytesTotal.load(ordering: .relaxed)
    return JobProgress(
      phase: "restore", elapsed: elapsed, bytesDone: bytesTaken.load(ordering: .relaxed),
      bytesTotal: total > 0 ? total : nil)
  }
}
