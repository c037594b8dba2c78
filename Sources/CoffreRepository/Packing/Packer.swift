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

    mutating func drawBlob() -> SealedBlob? {
      guard !pool.isEmpty else { return nil }
      pool.swapAt(Int.random(in: 0..<pool.count), pool.count - 1)
      return pool.removeLast()
    }
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
  ///
  /// - Throws: if a blob is not as it was sealed, or its pack cannot be written: then the pack is given up.
  func add(_ blob: SealedBlob, with codec: BlobCodec) throws {
    let next = state.withLock { state -> SealedBlob? in
      state.pool.append(blob)
      return state.pool.count > Self.poolSize ? state.drawBlob() : nil
    }
    if let next { try place(next, with: codec) }
  }

  /// Closes the open pack with all that waits. Returns when it is handed over, not when it is saved.
  func flush(with codec: BlobCodec) throws {
    while let next = state.withLock({ $0.drawBlob() }) { try place(next, with: codec) }
    if let last = state.withLock({ $0.open.take() }) { try saver.submit(last.finish(with: codec)) }
  }

  /// Puts a blob into the open pack. Blobs wait in memory until here: it is the place to look at their seals once more.
  private func place(_ blob: SealedBlob, with codec: BlobCodec) throws {
    guard codec.isAuthentic(blob.bytes.span) else {
      throw RepositoryError.selfCheckFailed(blob: blob.id, problem: "its seal does not fit any longer")
    }
    let full = try state.withLock { state throws(StoreError) -> PackBuilder? in
      let pack = state.open.take() ?? PackBuilder(into: saver.makeDraft(expectedSize: targetSize + targetSize / 4))
      try pack.append(blob)
      guard !pack.isFull(target: targetSize) else { return pack }
      state.open = pack
      return nil
    }
    if let full { try saver.submit(full.finish(with: codec)) }
  }
}
