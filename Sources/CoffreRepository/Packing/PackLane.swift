import CoffreCore
import CoffreSystem

/// Gathers sealed blobs into one open pack after the other, and hands them to the `PackSaver`.
///
/// A pool of blobs stands before the open pack, and the next one is drawn from it at random: the order and sizes of blobs
/// in the store then tell less about where known files were cut (restic issue 5291).
///
/// One thread at a time has the open pack and writes what others bring meanwhile, too: they need not wait for it.
final class PackLane: Sendable {
  private struct State: Sendable {
    private(set) var pool: [SealedBlob] = []
    private var poolBytes = 0
    /// `nil` also while a thread has it.
    var open: PackBuilder?
    /// Whether a thread has the open pack.
    var isTaken = false
    /// Threads that wait to close the pack: nobody goes on writing before them.
    var closers = 0

    var isPoolFull: Bool {
      pool.count > PackLane.poolSize || (pool.count > PackLane.leastPoolSize && poolBytes > PackLane.poolByteLimit)
    }

    /// Whether another blob would have to wait: half as much again is there as the pool holds, or twice as many.
    var isBusy: Bool {
      (isTaken || closers > 0)
        && (pool.count >= 2 * PackLane.poolSize
          || (pool.count >= PackLane.leastPoolSize * 3 / 2 && poolBytes >= PackLane.poolByteLimit * 3 / 2))
    }

    /// - Returns: whether this thread has taken the open pack, to write into it.
    mutating func take(_ blob: SealedBlob) -> Bool {
      pool.append(blob)
      poolBytes += blob.bytes.count
      guard !isTaken, closers == 0, isPoolFull else { return false }
      isTaken = true
      return true
    }

    mutating func drawWhatIsDue() -> SealedBlob? {
      guard isPoolFull, closers == 0 else { return nil }
      pool.swapAt(Int.random(in: 0..<pool.count), pool.count - 1)
      poolBytes -= pool[pool.count - 1].bytes.count
      return pool.removeLast()
    }

    mutating func drawAll() -> [SealedBlob] {
      defer {
        pool = []
        poolBytes = 0
      }
      return pool.shuffled()
    }
  }

  /// Blobs that wait before one is drawn.
  private static let poolSize = 8
  /// As many are enough if they are large, for the sake of memory.
  private static let leastPoolSize = 4
  /// Then they are large together.
  private static let poolByteLimit = 4 << 20
  private let targetSize: Int
  private let saver: PackSaver
  private let buffers: BufferPool
  private let state = Monitor(State())

  init(targetSize: Int, saver: PackSaver, buffers: BufferPool) {
    self.targetSize = targetSize
    self.saver = saver
    self.buffers = buffers
  }

  /// Takes a blob. Blocks while enough of them wait for the thread that has the open pack.
  ///
  /// - Throws: if a blob, perhaps of another thread, is not as it was sealed, or its pack cannot be written: then the
  ///   pack is given up.
  func add(_ blob: consuming SealedBlob, with codec: BlobCodec) throws {
    let isTaker = state.wait(until: { !$0.isBusy }) { [blob] state in state.take(blob) }
    if isTaker { try writeWhatIsDue(with: codec) }
  }

  /// As `add`, unless that would mean to wait for the thread that has the open pack: then it returns `false`.
  func addWithoutWaiting(_ blob: SealedBlob, with codec: BlobCodec) throws -> Bool {
    let isTaker = state.withLock { state in state.isBusy ? nil : state.take(blob) }
    if isTaker == true { try writeWhatIsDue(with: codec) }
    return isTaker != nil
  }

  private func writeWhatIsDue(with codec: BlobCodec) throws {
    try withOpenPack { pack in
      while let blob = state.withLock({ $0.drawWhatIsDue() }) { try write(blob, into: &pack, with: codec) }
    }
  }

  /// Closes the open pack with all that waits by now, however much comes meanwhile. Returns when it is handed over, not
  /// when it is saved.
  func flush(with codec: BlobCodec) throws {
    state.withLock { $0.closers += 1 }
    let due = state.wait(until: { !$0.isTaken }) { state in
      state.closers -= 1
      state.isTaken = true
      return state.drawAll()
    }
    try withOpenPack { pack in
      for blob in due { try write(blob, into: &pack, with: codec) }
      if let last = pack.take() { try saver.submit(last.finish(with: codec)) }
    }
  }

  /// For the thread that has taken the open pack, and gives it back with this.
  private func withOpenPack(_ body: (inout PackBuilder?) throws -> Void) throws {
    var pack = state.withLock(signalling: false) { $0.open.take() }
    defer {
      state.withLock { state in
        state.open = pack
        state.isTaken = false
      }
    }
    try body(&pack)
  }

  /// Blobs wait in memory until here: it is the place to look at their seals once more.
  private func write(_ blob: consuming SealedBlob, into pack: inout PackBuilder?, with codec: BlobCodec) throws {
    guard codec.isAuthentic(blob.bytes.span) else {
      throw RepositoryError.selfCheckFailed(blob: blob.id, problem: "its seal does not fit any longer")
    }
    let grown = pack.take() ?? PackBuilder(into: saver.makeDraft(expectedSize: targetSize + targetSize / 4))
    try grown.append(blob)
    buffers.giveBack(blob.takeBytes())
    if grown.isFull(target: targetSize) {
      try saver.submit(grown.finish(with: codec))
    } else {
      pack = grown
    }
  }
}
