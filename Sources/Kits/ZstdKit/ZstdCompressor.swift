import CZstd
import CoffreCore

/// Compresses blobs, each into one zstd frame, with one reused context; used by one thread at a time.
///
/// Frames declare their content size, carry no checksum and have a window of at most 8 MiB: what every reader of the
/// restic format accepts (restic-format section 4.1).
@safe package final class ZstdCompressor {
  private let context: OpaquePointer
  private let leastSwift: Int
  private var isSwift = false

  /// - Parameters:
  ///   - level: as in libzstd, 1 to 22, negative for faster; clamped to what the library knows.
  ///   - leastSwift: so many bytes or more are searched for longer matches only, by one table that stays in the processor's
  ///     nearest cache. For levels 1 and 2: a tenth faster, one percent larger.
  package init(level: Int, swiftFrom leastSwift: Int = .max) {
    self.leastSwift = leastSwift
    guard let context = unsafe ZSTD_createCCtx() else { preconditionFailure("out of memory") }
    unsafe self.context = context
    let level = min(max(level, Int(ZSTD_minCLevel())), Int(ZSTD_maxCLevel()))
    set(ZSTD_c_compressionLevel, to: Int32(level))
    set(ZSTD_c_contentSizeFlag, to: 1)
    set(ZSTD_c_checksumFlag, to: 0)
    // From 20 on the library would go beyond 2^23, which 17 to 19 have anyway. It shrinks to fit a small source.
    if level >= 17 { set(ZSTD_c_windowLog, to: 23) }
  }

  deinit { unsafe ZSTD_freeCCtx(context) }

  private func set(_ parameter: ZSTD_cParameter, to value: Int32) {
    let code = unsafe ZSTD_CCtx_setParameter(context, parameter, value)
    precondition(ZSTD_isError(code) == 0, "libzstd refuses a parameter")
  }

  /// Appends one frame that holds `bytes` to `output`, whose capacity may grow by a little more than `bytes.count`.
  ///
  /// - Returns: the length of the frame.
  @discardableResult
  package func compress(_ bytes: Span<UInt8>, into output: inout [UInt8]) -> Int {
    if (bytes.count >= leastSwift) != isSwift {
      isSwift.toggle()
      // 0 is what the level has.
      set(ZSTD_c_strategy, to: isSwift ? Int32(bitPattern: ZSTD_fast.rawValue) : 0)
      set(ZSTD_c_hashLog, to: isSwift ? 15 : 0)
      set(ZSTD_c_minMatch, to: isSwift ? 7 : 0)
    }
    let before = output.count
    let bound = ZSTD_compressBound(bytes.count)
    output.append(addingCapacity: bound) { frame in
      unsafe frame.withUnsafeMutableBufferPointer { frame, initializedCount in
        unsafe bytes.withUnsafeBufferPointer { bytes in
          let count = unsafe ZSTD_compress2(context, frame.baseAddress, bound, bytes.baseAddress, bytes.count)
          precondition(ZSTD_isError(count) == 0, "libzstd has no memory to compress with")
          initializedCount = count
        }
      }
    }
    return output.count - before
  }
}
