package import CoffreCore
package import CoffreSystem

/// Whether a folder holds the files of a MariaDB or MySQL server that runs: copied one after the other while it writes to
/// them, they would be torn.
package enum RunningDatabase {
  /// Files that servers hold a lock on as long as they run: of Aria, and of InnoDB.
  private static let locked = ["aria_log_control", "ibdata1"].map { Array($0.utf8) }

  /// Whether a file of this name makes it worth to look.
  static func isMark(_ name: Span<UInt8>) -> Bool {
    locked.contains { mark in
      guard mark.count == name.count else { return false }
      for index in name.indices where name[index] != mark[index] { return false }
      return true
    }
  }

  package static func isServed(_ folder: PathBytes) throws(SystemError) -> Bool {
    try isServed(FileDescriptor.openDirectory(path: folder))
  }

  /// - Throws: if a file is there and cannot be looked at.
  static func isServed(_ folder: borrowing FileDescriptor) throws(SystemError) -> Bool {
    for name in locked {
      do throws(SystemError) {
        let file = try folder.open(name, for: .reading, [.nonBlocking, .noFollow])
        if try file.isLockedByOthers() { return true }
      } catch {
        if !error.isNotFound { throw error }
      }
    }
    return false
  }

  /// Holds off whoever would start a server on a folder: it finds the files in use, waits for them for a while, and gives up.
  ///
  /// - Returns: as long as this value lives nobody starts; `nil` if a server has the folder in use already.
  /// - Throws: if the files cannot be held, as where the file system knows no locks.
  package static func holdOff(_ folder: PathBytes) throws(SystemError) -> Hold? {
    let directory = try FileDescriptor.openDirectory(path: folder)
    var held: [HeldFile] = []
    for name in locked {
      do throws(SystemError) {
        let file = try directory.open(name, for: .reading, [.nonBlocking, .noFollow])
        guard try file.tryHoldingOffWriters() else { return nil }
        held.append(HeldFile(file))
      } catch {
        if !error.isNotFound { throw error }
      }
    }
    return Hold(held)
  }

  /// See `holdOff`.
  package final class Hold: Sendable {
    private let files: [HeldFile]

    fileprivate init(_ files: [HeldFile]) { self.files = files }

    /// Lets servers start again.
    package func release() { for file in files { file.release() } }
  }

  fileprivate final class HeldFile: Sendable {
    private let file: FileDescriptor

    init(_ file: consuming FileDescriptor) { self.file = file }

    func release() { try? file.letWritersIn() }
  }
}
