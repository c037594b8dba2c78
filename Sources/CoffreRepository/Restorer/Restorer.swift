package import CoffreCore
import CoffreSystem
import Synchronization

/// Brings a snapshot back: walks its trees, then reads pack by pack with several threads, each blob checked against its
/// hash before a byte of it is written.
///
/// What cannot be restored is named and the rest goes on; the result tells how many losses there were.
package final class Restorer: Sendable {
  let repository: Repository
  let index: BlobIndex
  let session: any RestoreSession
  let request: RestoreRequest
  let progress: RestoreProgress
  let cancellation: Cancellation
  let state = Mutex(State())

  struct State {
    /// Places still to be written, by file.
    var remaining: [Int: Int] = [:]
    var failed: Set<Int> = []
    var failure: (any Error)?
  }

  package init(
    repository: Repository, index: BlobIndex, session: any RestoreSession, request: RestoreRequest,
    progress: RestoreProgress, cancellation: Cancellation
  ) {
    self.repository = repository
    self.index = index
    self.session = session
    self.request = request
    self.progress = progress
    self.cancellation = cancellation
  }

  /// Blocks until all is restored that can be.
  package func run() throws {
    var walk = RestoreWalk(self)
    try walk.run()
    guard !request.isDryRun else { return try clear(after: walk) }
    let kept = try comparison(of: walk.files.filter { $0.placement == .compare })
    var plan = RestorePlan()
    for file in walk.files {
      if kept.contains(file.number) {
        finish(file.number, bytes: file.size, wasKept: true)
        continue
      }
      do throws(RepositoryError) {
        try plan.add(file: file.number, content: file.content, index: index, path: file.path)
        if file.content.isEmpty { finish(file.number) }
      } catch {
        lose(file.number, "\(error.explanation.problem): \(error.explanation.cause ?? "")", path: file.path)
      }
    }
    plan.close()
    state.withLock { $0.remaining = plan.remaining }
    var files = walk.files
    walk.releaseFiles()
    if !request.verifies { for place in files.indices { files[place].content = [] } }
    try write(plan, of: files)
    let failed = { [progress] (error: SourceError) in
      progress.warn("not-restored", displayed(error.path), "cannot \(error.action) it: \(error.cause)")
    }
    try session.finish(failed)
    try clear(after: walk)
    try session.finishDirectories(failed)
    if request.verifies { try verify(files) }
  }

  /// Counts a file that is whole, and shows it.
  private func finish(_ file: Int, bytes: Int64 = 0, wasKept: Bool = false) {
    do throws(SourceError) {
      // A kept file of the right content was never opened for writing.
      tell(try session.complete(file))
      progress.count { counters in
        counters.filesDone += 1
        if wasKept {
          counters.filesSkipped += 1
          counters.bytesSkipped = counters.bytesSkipped.adding(saturating: bytes)
        }
      }
    } catch {
      lose(file, error.cause, path: error.path)
    }
  }

  private func tell(_ problems: [SourceError]) {
    for problem in problems {
      progress.warn("metadata", displayed(problem.path), "cannot \(problem.action) it: \(problem.cause)")
    }
  }

  /// A file that cannot be had whole is removed and named; once.
  func lose(_ file: Int, _ problem: Message, path: PathBytes) {
    guard state.withLock({ $0.failed.insert(file).inserted }) else { return }
    session.abandon(file)
    progress.warn("not-restored", displayed(path), problem)
  }
}

// MARK: Writing

extension Restorer {
  /// - Parameter files: in the order of their numbers.
  private func write(_ plan: RestorePlan, of files: [RestoreFileEntry]) throws {
    let cursor = Atomic<Int>(0)
    let limits = RunLimits(of: repository.store, nearby: (gap: 64 << 10, run: 4 << 20))
    try runThreads(count: request.threadCount, named: "restore") { [self] _ in
      let loader = BlobLoader(repository: repository, index: index)
      var buffers = Buffers()
      while true {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < plan.packs.count, !cancellation.isCancelled else { return }
        for run in PieceRun.runs(of: plan.packs[next].pieces, limits) {
          do {
            try cancellation.check()
            try restore(run, of: plan.packs[next].id, with: loader, files, &buffers)
          } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            cancellation.cancel(.failedElsewhere)
            return
          }
        }
      }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
    try cancellation.check()
  }

  /// Memory that a thread uses again and again.
  private struct Buffers {
    var sealed: [UInt8] = []
    var plain: [UInt8] = []
  }

  private func restore(
    _ run: PieceRun, of pack: PackID, with loader: BlobLoader, _ files: [RestoreFileEntry], _ buffers: inout Buffers
  ) throws {
    do {
      try repository.store.loadIndexed(ObjectKind.pack.storeKey(of: pack), range: run.range, reusing: &buffers.sealed)
    } catch {
      guard error.concernsOneObject else { throw error }
      buffers.sealed = []  // each blob is looked for elsewhere, below
    }
    for piece in run.pieces {
      try cancellation.check()
      do {
        try open(piece, in: buffers.sealed, startingAt: run.range.lowerBound, with: loader, into: &buffers.plain)
      } catch {
        piece.forEachPlace { lose($0.file, shortText(of: error), path: path(of: $0.file, in: files)) }
        continue
      }
      let plain = buffers.plain
      try piece.forEachPlace { try write(plain.span, to: $0, files) }
    }
  }

  /// The blob from what was read; if that is damaged, from any other pack that holds it.
  private func open(
    _ piece: RestorePlan.Piece, in sealed: [UInt8], startingAt start: Int64, with loader: BlobLoader,
    into plain: inout [UInt8]
  ) throws {
    // What is behind it in the memory is left from another run, and would not open.
    let first = Int(Int64(piece.location.offset) - start)
    if first + Int(piece.location.length) <= sealed.count {
      do throws(BlobProblem) {
        let bytes = sealed.span.extracting(first..<(first + Int(piece.location.length)))
        return try loader.codec.open(bytes, id: piece.id, at: piece.location, into: &plain)
      } catch {
        log.debug("a blob is damaged; looking for another copy", ["blob": piece.id.short, "problem": error.text])
      }
    }
    try loader.load(piece.id, .data, for: "a file", into: &plain)
  }

  private func write(_ plain: Span<UInt8>, to place: RestorePlan.Place, _ files: [RestoreFileEntry]) throws {
    do throws(SourceError) {
      guard !place.isWhole else { return try writeWhole(plain, place.file) }
      guard !state.withLock({ $0.failed.contains(place.file) }) else { return }
      try session.write(plain, of: place.file, at: place.offset)
    } catch {
      guard error.reason != .noSpace, error.reason != .cancelled else { throw error }
      return lose(place.file, error.cause, path: path(of: place.file, in: files))
    }
    progress.count { $0.bytesDone = $0.bytesDone.adding(saturating: Int64(plain.count)) }
    let isLast = state.withLock { state -> Bool in
      let left = (state.remaining[place.file] ?? 1) - 1
      state.remaining[place.file] = left
      return left == 0
    }
    if isLast { finish(place.file) }
  }

  private func writeWhole(_ plain: Span<UInt8>, _ file: Int) throws(SourceError) {
    tell(try session.writeWhole(plain, of: file))
    progress.count { counters in
      counters.bytesDone = counters.bytesDone.adding(saturating: Int64(plain.count))
      counters.filesDone += 1
    }
  }

  private func path(of number: Int, in files: [RestoreFileEntry]) -> PathBytes {
    var places = files.indices
    while let first = places.first {
      let middle = first + places.count / 2
      if files[middle].number == number { return files[middle].path }
      places = files[middle].number < number ? middle + 1..<places.upperBound : first..<middle
    }
    return []
  }
}
