import CLinux
package import CoffreCore
import Glibc

/// A system call that failed.
package struct SystemError: Error, Sendable, Hashable {
  /// The system's error number.
  package let code: Int32
  /// `open`, `read`, `rename`…: completes "cannot … 'path'".
  package let operation: String
  /// As far as it is known: beneath a directory descriptor, what that was opened with and the name.
  package let path: PathBytes

  package init(code: Int32, operation: String, path: PathBytes) {
    self.code = code
    self.operation = operation
    self.path = path
  }

  /// As the system says it in English; other languages have entries for what is usual.
  package var cause: Message {
    guard let text = unsafe clinux_error_text(code) else { return "system error \(code)" }
    return .word(unsafe String(cString: text))
  }
}

extension SystemError {
  /// Nothing is there, or something above it is no directory.
  package var isNotFound: Bool { code == ENOENT || code == ENOTDIR }
  package var isExisting: Bool { code == EEXIST }
  package var isNotEmpty: Bool { code == ENOTEMPTY }
  /// The file system, the quota or the greatest file size is reached.
  package var isNoSpace: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }
  package var isNoPermission: Bool { code == EACCES || code == EPERM }
  package var isReadOnly: Bool { code == EROFS }
  /// Opening without following met a symbolic link. With the `directory` option the system says "not a directory".
  package var isLoop: Bool { code == ELOOP }
  package var isNotDirectory: Bool { code == ENOTDIR }
  /// The file system or the kernel cannot do this at all.
  package var isUnsupported: Bool { code == ENOTSUP || code == EOPNOTSUPP || code == ENOSYS }
  /// Such an operation, or such an argument of it, makes no sense there.
  var isInvalid: Bool { code == EINVAL }
  /// The other end of the pipe is closed.
  package var isBrokenPipe: Bool { code == EPIPE }
  /// Too many files are open, in this process or in the whole system.
  package var isTooManyFiles: Bool { code == EMFILE || code == ENFILE }
  /// What is to be renamed or linked would leave its file system.
  package var isOtherFileSystem: Bool { code == EXDEV }
  /// Something is mounted there whose program is gone.
  package var isNotConnected: Bool { code == ENOTCONN }
  /// A network, a server or a device does not answer: what file systems of the network say when it is away.
  package var isOfAbsentShare: Bool {
    let codes: [Int32] = [
      EIO, ESTALE, ENOTCONN, EHOSTDOWN, EHOSTUNREACH, ENETDOWN, ENETUNREACH, ETIMEDOUT, ECONNRESET, ECONNABORTED,
      ECONNREFUSED, ENODEV, ENXIO, EREMOTEIO, ESHUTDOWN,
    ]
    return codes.contains(code)
  }
  package var isInterrupted: Bool { code == EINTR }
}

extension SystemError: Explained {
  package var explanation: Explanation {
    Explanation(
      path.isEmpty
        ? "cannot \(.word(operation))" : "cannot \(.word(operation)) '\(displayed(path))'", because: cause)
  }

  package var exitCode: ExitCode {
    if isNoSpace { return .noSpace }
    if isNoPermission { return .noPermission }
    return isInterrupted ? .interrupted : .failed
  }
}

/// What a C function answered, unless it was a negated error number.
@discardableResult
func checked(_ result: Int, _ operation: String, _ path: PathBytes) throws(SystemError) -> Int {
  guard result < 0 else { return result }
  throw SystemError(code: Int32(truncatingIfNeeded: -result), operation: operation, path: path)
}

extension SystemError {
  /// Something took the place of what was expected.
  package static func notFound(_ path: PathBytes) -> SystemError {
    SystemError(code: ENOENT, operation: "open", path: path)
  }

  package static func notADirectory(_ path: PathBytes) -> SystemError {
    SystemError(code: ENOTDIR, operation: "open", path: path)
  }

  package static func notEmpty(_ path: PathBytes) -> SystemError {
    SystemError(code: ENOTEMPTY, operation: "use", path: path)
  }

  package static func alreadyExists(_ path: PathBytes) -> SystemError {
    SystemError(code: EEXIST, operation: "create", path: path)
  }
}
