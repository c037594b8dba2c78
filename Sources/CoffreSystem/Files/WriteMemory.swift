/// So much memory for what waits to be written: whoever wants more waits until some of it is written.
package final class WriteMemory: Sendable {
  private struct State: Sendable {
    var spares: [WriteBuffer] = []
    var made = 0
  }

  private let limit: Int
  private let state = Monitor(State())

  /// - Parameter limit: how many buffers of 2 MiB there are at most.
  package init(limit: Int) {
    precondition(limit > 0, "nothing could be written")
    self.limit = limit
  }

  func lend() -> Loan {
    let limit = limit
    let found = state.wait(until: { !$0.spares.isEmpty || $0.made < limit }) { state in
      let spare = state.spares.popLast()
      if spare == nil { state.made += 1 }
      return spare
    }
    return Loan(found ?? WriteBuffer(), of: self)
  }

  /// A buffer that comes back when nobody needs it any more.
  final class Loan: Sendable {
    let buffer: WriteBuffer
    private let memory: WriteMemory

    fileprivate init(_ buffer: WriteBuffer, of memory: WriteMemory) {
      self.buffer = buffer
      self.memory = memory
    }

    deinit { memory.state.withLock { [buffer] in $0.spares.append(buffer) } }
  }
}
