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
    /// Places still to be written, by the file's place in the list.
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
    let files = walk.files
    let kept = try comparison(of: files)
    var plan = RestorePlan()
    for file in files.indices {
      if kept.contains(file) {
        finish(file, of: files, bytes: files[file].size, wasKept: true)
        continue
      }
      do throws(RepositoryError) {
        try plan.add(file, of: files, index: index)
        if files.content(of: file).isEmpty { finish(file, of: files) }
      } catch {
        lose(file, of: files, "\(error.explanation.problem): \(error.explanation.cause ?? "")")
      }
    }
    state.withLock { $0.remaining = plan.remaining }
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
  private func finish(_ file: Int, of files: FileList, bytes: Int64 = 0, wasKept: Bool = false) {
    do throws(SourceError) {
      // A kept file of the right content was never opened for writing.
      tell(try session.complete(files[file].number))
      progress.count { counters in
        counters.filesDone += 1
        if wasKept {
          counters.filesSkipped += 1
          counters.bytesSkipped = counters.bytesSkipped.adding(saturating: bytes)
        }
      }
    } catch {
      lose(file, of: files, error.cause, path: error.path)
    }
  }

  private func tell(_ problems: [SourceError]) {
    for problem in problems {
      progress.warn("metadata", displayed(problem.path), "cannot \(problem.action) it: \(problem.cause)")
    }
  }

  /// A file that cannot be had whole is removed and named; once.
  ///
  /// - Parameter path: for the message, if the place of the failure knows it better.
  private func lose(_ file: Int, of files: FileList, _ problem: Message, path: PathBytes? = nil) {
    guard state.withLock({ $0.failed.insert(file).inserted }) else { return }
    session.abandon(files[file].number)
    progress.warn("not-restored", displayed(path ?? files.path(of: file)), problem)
  }
}

// MARK: Writing

extension Restorer {
  private func write(_ plan: RestorePlan, of files: FileList) throws {
    let cursor = Atomic<Int>(0)
    let limits = RunLimits(of: repository.store, nearby: (gap: 64 << 10, run: 4 << 20))
    try runThreads(count: request.threadCount, named: "restore") { [self] _ in
      let loader = BlobLoader(repository: repository, index: index)
      var buffers = Buffers()
      while true {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < plan.packs.count, !cancellation.isCancelled else { return }
        for run in PieceRun.runs(of: plan.packs[next].places, in: index, limits) {
          do {
            try cancellation.check()
            try restore(run, of: index.packs[plan.packs[next].number].id, with: loader, files, &buffers)
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
    _ run: PieceRun, of pack: PackID, with loader: BlobLoader, _ files: FileList, _ buffers: inout Buffers
  ) throws {
    do {
      try repository.store.loadIndexed(ObjectKind.pack.storeKey(of: pack), range: run.range, reusing: &buffers.sealed)
    } catch {
      guard error.concernsOneObject else { throw error }
      buffers.sealed = []  // each blob is looked for elsewhere, below
    }
    try run.forEachBlob { places in
      guard let first = places.first else { return }
      try cancellation.check()
      do {
        try open(
          files.piece(first.piece).id, at: index.location(ofEntry: first.indexEntry), in: buffers.sealed,
          startingAt: run.range.lowerBound, with: loader, into: &buffers.plain)
      } catch {
        for place in places { lose(place.file, of: files, shortText(of: error)) }
        return
      }
      let plain = buffers.plain
      for place in places { try write(plain.span, to: place, files) }
    }
  }

  /// The blob from what was read; if that is damaged, from any other pack that holds it.
  private func open(
    _ id: BlobID, at location: BlobLocation, in sealed: [UInt8], startingAt start: Int64, with loader: BlobLoader,
    into plain: inout [UInt8]
  ) throws {
    // What is behind it in the memory is left from another run, and would not open.
    let first = Int(Int64(location.offset) - start)
    if first + Int(location.length) <= sealed.count {
      do throws(BlobProblem) {
        let bytes = sealed.span.extracting(first..<(first + Int(location.length)))
        return try loader.codec.open(bytes, id: id, at: location, into: &plain)
      } catch {
        log.debug("a blob is damaged; looking for another copy", ["blob": id.short, "problem": error.text])
      }
    }
    try loader.load(id, .data, for: "a file", into: &plain)
  }

  private func write(_ plain: Span<UInt8>, to place: RestorePlan.Place, _ files: FileList) throws {
    let number = files[place.file].number
    do throws(SourceError) {
      guard files.content(of: place.file).count > 1 else { return try writeWhole(plain, number) }
      guard !state.withLock({ $0.failed.contains(place.file) }) else { return }
      try session.write(plain, of: number, at: place.offset)
    } catch {
      guard error.reason != .noSpace, error.reason != .cancelled else { throw error }
      return lose(place.file, of: files, error.cause)
    }
    progress.count { $0.bytesDone = $0.bytesDone.adding(saturating: Int64(plain.count)) }
    let isLast = state.withLock { state -> Bool in
      let left = (state.remaining[place.file] ?? 1) - 1
      state.remaining[place.file] = left
      return left == 0
    }
    if isLast { finish(place.file, of: files) }
  }

  private func writeWhole(_ plain: Span<UInt8>, _ number: Int) throws(SourceError) {
    tell(try session.writeWhole(plain, of: number))
    progress.count { counters in
      counters.bytesDone = counters.bytesDone.adding(saturating: Int64(plain.count))
      counters.filesDone += 1
    }
  }
}
