import Synchronization

/// What the kernel's calls need: the file system, and what is open in it.
final class FuseServer: Sendable {
  let fileSystem: any ReadOnlyFileSystem
  let folders = Handles<any OpenFolder>()
  let files = Handles<any OpenFile>()

  init(_ fileSystem: some ReadOnlyFileSystem) { self.fileSystem = fileSystem }
}

/// What is open, by the number under which the kernel asks for it.
final class Handles<Value: Sendable>: Sendable {
  private struct State {
    var open: [UInt64: Value] = [:]
    var next: UInt64 = 1
  }

  private let state = Mutex(State())

  func add(_ value: Value) -> UInt64 {
    state.withLock { state in
      defer { state.next += 1 }
      state.open[state.next] = value
      return state.next
    }
  }

  subscript(_ number: UInt64) -> Value? { state.withLock { $0.open[number] } }

  func remove(_ number: UInt64) {
    // Its end may take locks of its own: not under ours.
    _ = state.withLock { $0.open.removeValue(forKey: number) }
  }
}
