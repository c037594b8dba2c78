import CoffreSystem

/// What the threads of a backup have before them, newest first: so the walk goes deep before it goes wide, and few
/// directories are open at once.
final class WorkStack: Sendable {
  enum Item: Sendable {
    case directory(DirectoryWork)
    case files(OpenedDirectory, [Int])
    case part(PartedFile, Int)
    /// Of a file that another thread is reading.
    case chunks(SharedChunks)
  }

  private struct State: Sendable {
    var items: [Item] = []
    var busy = 0
    var isStopped = false
  }

  private let threadCount: Int
  private let state = Monitor(State())

  init(threadCount: Int) { self.threadCount = threadCount }

  /// Whether a thread waits for something to do.
  var hasIdleThreads: Bool { state.withLock(signalling: false) { $0.items.isEmpty && $0.busy < threadCount } }

  func push(_ items: [Item]) {
    guard !items.isEmpty else { return }
    state.withLock { $0.items.append(contentsOf: items) }
  }

  /// Takes the newest item; waits while there is none and others may still bring some.
  ///
  /// - Returns: `nil` when all is done. After an item the thread calls `finishOne`.
  func next() -> Item? {
    state.wait(until: { !$0.items.isEmpty || $0.busy == 0 || $0.isStopped }) { state in
      guard !state.isStopped, let item = state.items.popLast() else { return nil }
      state.busy += 1
      return item
    }
  }

  func finishOne() { state.withLock { $0.busy -= 1 } }

  /// Lets all threads come to an end; what is left is not done.
  func stop() {
    state.withLock { state in
      state.isStopped = true
      state.items = []
    }
  }
}
