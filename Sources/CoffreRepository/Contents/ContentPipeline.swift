package import CoffreCore
import CoffreSystem

/// The contents of many files one behind the other, as an archive or a stream wants them.
///
/// One thread names the files (`add`), several load their blobs ahead, and the caller takes all in the order in which it
/// was named. How much lies in memory is bounded, whatever the size of the files; every blob was checked against its hash.
package final class ContentPipeline<Header: Sendable>: Sendable {
  private struct State: Sendable {
    var queue = ContentQueue<Header>()
    var isComplete = false
    var isStopped = false
    /// Of the naming thread; taken once all before it is.
    var failure: (any Error)?

    var isOver: Bool { isComplete || isStopped }
  }

  /// Of plaintext that is loaded ahead.
  private static var bytesAhead: Int64 { 32 << 20 }
  private static var elementsAhead: Int { 4096 }

  private let repository: Repository
  private let index: BlobIndex
  private let cancellation: Cancellation
  private let state = Monitor(State())

  private init(repository: Repository, index: BlobIndex, cancellation: Cancellation) {
    self.repository = repository
    self.index = index
    self.cancellation = cancellation
  }

  /// Runs both sides to the end.
  ///
  /// - Parameters:
  ///   - naming: adds files to what it is given, on a thread of its own.
  ///   - taking: takes them on the calling thread. When it ends, early or not, all threads do.
  package static func run<Result>(
    _ repository: Repository, _ index: BlobIndex, threadCount: Int, cancellation: Cancellation,
    naming: @escaping @Sendable (ContentPipeline) throws -> Void, taking: (ContentReader<Header>) throws -> Result
  ) throws -> Result {
    let pipeline = ContentPipeline(repository: repository, index: index, cancellation: cancellation)
    var threads: [EngineThread] = []
    defer {
      pipeline.state.withLock { $0.isStopped = true }
      for thread in threads { thread.join() }
    }
    for number in 0..<max(1, threadCount) {
      threads.append(try EngineThread.start(named: "contents-\(number)") { pipeline.load() })
    }
    threads.append(
      try EngineThread.start(named: "naming") {
        do {
          try naming(pipeline)
          pipeline.state.withLock { $0.isComplete = true }
        } catch {
          pipeline.state.withLock { state in
            state.failure = error
            state.isComplete = true
          }
        }
      })
    return try cancellation.whenCancelled({ pipeline.state.withLock { $0.isStopped = true } }) {
      try taking(ContentReader(pipeline))
    }
  }
}

// MARK: Naming

extension ContentPipeline {
  /// Names the next file. Waits while enough lies ahead.
  ///
  /// - Parameter path: of the file, for errors.
  /// - Throws: `.missingBlob` before anything of the file was queued.
  package func add(_ header: Header, content: [BlobID], path: PathBytes) throws {
    var wanted: [ContentQueue<Header>.Wanted] = []
    wanted.reserveCapacity(content.count)
    for id in content {
      guard let location = index.location(of: id, .data) else {
        throw RepositoryError.missingBlob(id: id, neededBy: "file '\(displayed(path))'")
      }
      wanted.append(ContentQueue<Header>.Wanted(id: id, location: location, path: path))
    }
    var rest = wanted[...]
    var header: Header? = header
    repeat {
      try whenThereIsRoom { queue in
        if let first = header.take() { queue.append(first) }
        while hasRoom(queue), let blob = rest.popFirst() { queue.append(blob) }
      }
    } while !rest.isEmpty
  }

  private func hasRoom(_ queue: ContentQueue<Header>) -> Bool {
    queue.bytesAhead < Self.bytesAhead && queue.count < Self.elementsAhead
  }

  private func whenThereIsRoom(_ body: (inout ContentQueue<Header>) -> Void) throws(Cancelled) {
    let isStopped = state.wait(
      until: { $0.isStopped || hasRoom($0.queue) },
      then: { state in
        if !state.isStopped { body(&state.queue) }
        return state.isStopped
      })
    if isStopped { throw Cancelled(reason: cancellation.reason ?? .failedElsewhere) }
  }
}

// MARK: Loading

extension ContentPipeline {
  private func load() {
    let loading = ContentLoading(repository, index)
    while true {
      let claimed = state.wait(
        until: { $0.isOver || $0.queue.hasWork }, then: { $0.isStopped ? [] : $0.queue.claim() })
      guard !claimed.isEmpty else { return }
      // Whoever waits is woken once for all of them.
      let results = loading.load(claimed)
      state.withLock { state in for result in results { state.queue.put(result.state, at: result.number) } }
    }
  }
}

// MARK: Taking

extension ContentPipeline {
  /// So many elements, and so much plaintext, leave the queue at once.
  private static var elementsAtOnce: Int { 64 }
  private static var bytesAtOnce: Int64 { 4 << 20 }

  /// What is ready, at least one element.
  ///
  /// - Returns: nothing at the end.
  fileprivate func take() throws -> [ContentQueue<Header>.Element] {
    try state.wait(until: { $0.isStopped || $0.queue.isReady || $0.isComplete && $0.queue.isEmpty }) { state in
      if state.isStopped { throw Cancelled(reason: cancellation.reason ?? .failedElsewhere) }
      if state.queue.isEmpty, let failure = state.failure { throw failure }
      var taken: [ContentQueue<Header>.Element] = []
      let before = state.queue.bytesAhead
      while state.queue.isReady, taken.count < Self.elementsAtOnce, before - state.queue.bytesAhead < Self.bytesAtOnce {
        if let element = state.queue.removeFirst() { taken.append(element) }
      }
      return taken
    }
  }
}

/// Takes what a pipeline brings, in order.
package final class ContentReader<Header: Sendable> {
  private let pipeline: ContentPipeline<Header>
  /// The next one last.
  private var taken: [ContentQueue<Header>.Element] = []
  private var lastBlob: [UInt8] = []

  fileprivate init(_ pipeline: ContentPipeline<Header>) { self.pipeline = pipeline }

  /// The next file; what was not taken of the one before is passed over.
  ///
  /// - Returns: `nil` behind the last one.
  package func next() throws -> Header? {
    while try hasMore() {
      if case .header(let header)? = taken.popLast() { return header }
    }
    return nil
  }

  /// The next blob of the file.
  ///
  /// - Returns: `nil` at its end.
  package func nextBlob() throws -> [UInt8]? {
    guard try hasMore(), case .blob(_, let state)? = taken.last else { return nil }
    taken.removeLast()
    switch state {
    case .loaded(let bytes): lastBlob = bytes
    case .failed(let error): throw error
    case .sameAsBefore, .waiting, .loading: break
    }
    return lastBlob
  }

  private func hasMore() throws -> Bool {
    if taken.isEmpty { taken = try pipeline.take().reversed() }
    return !taken.isEmpty
  }
}
