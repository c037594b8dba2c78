import CZlib
import CoffreCore

/// Makes pieces of raw deflate streams (RFC 1951) that can stand one behind the other, with one reused state.
///
/// Used by one thread at a time.
@safe package final class Deflater {
  /// How far back a deflate stream may refer, in bytes.
  package static let windowSize = 32 << 10
  /// What ends a stream of pieces: an empty last block.
  package static let end: [UInt8] = [3, 0]

  private let stream: UnsafeMutablePointer<z_stream>

  /// - Parameter level: 1 to 9.
  package init(level: Int) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let level = Int32(min(max(level, 1), 9))
    let code = unsafe deflateInit2_(
      stream, level, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(code == Z_OK, "out of memory")
  }

  deinit {
    _ = unsafe deflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Appends a piece that ends on a whole byte.
  ///
  /// - Parameters:
  ///   - history: what the stream holds before it, at most `windowSize` bytes.
  ///   - isLast: whether the stream ends with it; otherwise other pieces or `end` must follow.
  package func compress(
    _ bytes: Span<UInt8>, after history: Span<UInt8>, isLast: Bool = false, into output: inout [UInt8]
  ) {
    precondition(bytes.count <= 1 << 30 && history.count <= Self.windowSize, "a piece of another size")
    unsafe checked(deflateReset(stream))
    if !history.isEmpty {
      unsafe history.withUnsafeBufferPointer { history in
        unsafe checked(deflateSetDictionary(stream, history.baseAddress, UInt32(history.count)))
      }
    }
    // The bound is for a whole stream; flushing adds an empty block.
    let bound = unsafe Int(deflateBound(stream, UInt(bytes.count))) + 16
    output.append(addingCapacity: bound) { target in
      unsafe target.withUnsafeMutableBufferPointer { target, initializedCount in
        unsafe bytes.withUnsafeBufferPointer { bytes in
          unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
          unsafe stream.pointee.avail_in = UInt32(bytes.count)
          unsafe stream.pointee.next_out = target.baseAddress
          unsafe stream.pointee.avail_out = UInt32(target.count)
          let code = unsafe deflate(stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
          precondition(code == (isLast ? Z_STREAM_END : Z_OK), #"zlib failed"#)
          precondition(unsafe stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0, "zlib's bound is wrong")
          initializedCount = unsafe target.count - Int(stream.pointee.avail_out)
        }
      }
    }
  }

  /// Appends a piece that holds the bytes as they are.
  package static func store(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
    var start = 0
    while start < bytes.count {
      let count = min(bytes.count - start, 65535)
      let low = UInt8(truncatingIfNeeded: count)
      let high = UInt8(truncatingIfNeeded: count >> 8)
      // Not the last block, stored: three bits and the rest of their byte; the length and its complement.
      output.append(contentsOf: [0, low, high, ~low, ~high])
      let piece = bytes.extracting(start..<(start + count))
      unsafe piece.withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
      start += count
    }
  }

  private func checked(_ code: Int32) { precondition(code == Z_OK, #"zlib failed"#) }
}
