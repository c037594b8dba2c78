import CZlib
import CoffreCore

/// What a gzip file should not be.
package enum InflateError: Error, Sendable, Hashable {
  case cutShort
  /// Not gzip, or changed: its checksum or length is another.
  case damaged
}

/// Reads gzip (RFC 1952), one member behind the other, and checks the sum and length of each.
///
/// libarchive reads gzip too, but does not look at the checksum. Used by one thread at a time.
@safe package final class Inflater {
  private let stream: UnsafeMutablePointer<z_stream>
  private var isBetweenMembers = true
  private var hasMember = false

  package init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let code = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(code == Z_OK, "out of memory")
  }

  deinit {
    _ = unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Reads some of `input` and fills some of `output` from the front.
  ///
  /// - Returns: how many bytes were read and written. Zeros behind the last member are passed over, as tapes have them.
  package func inflate(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>) throws(InflateError) -> (
    read: Int, written: Int
  ) {
    var skipped = 0
    if isBetweenMembers {
      if hasMember { while skipped < input.count, input[skipped] == 0 { skipped += 1 } }
      guard skipped < input.count else { return (skipped, 0) }
      unsafe checked(inflateReset(stream))
      isBetweenMembers = false
    }
    var code: Int32 = Z_OK
    var read = 0
    var written = 0
    unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe stream.pointee.next_in = input.baseAddress.map { unsafe UnsafeMutablePointer(mutating: $0 + skipped) }
        unsafe stream.pointee.avail_in = UInt32(clamping: input.count - skipped)
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
        let (hadIn, hadOut) = unsafe (stream.pointee.avail_in, stream.pointee.avail_out)
        code = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        read = unsafe skipped + Int(hadIn - stream.pointee.avail_in)
        written = unsafe Int(hadOut - stream.pointee.avail_out)
      }
    }
    switch code {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      isBetweenMembers = true
      hasMember = true
    default: throw .damaged
    }
    return (read, written)
  }

  /// Throws unless the input ended where it may.
  package func finish() throws(InflateError) {
    guard isBetweenMembers, hasMember else { throw .cutShort }
  }

  private func checked(_ code: Int32) { precondition(code == Z_OK, #"zlib failed"#) }
}
