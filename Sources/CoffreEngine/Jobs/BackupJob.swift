package import CoffreCore
package import CoffreRepository
import CoffreSystem
import Synchronization

/// One backup of one source session into one repository.
package final class BackupJob: Job {
  package struct Options: Sendable {
    package var hostName: String?
    package var tags: [String] = []
    package var excludes: [String] = []
    package var time: Timestamp?
    package var parent: ParentChoice = .newest
    /// What a snapshot must have in common with the backup to be its parent: the host, all its paths, all its tags.
    package var parentGroup = SnapshotGrouping.hostAndPaths
    package var isDryRun = false
    package var skipsUnchanged = false
    package var changesAreLosses = false
    package var reportsItems = false
    package var change = ChangeRule()
    package var nodeFields = NodeFields()
    package var compression = CompressionMode.auto
    package var selfCheck = SelfCheck.sampled
    /// In bytes; `nil` for the usual size.
    package var packSize: Int?
    package var threadCount: Int?
    package var program = "coffre"

    package init() {}
  }

  package enum ParentChoice: Sendable, Hashable {
    /// The newest snapshot of the group.
    case newest
    /// Read everything.
    case none
    case snapshot(String)
  }

  package let description: JobDescription
  private let access: RepositoryAccess
  private let options: Options
  private let openSession: @Sendable (Repository, Cancellation) throws -> any SourceSession
  private let openEarly: (@Sendable (any Store, Cancellation) throws -> any SourceSession)?
  private let whenOpened: @Sendable (Repository) -> Void
  /// How long before the backup begins its source may have been opened and looked at.
  private static let freshness = Duration.seconds(5)
  /// In bytes, of what a source reads of its last backup.
  private static let largestNote = 256 << 20
  private let running = Mutex<ArchiveProgress?>(nil)
  private let expected = Mutex<(files: Int, bytes: Int64)?>(nil)

  /// - Parameters:
  ///   - openEarly: opens the source while the repository is still being opened: for sources that disturb nobody.
  ///   - whenOpened: told the repository before anything is read of the source.
  ///   - openSession: opens the source; told the repository so that it can leave its folder out.
  package init(
    _ access: RepositoryAccess, subjects: [String], options: Options,
    openEarly: (@Sendable (any Store, Cancellation) throws -> any SourceSession)? = nil,
    whenOpened: @escaping @Sendable (Repository) -> Void = { _ in },
    openSession: @escaping @Sendable (Repository, Cancellation) throws -> any SourceSession
  ) {
    self.access = access
    self.options = options
    self.openSession = openSession
    self.openEarly = openEarly
    self.whenOpened = whenOpened
    description = JobDescription(kind: "backup", repository: access.location, subjects: subjects)
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let opening = Cancellation()
    let wish = context.cancellation
    return try wish.whenCancelled({ if let reason = wish.reason { opening.cancel(reason) } }) { () throws in
      try backUp(context, openingEarly: opening)
    }
  }

  /// - Parameter opening: of the source that is opened early.
  private func backUp(_ context: JobContext, openingEarly opening: Cancellation) throws -> JobResult {
    let start = ContinuousClock.now
    var early: EarlySource?
    // Nobody took it if the repository could not be opened.
    defer { early?.abandon() }
    let begin = { [openEarly] (store: any Store) in
      guard let openEarly else { return }
      early = EarlySource(freshFor: Self.freshness, opening) { try openEarly(store, $0) }
    }
    return try access.withRepository(.adding, context, meanwhile: begin) { repository, confirm in
      whenOpened(repository)
      let earlySession = try early?.take()
      let earlyTime = earlySession == nil ? nil : early?.time
      let session = try earlySession ?? openSession(repository, context.cancellation)
      defer { session.close() }
      // All that was changed before its time is in a snapshot.
      var request = ArchiveRequest(
        machine: access.machine, hostName: options.hostName ?? session.hostName,
        time: options.time ?? earlyTime ?? Clock.now(), program: options.program,
        threadCount: options.threadCount ?? ArchiveRequest.usualThreadCount)
      request.tags = options.tags
      request.excludes = options.excludes
      request.isDryRun = options.isDryRun
      request.skipsUnchanged = options.skipsUnchanged
      request.nodeFields = options.nodeFields
      request.compression = options.compression
      request.selfCheck = options.selfCheck
      if let size = options.packSize { request.packSize = size }
      request.confirmLock = confirm
      request.changesAreLosses = options.changesAreLosses
      request.change = options.change
      // Before the index: that knows all of what the parent holds.
      request.parent = try parent(for: session, request, in: repository, context)
      var index = try repository.loadIndex(.fingerprints, cancellation: context.cancellation).index
      if repository.store.traits.listsCheaply {
        index = try repository.trustworthy(index) { context.storeAgain($0) }
      }
      note(request.parent, of: session.paths.map { displayed($0) }, context)
      if let parent = request.parent {
        let loader = BlobLoader(repository: repository, index: index)
        session.follow { path in
          try? loader.content(
            of: path.split(separator: UInt8(ascii: "/")).map(Array.init), in: parent, limit: Self.largestNote)
        }
      }
      let progress = ArchiveProgress(events: context.events, reportsItems: options.reportsItems)
      running.withLock { $0 = progress }
      let archiver = try Archiver(
        repository: repository, index: index, session: session, request: request, progress: progress,
        cancellation: context.cancellation)
      let result = try archiver.run()
      return self.result(result, request, progress.snapshot, took: ContinuousClock.now - start)
    }
  }

  private func parent(
    for session: any SourceSession, _ request: ArchiveRequest, in repository: Repository, _ context: JobContext
  ) throws -> StoredSnapshot? {
    switch options.parent {
    case .none: return nil
    case .snapshot(let text): return try repository.findSnapshot(text) { context.passOver($0) }
    case .newest:
      let group = options.parentGroup
      var filter = SnapshotFilter()
      if group.byHost { filter.hosts = [request.hostName] }
      if group.byPaths { filter.paths = session.paths.map { displayed($0) } }
      if group.byTags { filter.tagLists = [request.tags] }
      return try repository.parent(matching: filter, notAfter: request.time) { context.passOver($0) }
    }
  }

  private func note(_ parent: StoredSnapshot?, of paths: [String], _ context: JobContext) {
    guard let parent else {
      if options.parent == .newest { context.note("no parent snapshot: everything is read") }
      return
    }
    context.note("parent snapshot \(parent.id.short) of \(parent.snapshot.time)")
    // A parent that holds more says nothing about how much is to come.
    if let summary = parent.snapshot.summary, Set(parent.snapshot.paths) == Set(paths) {
      expected.withLock { $0 = (Int(clamping: summary.totalFiles), Int64(clamping: summary.totalBytes)) }
    }
  }

  private func result(
    _ result: ArchiveResult, _ request: ArchiveRequest, _ counters: ArchiveProgress.Counters, took: Duration
  ) -> JobResult {
    var facts: [JobFact] = []
    if let id = result.snapshotID { facts.append(JobFact("snapshotId", .text(id.description))) }
    if let parent = request.parent { facts.append(JobFact("parent", .text(parent.id.description))) }
    facts += [
      JobFact("tree", .text(result.tree.description)), JobFact("dryRun", .flag(request.isDryRun)),
      JobFact("unchanged", .flag(result.isUnchanged)), JobFact("filesNew", .count(counters.filesNew)),
      JobFact("filesChanged", .count(counters.filesChanged)),
      JobFact("filesUnmodified", .count(counters.filesUnmodified)),
      JobFact("dirsNew", .count(counters.directoriesNew)), JobFact("dirsChanged", .count(counters.directoriesChanged)),
      JobFact("dirsUnmodified", .count(counters.directoriesUnmodified)),
      JobFact("dataBlobs", .count(Int(result.summary.dataBlobs))),
      JobFact("treeBlobs", .count(Int(result.summary.treeBlobs))),
      JobFact("dataAdded", .bytes(Int64(result.summary.dataAdded))),
      JobFact("dataAddedPacked", .bytes(Int64(result.summary.dataAddedPacked))),
      JobFact("totalFilesProcessed", .count(counters.files)),
      JobFact("totalBytesProcessed", .bytes(counters.bytesProcessed)),
      JobFact("warnings", .count(counters.warnings)), JobFact("losses", .count(counters.losses)),
      JobFact("duration", .duration(took)),
    ]
    return JobResult(exitCode: counters.losses > 0 ? .partial : .done, facts: facts)
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    guard let progress = running.withLock({ $0 }) else { return nil }
    let counters = progress.snapshot
    let expected = expected.withLock { $0 }
    return JobProgress(
      phase: "backup", elapsed: elapsed, filesDone: counters.files,
      filesTotal: expected.map { max($0.files, counters.files) }, bytesDone: counters.bytesProcessed,
      bytesTotal: expected.map { max($0.bytes, counters.bytesProcessed) }, warnings: counters.warnings,
      currentItems: progress.currentItems)
  }
}
