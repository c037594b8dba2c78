import CZstd
import CoffreCore

/// Compresses a stream of any length into one zstd frame with a checksum, on several threads of the library's own; used by
/// one thread at a time.
@safe package final class ZstdStream {
  package static let levels = 1...Int(ZSTD_maxCLevel())

  private let context: OpaquePointer
  private var output: [UInt8]
  private let sink: (Span<UInt8>) throws -> Void

  /// - Parameters:
  ///   - level: as in libzstd, 1 to 22; clamped to what the library knows.
  ///   - threads: that compress beside the caller's; 0 for none.
  ///   - size: of all that will come, if it is known exactly: it then stands in the frame.
  package init(level: Int, threads: Int, size: Int64? = nil, into sink: @escaping (Span<UInt8>) throws -> Void) {
    guard let context = unsafe ZSTD_createCCtx() else { preconditionFailure("out of memory") }
    unsafe self.context = context
    self.sink = sink
    output = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
    set(ZSTD_c_compressionLevel, to: Int32(min(max(level, Int(ZSTD_minCLevel())), Int(ZSTD_maxCLevel()))))
    set(ZSTD_c_checksumFlag, to: 1)
    // Every decompressor takes windows up to 8 MiB without being asked.
    if level >= 17 { set(ZSTD_c_windowLog, to: 23) }
    // A library that was built without threads refuses; it compresses on the caller's then.
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, Int32(threads))
    if let size { _ = unsafe ZSTD_CCtx_setPledgedSrcSize(context, UInt64(size)) }
  }

  deinit { unsafe ZSTD_freeCCtx(context) }

  private func set(_ parameter: ZSTD_cParameter, to value: Int32) {
    let code = unsafe ZSTD_CCtx_setParameter(context, parameter, value)
    precondition(ZSTD_isError(code) == 0, "libzstd refuses a parameter")
  }

  package func write(_ bytes: Span<UInt8>) throws {
    var position = 0
    while position < bytes.count {
      let (read, written, _) = try step(bytes, from: position, ZSTD_e_continue)
      position = read
      try give(written)
    }
  }

  /// Ends the frame. Nothing may be written afterwards.
  package func finish() throws {
    let nothing: [UInt8] = []
    while true {
      let (_, written, left) = try step(nothing.span, from: 0, ZSTD_e_end)
      try give(written)
      if left == 0 { return }
    }
  }

  private func give(_ count: Int) throws {
    guard count > 0 else { return }
    let full = output
    try sink(full.span.extracting(0..<count))
  }

  /// - Returns: how far the input was taken, how much output there is, and a hint of what is left to flush.
  private func step(_ bytes: Span<UInt8>, from position: Int, _ end: ZSTD_EndDirective) throws(ZstdError) -> (
    read: Int, written: Int, left: Int
  ) {
    var result = (read: position, written: 0, left: 0)
    var isFailed = false
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe output.withUnsafeMutableBufferPointer { output in
        var input = unsafe ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: position)
        var room = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let left = unsafe ZSTD_compressStream2(context, &room, &input, end)
        isFailed = ZSTD_isError(left) != 0
        result = unsafe (input.pos, room.pos, left)
      }
    }
    guard !isFailed else { throw .malformed("the library has no memory to compress with") }
    return result
  }
}
