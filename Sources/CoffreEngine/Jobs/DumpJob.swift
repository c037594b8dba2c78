package import CoffreCore
package import CoffreRepository
import CoffreSystem

/// One file of a snapshot, or one folder as an archive, to a stream or a file.
package final class DumpJob: Job {
  package struct Options: Sendable {
    package var snapshot: String
    package var filter = SnapshotFilter()
    /// A folder of the snapshot that stands for its root: its own path does not appear in an archive's names.
    package var root: [PathBytes] = []
    /// Of the file or folder, from `root` on.
    package var path: [PathBytes] = []
    /// What folders become.
    package var format: any ArchiveFormat
    package var target: DumpTarget
    /// Whether archives would go to a terminal.
    package var isTerminal = false

    package init(snapshot: String, format: any ArchiveFormat, target: DumpTarget) {
      self.snapshot = snapshot
      self.format = format
      self.target = target
    }
  }

  package let description: JobDescription
  private let access: RepositoryAccess
  private let options: Options
  private let counters = SnapshotDump.Progress()

  package init(_ access: RepositoryAccess, options: Options) {
    self.access = access
    self.options = options
    let path = displayed((options.root + options.path).reduce([]) { joined($0, $1) })
    description = JobDescription(
      kind: "dump", repository: access.location, subjects: [options.snapshot, path.isEmpty ? "/" : path])
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    return try access.withRepository(.reading, context) { repository, _ in
      let snapshot = try repository.findSnapshot(options.snapshot, filter: options.filter) { context.passOver($0) }
      let index = try repository.loadIndex(.fingerprints, cancellation: context.cancellation).index
      let path = options.root + options.path
      let found = try BlobLoader(repository: repository, index: index).locate(path, in: snapshot)
      try verify(found, at: path)
      let dump = SnapshotDump(
        repository: repository, index: index, snapshot: snapshot, events: context.events,
        cancellation: context.cancellation, progress: counters)
      let output = try DumpOutput(options.target)
      defer { output.close() }
      do {
        if case .entry(let node) = found, node.kind == .file {
          try dump.writeFile(node, at: path.reduce([]) { joined($0, $1) }, into: output)
        } else {
          try dump.writeArchive(path, hiding: options.root.count, as: options.format, into: output)
        }
        try output.finish()
      } catch {
        // Nobody reads any more (`| head`): no news.
        guard let error = error as? SystemError, error.isBrokenPipe else { throw error }
        return JobResult(exitCode: .failed, facts: [JobFact("brokenPipe", .flag(true))])
      }
      return result(snapshot, found, bytesWritten: output.bytesWritten, took: ContinuousClock.now - start)
    }
  }

  private func verify(_ found: LocatedEntry, at path: [PathBytes]) throws {
    if case .entry(let node) = found, node.kind == .file { return }
    guard found.tree != nil else {
      guard case .entry(let node) = found else { return }
      throw DumpError.notDumpable(path: displayed(path.reduce([]) { joined($0, $1) }), kind: node.kind.name)
    }
    if options.isTerminal { throw DumpError.archiveToTerminal(format: options.format.traits.name) }
  }

  private func result(_ snapshot: StoredSnapshot, _ found: LocatedEntry, bytesWritten: Int64, took: Duration)
    -> JobResult
  {
    let counters = counters.snapshot
    let facts = [
      JobFact("snapshotId", .text(snapshot.id.description)),
      JobFact("archive", .text(found.tree == nil ? "" : options.format.traits.name)),
      JobFact("entries", .count(counters.entries)), JobFact("files", .count(counters.files)),
      JobFact("bytes", .bytes(counters.bytes)), JobFact("bytesWritten", .bytes(bytesWritten)),
      JobFact("leftOut", .count(counters.leftOut)), JobFact("losses", .count(counters.losses)),
      JobFact("duration", .duration(took)),
    ]
    return JobResult(exitCode: counters.losses > 0 ? .failed : .done, facts: facts)
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    let counters = counters.snapshot
    return JobProgress(
      phase: "dump", elapsed: elapsed, filesDone: counters.files, bytesDone: counters.bytes, warnings: counters.losses)
  }
}
