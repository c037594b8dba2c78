import CFuse
import CoffreSystem
import Glibc
import Synchronization

/// What libfuse says goes to our log instead of standard error; the last complaint becomes the cause of an error.
enum FuseLog {
  private static let lastComplaint = Mutex("")

  /// For the whole process, as libfuse wants it.
  static func takeOver() {
    unsafe fuse_set_log_func { level, format, arguments in
      guard let format = unsafe format, let arguments = unsafe arguments else { return }
      var text = [CChar](repeating: 0, count: 1024)
      unsafe vsnprintf(&text, text.count, format, arguments)
      let line = String(decoding: text.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if level.rawValue <= FUSE_LOG_ERR.rawValue { FuseLog.lastComplaint.withLock { $0 = line } }
      log.debug("libfuse says", ["text": line])
    }
  }

  /// Forgets it.
  static func takeComplaint() -> String {
    lastComplaint.withLock { complaint in
      defer { complaint = "" }
      return complaint
    }
  }
}
