import Synchronization

/// A new file as `FileOutput` writes it, but by a thread of its own, while the next bytes are made.
///
/// Used by one thread. Errors come with a later call, or when the lane is drained.
package final class BackgroundOutput {
  /// What sees all bytes in order, on another thread than the one that writes them.
  package struct Watcher: Sendable {
    let lane: WorkLane
    let look: @Sendable (Span<UInt8>) -> Void

    package init(on lane: WorkLane, _ look: @escaping @Sendable (Span<UInt8>) -> Void) {
      self.lane = lane
      self.look = look
    }
  }

  /// What the lane's thread works with.
  private final class Target: Sendable {
    private final class Opened: Sendable {
      let file: FileDescriptor
      init(_ file: consuming FileDescriptor) { self.file = file }
    }

    private struct State: Sendable {
      var opened: Opened?
      var writing = PieceWriting()

      func file() -> Opened {
        guard let opened else { preconditionFailure("a lane goes on after an error") }
        return opened
      }
    }

    private let state = Mutex(State())

    func open(_ file: consuming FileDescriptor) {
      let opened = Opened(file)
      state.withLock { $0.opened = opened }
    }

    func put(_ loan: WriteMemory.Loan, _ count: Int, isLast: Bool) throws(SystemError) {
      try state.withLock { state throws(SystemError) in
        try state.writing.put(loan.buffer, count, isLast: isLast, to: state.file().file)
      }
    }

    func end(_ end: (borrowing FileDescriptor) throws(SystemError) -> Void) throws(SystemError) {
      try end(state.withLock { $0.file() }.file)
    }
  }

  private let target = Target()
  private let lane: WorkLane
  private let memory: WriteMemory
  private let watcher: Watcher?
  private var loan: WriteMemory.Loan?
  private var bufferedCount = 0

  /// - Parameters:
  ///   - lane: whose thread writes; several files may share it.
  ///   - memory: what waits there.
  package init(
    _ file: consuming FileDescriptor, writtenBy lane: WorkLane, through memory: WriteMemory, watcher: Watcher? = nil
  ) {
    self.lane = lane
    self.memory = memory
    self.watcher = watcher
    target.open(file)
  }

  /// - Parameters:
  ///   - make: opens the file, on the lane's thread: where many small files are made, that is what takes the time.
  ///   - lane: whose thread writes; several files may share it.
  ///   - memory: what waits there.
  package init(
    writtenBy lane: WorkLane, through memory: WriteMemory,
    making make: @escaping @Sendable () throws(SystemError) -> FileDescriptor
  ) throws(SystemError) {
    self.lane = lane
    self.memory = memory
    watcher = nil
    try lane.give { [target] () throws(SystemError) in target.open(try make()) }
  }

  package func append(_ bytes: Span<UInt8>) throws(SystemError) {
    var position = 0
    while position < bytes.count {
      let loan = self.loan ?? memory.lend()
      self.loan = loan
      let count = min(bytes.count - position, WriteBuffer.size - bufferedCount)
      loan.buffer.put(bytes.extracting(position..<(position + count)), at: bufferedCount)
      bufferedCount += count
      position += count
      guard bufferedCount == WriteBuffer.size else { return }
      self.loan = nil
      bufferedCount = 0
      try give(loan, WriteBuffer.size, isLast: false)
    }
  }

  /// Has what is left written, and then `end` done with the file, which is closed when this object is gone, too. Nothing may
  /// be appended afterwards.
  package func finish(
    _ end: @escaping @Sendable (borrowing FileDescriptor) throws(SystemError) -> Void
  ) throws(SystemError) {
    if let last = loan {
      loan = nil
      try give(last, bufferedCount, isLast: true)
    }
    try lane.give { [target] () throws(SystemError) in try target.end(end) }
  }

  private func give(_ loan: WriteMemory.Loan, _ count: Int, isLast: Bool) throws(SystemError) {
    if let watcher {
      try watcher.lane.give { () throws(SystemError) in loan.buffer.withBytes(count) { watcher.look($0) } }
    }
    try lane.give { [target] () throws(SystemError) in try target.put(loan, count, isLast: isLast) }
  }
}
