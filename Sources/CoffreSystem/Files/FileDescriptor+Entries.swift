import CLinux
package import CoffreCore
import Glibc

/// Making, removing and renaming beneath a directory. Nothing here follows a symbolic link in the last place.
///
/// - Note: a name is one component; that is the caller's to check.
extension FileDescriptor {
  /// - Parameter permissions: less the process's umask.
  package func makeDirectory(_ name: PathBytes, permissions: UInt16 = 0o700) throws(SystemError) {
    let number = number
    try check(
      unsafe withCName(name) { unsafe clinux_make_directory(number, $0, UInt32(permissions)) }, "make directory", name)
  }

  package func makeSymlink(to target: [UInt8], named name: PathBytes) throws(SystemError) {
    let number = number
    try check(
      unsafe withCNames(target, name) { unsafe clinux_make_symlink($0, number, $1) }, "make symbolic link", name)
  }

  /// - Parameter original: a name beneath `directory`.
  package func makeHardLink(
    of directory: borrowing FileDescriptor, _ original: PathBytes, named name: PathBytes
  ) throws(SystemError) {
    let number = number
    let from = directory.number
    try check(
      unsafe withCNames(original, name) { unsafe clinux_make_hard_link(from, $0, number, $1) }, "make hard link", name)
  }

  /// Makes a device, a fifo, a socket's file or an empty file.
  ///
  /// - Parameter permissions: less the process's umask.
  /// - Parameter deviceNumber: of block and character devices, in the kernel's encoding.
  package func makeDevice(
    _ kind: EntryKind, permissions: UInt16, deviceNumber: UInt64 = 0, named name: PathBytes
  ) throws(SystemError) {
    let number = number
    let mode = kind.modeBits | UInt32(permissions)
    try check(unsafe withCName(name) { unsafe clinux_make_node(number, $0, mode, deviceNumber) }, "make device", name)
  }

  package func removeFile(_ name: PathBytes) throws(SystemError) {
    let number = number
    try check(unsafe withCName(name) { unsafe clinux_remove(number, $0, 0) }, "remove", name)
  }

  /// - Precondition: it is empty; otherwise `isNotEmpty` is thrown.
  package func removeDirectory(_ name: PathBytes) throws(SystemError) {
    let number = number
    try check(unsafe withCName(name) { unsafe clinux_remove(number, $0, 1) }, "remove directory", name)
  }

  /// - Parameter replacing: whether what has the new name is replaced; if not, `isExisting` is thrown.
  package func rename(
    _ name: PathBytes, to directory: borrowing FileDescriptor, _ newName: PathBytes, replacing: Bool
  ) throws(SystemError) {
    let number = number
    let target = directory.number
    let result = unsafe withCNames(name, newName) { name, newName in
      unsafe clinux_rename(number, name, target, newName, replacing ? 1 : 0)
    }
    try check(result, "rename", name)
  }

  /// The target of a symbolic link, of any length.
  package func readLink(_ name: PathBytes) throws(SystemError) -> [UInt8] {
    let number = number
    var target: [UInt8] = []
    let result = unsafe withCName(name) { name in
      let (bytes, result) = unsafe grownBytes(startingWith: 256, fillsExactly: false) { buffer in
        guard let start = buffer.baseAddress else { return 0 }
        return unsafe clinux_read_link(number, name, start, buffer.count)
      }
      target = bytes
      return result
    }
    try check(result, "read link", name)
    return target
  }
}
