import CoffreCore
import Synchronization

/// Gathers sealed blobs of one kind into packs, which it hands to the `PackSaver`.
///
/// A pool of blobs stands before the open pack, and the next one is drawn from it at random: the order and sizes of blobs
/// in the store then tell less about where known files were cut (restic issue 5291).
final class Packer: Sendable {
  private struct State {
    var pool: [SealedBlob] = []
    var open: PackBuilder?
  }

  private static let poolSize = 8
  private let targetSize: Int
  private let saver: PackSaver
  private let state = Mutex(State())

  init(targetSize: Int, saver: PackSaver) {
    self.targetSize = targetSize
    self.saver = saver
  }

  /// Takes a blob. Blocks while too many finished packs wait to be saved.
  func add(_ blob: SealedBlob, with codec: BlobCodec) throws {
    let full = state.withLock { state -> PackBuilder? in
      state.pool.append(blob)
      guard state.pool.count > Self.poolSize else { return nil }
      return move(one: Int.random(in: 0..<state.pool.count), in: &state)
    }
    if let full { try saver.submit(full.finish(with: codec)) }
  }

  /// Closes the open pack with all that waits. Returns when it is handed over, not when it is saved.
  func flush(with codec: BlobCodec) throws {
    while true {
      let full = state.withLock { state -> PackBuilder? in
        while !state.pool.isEmpty {
          if let full = move(one: Int.random(in: 0..<state.pool.count), in: &state) { return full }
        }
        defer { state.open = nil }
        return state.open
      }
      guard let full else { return }
      try saver.submit(full.finish(with: codec))
    }
  }

  /// Moves one blob of the pool into the open pack, which is returned, detached, if that made it full.
  private func move(one index: Int, in state: inout State) -> PackBuilder? {
    state.pool.swapAt(index, state.pool.count - 1)
    let blob = state.pool.removeLast()
    let pack = state.open ?? PackBuilder(capacity: targetSize + targetSize / 4)
    pack.append(blob)
    guard pack.isFull(target: targetSize) else {
      state.open = pack
      return nil
    }
    state.open = nil
    return pack
  }
}
