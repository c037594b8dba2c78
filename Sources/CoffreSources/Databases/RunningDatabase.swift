import CoffreCore
import CoffreSystem

/// Whether a folder holds the files of a MariaDB or MySQL server that runs: copied one after the other while it writes to
/// them, they would be torn.
enum RunningDatabase {
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

  static func isServed(_ folder: PathBytes) throws(SystemError) -> Bool {
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
}
