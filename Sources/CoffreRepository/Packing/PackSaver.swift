import CoffreCore
import CoffreSystem

/// Saves finished packs on its own threads and then tells the index; at most two packs are in flight.
final class PackSaver: Sendable {
  private struct State: Sendable {
    var waiting: [FinishedPack] = []
    var inFlight = 0
    var isClosed = false
    var failure: StoreError?
  }

  private static let limit = 2
  private let store: any Store
  private let recorder: IndexRecorder
  private let cancellation: Cancellation
  private let state = Monitor(State())

  init(store: any Store, recorder: IndexRecorder, cancellation: Cancellation) {
    self.store = store
    self.recorder = recorder
    self.cancellation = cancellation
  }

  /// Starts the saving threads; `close` ends them.
  func start() throws(SystemError) -> [EngineThread] {
    var threads: [EngineThread] = []
    for _ in 0..<min(Self.limit, max(1, store.traits.parallelRequests)) {
      threads.append(try EngineThread.start(named: "save") { [self] in run() })
    }
    return threads
  }

  /// Waits for a free place, then returns; the pack is saved in the background.
  func submit(_ pack: FinishedPack) throws {
    let failure = state.wait(until: { $0.inFlight < Self.limit || $0.failure != nil }) { state -> StoreError? in
      guard state.failure == nil else { return state.failure }
      state.waiting.append(pack)
      state.inFlight += 1
      return nil
    }
    if let failure { throw failure }
  }

  /// Waits until every submitted pack is saved, or one failed.
  func drain() throws {
    let failure = state.wait(until: { $0.inFlight == 0 || $0.failure != nil }) { $0.failure }
    if let failure { throw failure }
  }

  /// Why saving ended before its time.
  var failure: StoreError? { state.withLock { $0.failure } }

  func close() { state.withLock { $0.isClosed = true } }

  private func run() {
    while let pack = state.wait(until: { !$0.waiting.isEmpty || $0.isClosed }, then: { $0.waiting.popLast() }) {
      do throws(StoreError) {
        try store.save(pack.bytes.span, at: ObjectKind.pack.storeKey(of: pack.id))
        recorder.add(pack)
        state.withLock { $0.inFlight -= 1 }
      } catch {
        state.withLock { state in
          state.failure = state.failure ?? error
          state.inFlight -= 1
        }
        cancellation.cancel(.failedElsewhere)
      }
    }
  }
}
