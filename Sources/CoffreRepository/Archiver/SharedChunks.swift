import CoffreCore
import CoffreSystem

/// The chunks of one file, so that threads without work of their own can store some: one large file keeps all of them
/// busy.
///
/// The thread that reads offers chunks (`offer`) and stores some itself; others `help`; `finish` puts the ids in order.
final class SharedChunks: Sendable {
  private struct Chunk: Sendable {
    let number: Int
    let bytes: [UInt8]
  }

  private struct State: Sendable {
    var waiting: [Chunk] = []
    var underWay = 0
    /// What was stored, by number.
    var ids: [Int: BlobID] = [:]
    var failure: (any Error)?
  }

  /// Below, a chunk is stored sooner than it is handed over.
  static let leastSize = 32 << 10

  private let state = Monitor(State())

  /// Whether another thread stores one of them; it takes the next ones too.
  var isHelped: Bool { state.withLock(signalling: false) { $0.underWay > 0 } }

  /// Hands over a copy of a chunk.
  ///
  /// - Returns: `false` if so many wait that the caller had better store it itself.
  func offer(_ bytes: Span<UInt8>, number: Int, limit: Int) -> Bool {
    guard state.withLock(signalling: false, { $0.waiting.count < limit }) else { return false }
    var copy: [UInt8] = []
    append(bytes, to: &copy)
    state.withLock { [copy] in $0.waiting.append(Chunk(number: number, bytes: copy)) }
    return true
  }

  /// Stores chunks as long as some wait. A failure is the reading thread's to report.
  func help(_ save: (Span<UInt8>) throws -> BlobID) {
    while let chunk = take() {
      do {
        let id = try save(chunk.bytes.span)
        state.withLock { state in
          state.ids[chunk.number] = id
          state.underWay -= 1
        }
      } catch {
        state.withLock { state in
          state.failure = state.failure ?? error
          state.waiting = []
          state.underWay -= 1
        }
      }
    }
  }

  private func take() -> Chunk? {
    state.withLock { state in
      guard !state.waiting.isEmpty else { return nil }
      state.underWay += 1
      return state.waiting.removeFirst()
    }
  }

  /// Stores what still waits, waits for what others store, and gives the ids of all that was offered.
  func finish(_ save: (Span<UInt8>) throws -> BlobID) throws -> [Int: BlobID] {
    help(save)
    return try state.wait(until: { $0.underWay == 0 }) { state in
      if let failure = state.failure { throw failure }
      return state.ids
    }
  }

  /// Nobody wants the rest: what is under way ends, what waits is dropped.
  func abandon() {
    state.withLock { $0.waiting = [] }
    state.wait(until: { $0.underWay == 0 })
  }
}
