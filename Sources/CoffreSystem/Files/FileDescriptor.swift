import CLinux
package import CoffreCore
import Glibc

/// An open file or directory, closed at the end of its life and never inherited by child processes.
package struct FileDescriptor: ~Copyable, Sendable {
  let number: Int32
  /// What it was opened with, for messages.
  package let path: PathBytes

  /// Takes over an open descriptor.
  init(adopting number: Int32, path: PathBytes) {
    self.number = number
    self.path = path
  }

  deinit { clinux_close(number) }

  package enum Access: Sendable {
    case reading, writing, readingAndWriting

    fileprivate var flag: Int32 {
      switch self {
      case .reading: O_RDONLY
      case .writing: O_WRONLY
      case .readingAndWriting: O_RDWR
      }
    }
  }

  package struct OpenOptions: OptionSet, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Makes the file if it does not exist.
    package static let create = OpenOptions(rawValue: 1)
    /// With `create`: fails if something has that name already, a dangling link included.
    package static let exclusive = OpenOptions(rawValue: 2)
    package static let truncate = OpenOptions(rawValue: 4)
    /// Fails if the last component is a symbolic link; links above it are followed.
    package static let noFollow = OpenOptions(rawValue: 8)
    /// Fails unless it is a directory.
    package static let directory = OpenOptions(rawValue: 16)
    /// Never waits for the other end of a fifo, nor for a device.
    package static let nonBlocking = OpenOptions(rawValue: 32)
    /// Leaves the access time alone, where that is permitted.
    package static let noAccessTime = OpenOptions(rawValue: 64)
    /// Every write goes to the end.
    package static let append = OpenOptions(rawValue: 128)
    /// Only as a base for names beneath and to be looked at: needs no permission to read, opens no device.
    package static let pathOnly = OpenOptions(rawValue: 256)

    fileprivate var flags: Int32 {
      var flags: Int32 = O_NOCTTY
      if contains(.create) { flags |= O_CREAT }
      if contains(.exclusive) { flags |= O_EXCL }
      if contains(.truncate) { flags |= O_TRUNC }
      if contains(.noFollow) { flags |= O_NOFOLLOW }
      if contains(.directory) { flags |= O_DIRECTORY }
      if contains(.nonBlocking) { flags |= O_NONBLOCK }
      if contains(.append) { flags |= O_APPEND }
      return flags
    }

    fileprivate var extra: Int32 {
      var extra: UInt32 = 0
      if contains(.noAccessTime) { extra |= CLINUX_OPEN_NO_ACCESS_TIME.rawValue }
      if contains(.pathOnly) { extra |= CLINUX_OPEN_PATH_ONLY.rawValue }
      return Int32(extra)
    }
  }
}

// MARK: Opening

extension FileDescriptor {
  /// Opens a path of any length.
  ///
  /// - Parameter permissions: of a file that is made, less the process's umask.
  package static func open(
    _ path: PathBytes, for access: Access, _ options: OpenOptions = [], permissions: UInt16 = 0o600
  ) throws(SystemError) -> FileDescriptor {
    let result = unsafe atPath(path) { directory, name in
      unsafe clinux_open(directory, name, access.flag | options.flags, options.extra, UInt32(permissions))
    }
    return FileDescriptor(adopting: Int32(try checked(result, "open", path)), path: path)
  }

  /// Opens a name beneath this directory.
  package func open(
    _ name: PathBytes, for access: Access, _ options: OpenOptions = [], permissions: UInt16 = 0o600
  ) throws(SystemError) -> FileDescriptor {
    let number = number
    let result = unsafe withCName(name) { name in
      unsafe clinux_open(number, name, access.flag | options.flags, options.extra, UInt32(permissions))
    }
    return FileDescriptor(adopting: Int32(try check(result, "open", name)), path: joined(path, name))
  }

  /// Opens a directory for listing and as a base for names beneath it. The path may have any length.
  package static func openDirectory(path: PathBytes) throws(SystemError) -> FileDescriptor {
    try open(path, for: .reading, .directory)
  }

  /// A second descriptor for the same open file: they share position and locks.
  package func duplicate() throws(SystemError) -> FileDescriptor {
    FileDescriptor(adopting: Int32(try check(clinux_duplicate(number), "duplicate")), path: path)
  }

  @discardableResult
  func check(_ result: Int, _ operation: String) throws(SystemError) -> Int {
    guard result < 0 else { return result }
    throw SystemError(code: Int32(truncatingIfNeeded: -result), operation: operation, path: path)
  }

  @discardableResult
  func check(_ result: Int, _ operation: String, _ name: PathBytes) throws(SystemError) -> Int {
    guard result < 0 else { return result }
    throw SystemError(code: Int32(truncatingIfNeeded: -result), operation: operation, path: joined(path, name))
  }
}

// MARK: Long paths

/// The longest path the kernel takes in one call, without the final NUL.
private let longestPath = 4095

/// Lends a directory and a path from there that is short enough for one system call.
///
/// - Returns: what `body` returned, or a negated error number.
func atPath(_ path: PathBytes, _ body: (Int32, UnsafePointer<CChar>) -> Int) -> Int {
  if path.count <= longestPath {
    return unsafe withCName(path) { unsafe body(clinux_working_directory(), $0) }
  }
  var directory = clinux_working_directory()
  defer { if directory >= 0 { clinux_close(directory) } }
  var rest = path[...]
  while rest.count > longestPath {
    guard let slash = rest.prefix(longestPath).lastIndex(of: UInt8(ascii: "/")) else { return Int(-ENAMETOOLONG) }
    let next = unsafe withCName(Array(rest[...slash])) { segment in
      unsafe clinux_open(directory, segment, O_DIRECTORY, Int32(CLINUX_OPEN_PATH_ONLY.rawValue), 0)
    }
    guard next >= 0 else { return next }
    if directory >= 0 { clinux_close(directory) }
    directory = Int32(next)
    // A slash at the front would make the rest absolute.
    rest = rest[(slash + 1)...].drop { $0 == UInt8(ascii: "/") }
  }
  return unsafe withCName(rest.isEmpty ? [UInt8(ascii: ".")] : Array(rest)) { unsafe body(directory, $0) }
}
