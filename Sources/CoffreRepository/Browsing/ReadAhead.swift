import CoffreSystem

/// A short list of what will be wanted soon. When it is full the oldest wish is dropped: it was not soon enough.
final class ReadAhead<Item: Hashable & Sendable>: Sendable {
  private struct State: Sendable {
    var wishes: [Item] = []
    var isStopped = false
  }

  private let capacity: Int
  private let state = Monitor(State())

  init(capacity: Int) { self.capacity = capacity }

  func add(_ item: Item) {
    state.withLock { state in
      guard !state.wishes.contains(item) else { return }
      if state.wishes.count == capacity { state.wishes.removeFirst() }
      state.wishes.append(item)
    }
  }

  /// Fulfils wishes on this thread, the newest first, until `stop`.
  func run(_ fulfil: (Item) -> Void) {
    while true {
      let next: Item? = state.wait(until: { $0.isStopped || !$0.wishes.isEmpty }) { state in
        state.isStopped ? nil : state.wishes.popLast()
      }
      guard let next else { return }
      fulfil(next)
    }
  }

  func stop() { state.withLock { $0.isStopped = true } }
}
