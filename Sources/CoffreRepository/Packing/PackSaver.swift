import CoffreCore
import CoffreSystem

/// Saves finished packs on its own threads and then tells the index; at most two packs wait for it.
///
/// Each thread lets some packs become durable together: where a sync costs, it costs once for all of them.
final class PackSaver: Sendable {
  private struct State: Sendable {
    var waiting: [(number: Int, pack: FinishedPack)] = []
    /// Of packs that were submitted and are not durable yet.
    var open: Set<Int> = []
    var held = 0
    var nextNumber = 0
    /// Packs with lower numbers are wanted durable without waiting for others.
    var wanted = 0
    var isClosed = false
    var failure: StoreError?
  }

  private enum Step {
    case write(Int, FinishedPack)
    case commit
  }

  /// A pack that a thread has written, but which is not durable yet.
  private struct Written {
    let number: Int
    let pack: SavedPack
    let draft: any ObjectDraft
  }

  /// Packs that are finished and wait, at most: those of far stores are in memory.
  private static let limit = 2
  /// Packs that one thread lets become durable together.
  private static let batchSize = 8
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

  /// Whether packs go into a folder of this machine.
  var isNear: Bool { store.traits.localFolder != nil }

  /// - Parameter expectedSize: in bytes.
  func makeDraft(expectedSize: Int) -> any ObjectDraft {
    store.makeDraft(in: StoreKey(ObjectKind.pack.rawValue)) ?? MemoryDraft(in: store, expectedSize: expectedSize)
  }

  /// Waits for a free place, then returns; the pack is saved in the background.
  func submit(_ pack: FinishedPack) throws {
    let failure = state.wait(until: { $0.held < Self.limit || $0.failure != nil }) { state -> StoreError? in
      guard state.failure == nil else { return state.failure }
      state.waiting.append((state.nextNumber, pack))
      state.open.insert(state.nextNumber)
      state.nextNumber += 1
      state.held += 1
      return nil
    }
    if let failure { throw failure }
  }

  /// Waits until every pack that was submitted before is durable and recorded, or is lost, which is an error.
  func drain() throws {
    let wanted = state.withLock { state in
      state.wanted = state.nextNumber
      return state.wanted
    }
    let failure = state.wait(until: { !$0.open.contains { $0 < wanted } }) { $0.failure }
    if let failure { throw failure }
  }

  /// Why saving ended before its time.
  var failure: StoreError? { state.withLock { $0.failure } }

  /// Packs that `drain` was not called for are lost.
  func close() { state.withLock { $0.isClosed = true } }
}

// MARK: On the saving threads

extension PackSaver {
  private func run() {
    var written: [Written] = []
    while let step = next(after: written.first?.number) {
      switch step {
      case .write(let number, let pack):
        do throws(StoreError) {
          try pack.save()
          written.append(Written(number: number, pack: recorder.keep(pack), draft: pack.draft))
        } catch {
          fail(error, losing: [number])
        }
        state.withLock { $0.held -= 1 }
        // What was saved as a whole is durable already, and its memory is wanted.
        guard written.count >= Self.batchSize || pack.draft.bytesInMemory != nil else { continue }
      case .commit: break
      }
      do throws(StoreError) {
        try CoffreCore.commit(written.map(\.draft))
        for saved in written { recorder.add(saved.pack) }
        let numbers = written.map(\.number)
        state.withLock { $0.open.subtract(numbers) }
      } catch {
        fail(error, losing: written.map(\.number))
      }
      written = []
    }
  }

  /// What a thread is to do next that has written packs from this one on; `nil` to end.
  private func next(after first: Int?) -> Step? {
    let first = first ?? .max
    return state.wait(
      until: { !$0.waiting.isEmpty || first < $0.wanted || $0.isClosed },
      then: { state -> Step? in
        if let next = state.waiting.first, next.number < state.wanted || first >= state.wanted {
          state.waiting.removeFirst()
          return .write(next.number, next.pack)
        }
        return first < state.wanted ? .commit : nil
      })
  }

  /// Nobody may see that these packs are not open any more without the reason.
  private func fail(_ error: StoreError, losing numbers: [Int]) {
    state.withLock { state in
      state.failure = state.failure ?? error
      state.open.subtract(numbers)
    }
    cancellation.cancel(.failedElsewhere)
  }
}
