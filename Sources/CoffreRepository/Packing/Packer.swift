/// Gathers sealed blobs of one kind into packs.
///
/// While the thread that writes one pack is busy and enough waits for it, others write a second one: hashing packs and
/// waiting for the disk would hold all of them up. A backup that never needs the second one leaves one small pack at its
/// end, not two. Far stores are slower than one thread: they get one pack at a time, and no small one more.
final class Packer: Sendable {
  private let lanes: [PackLane]

  init(targetSize: Int, saver: PackSaver, buffers: BufferPool) {
    lanes = (0..<(saver.isNear ? 2 : 1)).map { _ in PackLane(targetSize: targetSize, saver: saver, buffers: buffers) }
  }

  /// Takes a blob. Blocks while enough of them wait to be written.
  ///
  /// - Throws: if a blob, perhaps of another thread, is not as it was sealed, or its pack cannot be written: then the
  ///   pack is given up.
  func add(_ blob: SealedBlob, with codec: BlobCodec) throws {
    for lane in lanes.dropLast() where try lane.addWithoutWaiting(blob, with: codec) { return }
    try lanes[lanes.count - 1].add(blob, with: codec)
  }

  /// Closes the open packs with all that waits, also if one of them fails. Returns when they are handed over, not when
  /// they are saved.
  func flush(with codec: BlobCodec) throws {
    var failure: (any Error)?
    for lane in lanes { do { try lane.flush(with: codec) } catch { failure = failure ?? error } }
    if let failure { throw failure }
  }
}
