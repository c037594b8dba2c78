/// A new file that is written from its beginning on, in large pieces.
///
/// They go past the page cache (O_DIRECT of open(2)) where that is known to be good: the way through it costs several
/// times as much as the disk, and pushes out what the machine's other programs have cached.
package final class FileOutput {
  package let file: FileDescriptor
  private var buffer: WriteBuffer? = .take()
  private var bufferedCount = 0
  /// In bytes.
  private var written: Int64 = 0
  private var isUncached = false

  package init(_ file: consuming FileDescriptor) { self.file = file }

  deinit { buffer?.giveBack() }

  package func append(_ bytes: Span<UInt8>) throws(SystemError) {
    var position = 0
    while position < bytes.count {
      let count = min(bytes.count - position, WriteBuffer.size - bufferedCount)
      openBuffer.put(bytes.extracting(position..<(position + count)), at: bufferedCount)
      bufferedCount += count
      position += count
      guard bufferedCount == WriteBuffer.size else { return }
      if written == 0 { isUncached = file.isFitForUncachedWrites && file.setUncached(true) }
      try write(bufferedCount)
    }
  }

  /// Writes what is left; nothing may be appended afterwards.
  package func finish() throws(SystemError) {
    if isUncached {
      try write(bufferedCount / WriteBuffer.alignment * WriteBuffer.alignment)
      if bufferedCount > 0 { useCache() }
    }
    try write(bufferedCount)
    buffer.take()?.giveBack()
  }

  /// Writes the first `count` bytes of the buffer and moves the rest to its front.
  private func write(_ count: Int) throws(SystemError) {
    do throws(SystemError) {
      try openBuffer.write(count, to: file, at: written)
    } catch {
      // This file system wants another alignment.
      guard isUncached, error.isInvalid else { throw error }
      useCache()
      try openBuffer.write(count, to: file, at: written)
    }
    written += Int64(count)
    bufferedCount -= count
    openBuffer.moveToFront(bufferedCount, from: count)
  }

  private var openBuffer: WriteBuffer {
    guard let buffer else { preconditionFailure("nothing is written to a finished file") }
    return buffer
  }

  private func useCache() { isUncached = !file.setUncached(false) }
}
