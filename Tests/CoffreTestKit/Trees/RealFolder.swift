import Glibc

// Swift's Glibc module lacks <sys/xattr.h>. The functions take and return words only, where both calling conventions agree.
@_silgen_name("lsetxattr") private func systemSetAttribute(
  _ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>, _ value: UnsafeRawPointer?, _ size: Int, _ flags: Int32
) -> Int32
@_silgen_name("lgetxattr") private func systemGetAttribute(
  _ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>, _ value: UnsafeMutableRawPointer?, _ size: Int
) -> Int
@_silgen_name("llistxattr") private func systemListAttributes(
  _ path: UnsafePointer<CChar>, _ list: UnsafeMutablePointer<CChar>?, _ size: Int
) -> Int

/// An open folder of the real file system. Its names are bytes; nothing here uses product code, so that tests of the
/// product can rely on it. Everything happens relative to the descriptor: paths may be of any length.
package final class RealFolder {
  package let descriptor: Int32

  package init(_ path: String) throws {
    descriptor = try unsafe checked(
      open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", Array(path.utf8))
  }

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  package func folder(_ name: [UInt8]) throws -> RealFolder {
    RealFolder(
      descriptor: try unsafe call("open", name) {
        unsafe openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      })
  }

  /// Calls the system with a name as C wants it.
  @discardableResult
  private func call<Number: BinaryInteger>(
    _ operation: String, _ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Number
  ) throws -> Number {
    let terminated = (name + [0]).map { CChar(bitPattern: $0) }
    return try unsafe checked(
      terminated.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return -1 }
        return unsafe body(base)
      }, operation, name)
  }
}

// MARK: Making

extension RealFolder {
  @discardableResult
  package func makeFolder(_ name: [UInt8], mode: UInt32 = 0o755) throws -> RealFolder {
    try unsafe call("mkdir", name) { unsafe mkdirat(descriptor, $0, mode) }
    return try folder(name)
  }

  /// - Parameter hole: bytes of nothing before the content.
  package func makeFile(_ name: [UInt8], _ bytes: [UInt8] = [], mode: UInt32 = 0o644, hole: Int = 0, tail: Int = 0)
    throws
  {
    let file = try unsafe call("create", name) {
      unsafe openat(descriptor, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    }
    defer { close(file) }
    var rest = bytes[...]
    var offset = hole
    while !rest.isEmpty {
      let count = try unsafe checked(
        rest.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, offset) }, "write", name)
      rest = rest.dropFirst(count)
      offset += count
    }
    if offset + tail > bytes.count { try checked(ftruncate(file, offset + tail), "truncate", name) }
    try setMode(name, mode)
  }

  package func makeSymlink(_ name: [UInt8], to target: [UInt8]) throws {
    let terminated = (target + [0]).map { CChar(bitPattern: $0) }
    try unsafe call("symlink", name) { unsafe symlinkat(terminated, descriptor, $0) }
  }

  package func makeLink(_ name: [UInt8], to old: [UInt8], in folder: RealFolder) throws {
    let terminated = (old + [0]).map { CChar(bitPattern: $0) }
    try unsafe call("link", name) { unsafe linkat(folder.descriptor, terminated, descriptor, $0, 0) }
  }

  /// FIFO, device or socket: `mode` with its type bits.
  package func makeNode(_ name: [UInt8], mode: UInt32, device: UInt64 = 0) throws {
    try unsafe call("mknod", name) { unsafe mknodat(descriptor, $0, mode, UInt(device)) }
  }

  package func setMode(_ name: [UInt8], _ mode: UInt32) throws {
    try unsafe call("chmod", name) { unsafe fchmodat(descriptor, $0, mode, 0) }
  }

  package func setOwner(_ name: [UInt8], user: UInt32, group: UInt32) throws {
    try unsafe call("chown", name) { unsafe fchownat(descriptor, $0, user, group, AT_SYMLINK_NOFOLLOW) }
  }

  /// Sets modification and access time.
  package func setTime(_ name: [UInt8], seconds: Int, nanoseconds: Int = 0) throws {
    let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
    let times = [time, time]
    try unsafe call("utimensat", name) { unsafe utimensat(descriptor, $0, times, AT_SYMLINK_NOFOLLOW) }
  }

  package func setAttribute(_ name: [UInt8], _ attribute: String, _ value: [UInt8]) throws {
    try unsafe call("setxattr \(attribute)", reached(name)) {
      unsafe systemSetAttribute($0, attribute, value, value.count, 0)
    }
  }

  /// A path by which the calls that know no descriptor reach an entry, at any depth.
  private func reached(_ name: [UInt8]) -> [UInt8] { Array("/proc/self/fd/\(descriptor)/".utf8) + name }
}

// MARK: Looking

extension RealFolder {
  package func names() throws -> [[UInt8]] {
    let copy = try checked(dup(descriptor), "dup", [])
    guard let stream = unsafe fdopendir(copy) else { throw SystemCallFailed(call: "list", subject: "", code: errno) }
    defer { unsafe closedir(stream) }
    unsafe rewinddir(stream)
    var names: [[UInt8]] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in unsafe Array(bytes.prefix { $0 != 0 }) }
      if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
    }
    return names
  }

  package func status(_ name: [UInt8]) throws -> RealStatus {
    var status = stat()
    try unsafe call("stat", name) { unsafe fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }
    return RealStatus(status)
  }

  package func ownStatus() throws -> RealStatus {
    var status = stat()
    try unsafe checked(fstat(descriptor, &status), "stat", [])
    return RealStatus(status)
  }

  package func linkTarget(_ name: [UInt8]) throws -> [UInt8] {
    var target = [UInt8](repeating: 0, count: 8192)
    let count = try unsafe call("readlink", name) { name in
      unsafe target.withUnsafeMutableBytes { bytes -> Int in
        guard let base = bytes.baseAddress else { return -1 }
        return unsafe readlinkat(descriptor, name, base.assumingMemoryBound(to: CChar.self), bytes.count)
      }
    }
    return Array(target[..<count])
  }

  package func attributes(_ name: [UInt8]) throws -> [String: [UInt8]] {
    var list = [CChar](repeating: 0, count: 65536)
    let path = reached(name)
    let count: Int
    do {
      count = try unsafe call("llistxattr", path) { unsafe systemListAttributes($0, &list, list.count) }
    } catch let error as SystemCallFailed where error.code == EOPNOTSUPP {
      return [:]
    }
    let names = list[..<count].split(separator: 0).map {
      String(decoding: $0.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    var result: [String: [UInt8]] = [:]
    for attribute in names {
      var value = [UInt8](repeating: 0, count: 65536)
      let size = try unsafe call("lgetxattr \(attribute)", path) {
        unsafe systemGetAttribute($0, attribute, &value, value.count)
      }
      result[attribute] = Array(value[..<size])
    }
    return result
  }

  /// An open file, or rather its number; the caller closes it.
  func openFile(_ name: [UInt8]) throws -> Int32 {
    try unsafe call("open", name) { unsafe openat(descriptor, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
  }

  func remove(_ name: [UInt8], isFolder: Bool) throws {
    try unsafe call("unlink", name) { unsafe unlinkat(descriptor, $0, isFolder ? AT_REMOVEDIR : 0) }
  }
}

/// What `lstat` says of an entry.
package struct RealStatus: Sendable, Hashable {
  package enum Kind: String, Sendable { case file, folder, symlink, fifo, blockDevice, characterDevice, socket, other }

  package let kind: Kind
  /// Permissions with setuid, setgid and sticky.
  package let mode: UInt32
  package let userID: UInt32
  package let groupID: UInt32
  package let size: Int
  package let seconds: Int
  package let nanoseconds: Int
  package let deviceNumber: UInt64
  package let inode: UInt64
  package let device: UInt64
  package let links: UInt64
  /// Of 512 bytes.
  package let blocks: Int

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .symlink
    case S_IFIFO: kind = .fifo
    case S_IFBLK: kind = .blockDevice
    case S_IFCHR: kind = .characterDevice
    case S_IFSOCK: kind = .socket
    default: kind = .other
    }
    mode = status.st_mode & 0o7777
    userID = status.st_uid
    groupID = status.st_gid
    size = status.st_size
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
    deviceNumber = UInt64(status.st_rdev)
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
    links = UInt64(status.st_nlink)
    blocks = status.st_blocks
  }
}

/// - Throws: if there is nothing.
package func realStatus(_ path: String) throws -> RealStatus {
  var status = stat()
  try unsafe checked(lstat(path, &status), "stat", Array(path.utf8))
  return RealStatus(status)
}

/// Removes a tree of any depth; nothing there is a success.
package func removeRealTree(_ path: String) throws {
  guard realEntryExists(path) else { return }
  guard try realStatus(path).kind == .folder else {
    try unsafe checked(unlink(path), "unlink", Array(path.utf8))
    return
  }
  try removeContents(of: RealFolder(path))
  try unsafe checked(rmdir(path), "rmdir", Array(path.utf8))
}

private func removeContents(of folder: RealFolder) throws {
  for name in try folder.names() {
    let isFolder = try folder.status(name).kind == .folder
    if isFolder {
      if !isRoot { try? folder.setMode(name, 0o700) }
      try removeContents(of: folder.folder(name))
    }
    try folder.remove(name, isFolder: isFolder)
  }
}
