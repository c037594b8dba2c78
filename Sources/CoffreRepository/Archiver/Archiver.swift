package import CoffreCore
import CoffreSystem
import Synchronization

/// Makes a snapshot of a source session: walks it with several threads, takes over what did not change, stores the rest.
///
/// Order of truth: packs, then index, then snapshot. Whatever ends it before the last step leaves a sound repository.
package final class Archiver: Sendable {
  let repository: Repository
  let index: BlobIndex
  let session: any SourceSession
  let request: ArchiveRequest
  let progress: ArchiveProgress
  let cancellation: Cancellation
  let saver: BlobSaver
  let chunker: ContentChunker
  let stack: WorkStack
  private let outcome = Mutex(Outcome())

  struct Outcome {
    var root: TreeID?
    var failure: (any Error)?
  }

  package init(
    repository: Repository, index: BlobIndex, session: any SourceSession, request: ArchiveRequest,
    progress: ArchiveProgress, cancellation: Cancellation
  ) throws {
    guard !repository.config.foreignChunking else {
      throw RepositoryError.foreignChunking(location: repository.location)
    }
    self.repository = repository
    self.index = index
    self.session = session
    self.request = request
    self.progress = progress
    self.cancellation = cancellation
    chunker = ContentChunker(polynomial: repository.polynomial)
    stack = WorkStack(threadCount: request.threadCount)
    saver = BlobSaver(
      repository: repository, index: index, packSize: request.packSize, rhythm: request.rhythm,
      selfCheck: request.selfCheck, isDryRun: request.isDryRun, cancellation: cancellation)
  }

  /// Blocks until the snapshot is saved.
  package func run() throws -> ArchiveResult {
    let start = Clock.now()
    let tree = try saver.run { try walk() }
    let notes = try session.finish()
    for note in notes { progress.warn("source-note", Array(note.subject.utf8), note.message, isLoss: note.isLoss) }
    try cancellation.check()
    let summary = makeSummary(start: start)
    var id: SnapshotID?
    let isUnchanged = request.parent?.snapshot.tree == tree
    if !request.isDryRun, !(isUnchanged && request.skipsUnchanged) {
      try request.confirmLock()
      id = try repository.save(makeSnapshot(of: tree, summary), with: repository.makeCodec())
    }
    return ArchiveResult(
      snapshotID: id, tree: tree, summary: summary, isUnchanged: isUnchanged, losses: progress.snapshot.losses)
  }

  private func makeSummary(start: Timestamp) -> SnapshotSummary {
    let counters = progress.snapshot
    let saved = saver.saved
    var summary = SnapshotSummary()
    summary.start = start
    summary.end = Clock.now()
    summary.newFiles = UInt64(counters.filesNew)
    summary.changedFiles = UInt64(counters.filesChanged)
    summary.unmodifiedFiles = UInt64(counters.filesUnmodified)
    summary.newDirectories = UInt64(counters.directoriesNew)
    summary.changedDirectories = UInt64(counters.directoriesChanged)
    summary.unmodifiedDirectories = UInt64(counters.directoriesUnmodified)
    summary.dataBlobs = UInt64(saved.dataBlobs)
    summary.treeBlobs = UInt64(saved.treeBlobs)
    summary.dataAdded = UInt64(saved.plainBytes)
    summary.dataAddedPacked = UInt64(saved.packedBytes)
    summary.totalFiles = UInt64(counters.files)
    summary.totalBytes = UInt64(counters.bytesProcessed)
    return summary
  }

  private func makeSnapshot(of tree: TreeID, _ summary: SnapshotSummary) -> Snapshot {
    var snapshot = Snapshot(time: request.time, tree: tree, paths: session.paths.map { displayed($0) })
    snapshot.parent = request.parent?.id
    snapshot.hostname = request.hostName
    snapshot.username = request.userName
    snapshot.userID = request.userID
    snapshot.groupID = request.groupID
    snapshot.excludes = request.excludes
    snapshot.tags = request.tags
    snapshot.programVersion = request.program
    snapshot.summary = summary
    return snapshot
  }

  /// - Returns: the root tree.
  private func walk() throws -> TreeID {
    let root = DirectoryWork(
      parent: nil, node: nil, unopened: session.top, parentTree: request.parent?.snapshot.tree)
    stack.push([.directory(root)])
    try runThreads(count: request.threadCount, named: "archive") { [self] _ in
      let worker = ArchiveWorker(archiver: self)
      while let item = stack.next() {
        do {
          try cancellation.check()
          try worker.perform(item)
        } catch {
          outcome.withLock { $0.failure = $0.failure ?? error }
          cancellation.cancel(.failedElsewhere)
          stack.stop()
        }
        stack.finishOne()
      }
    }
    let (tree, failure) = outcome.withLock { ($0.root, $0.failure) }
    if let failure { throw failure }
    try cancellation.check()
    guard let tree else { throw RepositoryError.nothingToBackUp(session.paths.map { displayed($0) }) }
    return tree
  }

  func finishRoot(_ tree: TreeID) { outcome.withLock { $0.root = tree } }
}
