import CoffreCore
import CoffreSystem

/// Pieces of work that several threads do, and whose results come in the order of the pieces.
///
/// A bounded number of pieces is under way: who gives pieces faster than they are done takes results meanwhile. Used by one
/// thread; `Tools` are made once for each worker.
final class OrderedWork<Piece: Sendable, Result: Sendable, Tools> {
  private struct State: Sendable {
    var waiting: [(number: Int, piece: Piece)] = []
    var done: [Int: Result] = [:]
    var isOver = false
  }

  private let state = Monitor(State())
  private var threads: [EngineThread] = []
  private var given = 0
  private var taken = 0
  private let limit: Int

  init(
    threadCount: Int, named name: String, tools: @escaping @Sendable () -> Tools,
    _ work: @escaping @Sendable (Piece, Tools) -> Result
  ) throws(SystemError) {
    limit = threadCount * 2 + 1
    do throws(SystemError) {
      for number in 0..<threadCount {
        threads.append(
          try EngineThread.start(named: "\(name)-\(number)") { [state] in
            let tools = tools()
            while let (number, piece) = Self.next(state) {
              let result = work(piece, tools)
              state.withLock { $0.done[number] = result }
            }
          })
      }
    } catch {
      end()
      throw error
    }
  }

  deinit { end() }

  private static func next(_ state: Monitor<State>) -> (Int, Piece)? {
    state.wait(until: { !$0.waiting.isEmpty || $0.isOver }) { state in
      state.isOver ? nil : state.waiting.removeFirst()
    }
  }

  /// Pieces that were given and whose results were not taken.
  var pending: Int { given - taken }

  /// Whether the next piece should wait until a result was taken.
  var isFull: Bool { pending >= limit }

  func give(_ piece: Piece) {
    state.withLock { [given] in $0.waiting.append((given, piece)) }
    given += 1
  }

  /// Waits for the oldest piece's result.
  ///
  /// - Precondition: `pending` is not 0.
  func take() -> Result {
    precondition(pending > 0, "nothing is under way")
    let number = taken
    taken += 1
    return state.wait(until: { $0.done[number] != nil }) { state in
      guard let result = state.done.removeValue(forKey: number) else { preconditionFailure("it was there") }
      return result
    }
  }

  /// Ends the threads; what was not done is not done.
  private func end() {
    state.withLock { state in
      state.isOver = true
      state.waiting = []
    }
    for thread in threads { thread.join() }
    threads = []
  }
}
