import CLinux
package import CoffreCore
import Glibc

/// Lists directories through one buffer that is used again: no allocation per entry.
@safe package struct DirectoryReader: ~Copyable {
  private static let capacity = 64 * 1024
  private let buffer: UnsafeMutableRawPointer

  package init() { unsafe buffer = .allocate(byteCount: Self.capacity, alignment: 8) }

  deinit { unsafe buffer.deallocate() }

  /// Calls `each` for every entry but `.` and `..`, with attributes or the reason why there are none.
  ///
  /// - Parameter filter: asked by name before the attributes are read.
  package func listEntries(
    of directory: borrowing FileDescriptor, filter: (Span<UInt8>) -> Bool = { _ in true },
    _ each: (Span<UInt8>, EntryAttributes?, SystemError?) -> Void
  ) throws(SystemError) {
    let number = directory.number
    let path = directory.path
    let result = unsafe forEachRecord(of: number) { start, length, _ in
      let name = unsafe UnsafeBufferPointer(
        start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: length)
      guard unsafe filter(name.span) else { return }
      var found = clinux_attributes()
      let result = unsafe clinux_attributes_at(number, start, 0, &found)
      if result < 0 {
        let error = unsafe SystemError(
          code: Int32(truncatingIfNeeded: -result), operation: "look at", path: joined(path, name))
        unsafe each(name.span, nil, error)
      } else {
        unsafe each(name.span, EntryAttributes(found), nil)
      }
    }
    try checked(result, "list", path)
  }

  /// Calls `each` for every name but `.` and `..`, with its kind where the file system tells it in passing.
  package func listNames(
    of directory: borrowing FileDescriptor, _ each: (Span<UInt8>, EntryKind?) -> Void
  ) throws(SystemError) {
    let result = unsafe forEachRecord(of: directory.number) { start, length, type in
      let name = unsafe UnsafeBufferPointer(
        start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: length)
      unsafe each(name.span, EntryKind(recordType: type))
    }
    try checked(result, "list", directory.path)
  }

  /// Walks the kernel's records (getdents64(2)): inode, offset, length of the record at 16, type at 18, name from 19.
  private func forEachRecord(of directory: Int32, _ body: (UnsafePointer<CChar>, Int, UInt8) -> Void) -> Int {
    let rewound = clinux_seek_to_start(directory)
    guard rewound >= 0 else { return rewound }
    while true {
      let filled = unsafe clinux_list(directory, buffer, Self.capacity)
      guard filled > 0 else { return filled }
      var position = 0
      while position < filled {
        let record = unsafe buffer + position
        position += Int(unsafe record.load(fromByteOffset: 16, as: UInt16.self))
        let name = unsafe UnsafePointer((record + 19).assumingMemoryBound(to: CChar.self))
        let length = Int(unsafe strlen(name))
        let isDot = unsafe name[0] == 46 && (length == 1 || length == 2 && name[1] == 46)
        if !isDot { unsafe body(name, length, record.load(fromByteOffset: 18, as: UInt8.self)) }
      }
    }
  }
}

extension FileDescriptor {
  /// Lists this directory; see `DirectoryReader`, which does the same for many directories with one buffer.
  package func listEntries(
    filter: (Span<UInt8>) -> Bool = { _ in true }, _ each: (Span<UInt8>, EntryAttributes?, SystemError?) -> Void
  ) throws(SystemError) {
    try DirectoryReader().listEntries(of: self, filter: filter, each)
  }

  /// The names in this directory, in no order, without `.` and `..`.
  package func entryNames() throws(SystemError) -> [PathBytes] {
    var names: [PathBytes] = []
    try DirectoryReader().listNames(of: self) { name, _ in
      var copy = PathBytes()
      append(name, to: &copy)
      names.append(copy)
    }
    return names
  }
}

extension EntryKind {
  /// The DT_ constants of dirent.h, which are the file types of stat(2) shifted by twelve bits.
  fileprivate init?(recordType: UInt8) {
    switch UInt32(recordType) << 12 {
    case S_IFREG: self = .file
    case S_IFDIR: self = .directory
    case S_IFLNK: self = .symlink
    case S_IFBLK: self = .blockDevice
    case S_IFCHR: self = .characterDevice
    case S_IFIFO: self = .fifo
    case S_IFSOCK: self = .socket
    default: return nil
    }
  }
}
