/// A new file that is written from its beginning on, in large pieces.
///
/// They go past the page cache where that is known to be good: the way through it costs several times as much as the disk,
/// and pushes out what the machine's other programs have cached.
package final class FileOutput {
  package let file: FileDescriptor
  private var buffer: WriteBuffer? = .take()
  private var bufferedCount = 0
  private var writing = PieceWriting()

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
      try writing.put(openBuffer, bufferedCount, isLast: false, to: file)
      bufferedCount = 0
    }
  }

  /// Writes what is left; nothing may be appended afterwards.
  package func finish() throws(SystemError) {
    try writing.put(openBuffer, bufferedCount, isLast: true, to: file)
    buffer.take()?.giveBack()
  }

  private var openBuffer: WriteBuffer {
    guard let buffer else { preconditionFailure("nothing is written to a finished file") }
    return buffer
  }
}
