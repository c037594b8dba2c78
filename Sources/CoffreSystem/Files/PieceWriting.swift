import CoffreCore

/// How far a new file is written, and which way its pieces go: past the page cache (O_DIRECT of open(2)) where that is known
/// to be good.
struct PieceWriting {
  /// In bytes.
  private var written: Int64 = 0
  private var isUncached = false

  /// Writes the first bytes of a buffer behind what was written before.
  ///
  /// - Parameter isLast: all pieces but the last one are full.
  mutating func put(
    _ buffer: WriteBuffer, _ count: Int, isLast: Bool, to file: borrowing FileDescriptor
  ) throws(SystemError) {
    if !isLast, written == 0 { isUncached = file.isFitForUncachedWrites && file.setUncached(true) }
    // The last bytes fill no block.
    let whole = isLast && isUncached ? count / WriteBuffer.alignment * WriteBuffer.alignment : count
    try write(buffer, 0..<whole, to: file)
    guard whole < count else { return }
    useCache(file)
    try write(buffer, whole..<count, to: file)
  }

  private mutating func write(
    _ buffer: WriteBuffer, _ range: Range<Int>, to file: borrowing FileDescriptor
  ) throws(SystemError) {
    do throws(SystemError) {
      try buffer.write(range, to: file, at: written)
    } catch {
      // This file system wants another alignment.
      guard isUncached, error.isInvalid else { throw error }
      useCache(file)
      try buffer.write(range, to: file, at: written)
    }
    written += Int64(range.count)
  }

  private mutating func useCache(_ file: borrowing FileDescriptor) { isUncached = !file.setUncached(false) }
}
