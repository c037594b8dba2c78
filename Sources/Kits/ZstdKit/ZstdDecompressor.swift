import CZstd
import CoffreCore

/// Decompresses zstd frames with one reused context; used by one thread at a time.
///
/// Takes what restic takes: several frames, skippable ones between them, no declared content size, checksums, windows up
/// to 128 MiB. Whatever follows the frames is an error, and so is a frame cut short. Memory is reserved for no more than
/// the caller's limit, and for no more than the blocks present can hold, whatever a header declares.
@safe package final class ZstdDecompressor {
  private let context: OpaquePointer

  package init() {
    guard let context = unsafe ZSTD_createDCtx() else { preconditionFailure("out of memory") }
    unsafe self.context = context
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  /// Replaces the content of `output`, whose capacity is kept, by what the frames in `bytes` hold.
  ///
  /// After an error `output` holds nothing useful.
  ///
  /// - Parameter limit: the greatest length allowed.
  package func decompress(_ bytes: Span<UInt8>, into output: inout [UInt8], limit: Int) throws(ZstdError) {
    try decompress(bytes, into: &output, atMost: limit, otherwise: .tooLarge(limit: limit))
  }

  /// As above where the length is known: any other one is an error.
  package func decompress(_ bytes: Span<UInt8>, into output: inout [UInt8], expecting count: Int) throws(ZstdError) {
    try decompress(bytes, into: &output, atMost: count, otherwise: .wrongLength(expected: count))
    guard output.count == count else { throw .wrongLength(expected: count) }
  }

  private func decompress(
    _ bytes: Span<UInt8>, into output: inout [UInt8], atMost limit: Int, otherwise overflow: ZstdError
  ) throws(ZstdError) {
    output.removeAll(keepingCapacity: true)
    var position = 0
    var frames = 0
    while position < bytes.count {
      let layout = try FrameLayout(in: bytes, at: position)
      if layout.kind == .content {
        frames += 1
        let allowed = limit - output.count
        let wanted = layout.contentSize.map { Int(clamping: $0) } ?? min(layout.bound, allowed)
        guard wanted <= allowed else { throw overflow }
        let frame = bytes.extracting(position..<(position + layout.length))
        try append(frame, into: &output, room: wanted, otherwise: overflow)
      }
      position += layout.length
    }
    guard frames > 0 else { throw .malformed("it holds no frame") }
  }

  /// Appends what one frame holds, at most `room` bytes.
  private func append(
    _ frame: Span<UInt8>, into output: inout [UInt8], room: Int, otherwise overflow: ZstdError
  ) throws(ZstdError) {
    var code = 0
    // One byte more than asked: libzstd must never be handed a null pointer, which an empty array may have.
    output.append(addingCapacity: room + 1) { content in
      unsafe content.withUnsafeMutableBufferPointer { content, initializedCount in
        unsafe frame.withUnsafeBufferPointer { frame in
          code = unsafe ZSTD_decompressDCtx(context, content.baseAddress, room, frame.baseAddress, frame.count)
        }
        initializedCount = ZSTD_isError(code) == 0 ? code : 0
      }
    }
    guard ZSTD_isError(code) != 0 else { return }
    if ZSTD_getErrorCode(code) == ZSTD_error_dstSize_tooSmall { throw overflow }
    throw unsafe .malformed(String(cString: ZSTD_getErrorName(code)).lowercased())
  }
}
