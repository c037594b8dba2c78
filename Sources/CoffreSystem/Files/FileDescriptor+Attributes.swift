import CLinux
package import CoffreCore
import Glibc

extension FileDescriptor {
  package func attributes() throws(SystemError) -> EntryAttributes {
    var found = clinux_attributes()
    try check(unsafe clinux_attributes_of(number, &found), "look at")
    return EntryAttributes(found)
  }

  /// Of a name beneath this directory; a symbolic link is not followed.
  package func attributes(of name: PathBytes) throws(SystemError) -> EntryAttributes {
    var found = clinux_attributes()
    let number = number
    try check(unsafe withCName(name) { unsafe clinux_attributes_at(number, $0, 0, &found) }, "look at", name)
    return EntryAttributes(found)
  }

  package enum LinkRule: Sendable {
    case following, notFollowing
  }

  /// Of a path of any length.
  package static func attributes(
    ofPath path: PathBytes, _ rule: LinkRule = .notFollowing
  ) throws(SystemError) -> EntryAttributes {
    var found = clinux_attributes()
    let result = unsafe atPath(path) { directory, name in
      unsafe clinux_attributes_at(directory, name, rule == .following ? 1 : 0, &found)
    }
    try checked(result, "look at", path)
    return EntryAttributes(found)
  }

  package func setOwner(user: UInt32, group: UInt32) throws(SystemError) {
    try check(clinux_set_owner(number, nil, user, group), "set the owner of")
  }

  /// - Parameter permissions: exactly these; the umask does not count.
  package func setPermissions(_ permissions: UInt16) throws(SystemError) {
    try check(clinux_set_permissions(number, nil, UInt32(permissions)), "set the permissions of")
  }

  package func setTimes(accessed: Timestamp, modified: Timestamp) throws(SystemError) {
    try check(
      clinux_set_times(
        number, nil, accessed.seconds, accessed.nanoseconds, modified.seconds, modified.nanoseconds),
      "set the times of")
  }

  /// Of a name beneath; of a symbolic link itself.
  package func setOwner(user: UInt32, group: UInt32, of name: PathBytes) throws(SystemError) {
    let number = number
    try check(
      unsafe withCName(name) { unsafe clinux_set_owner(number, $0, user, group) }, "set the owner of", name)
  }

  /// Of a name beneath. Symbolic links have no permissions: for them `isUnsupported` is thrown.
  package func setPermissions(_ permissions: UInt16, of name: PathBytes) throws(SystemError) {
    let number = number
    try check(
      unsafe withCName(name) { unsafe clinux_set_permissions(number, $0, UInt32(permissions)) },
      "set the permissions of", name)
  }

  /// Of a name beneath; of a symbolic link itself.
  package func setTimes(accessed: Timestamp, modified: Timestamp, of name: PathBytes) throws(SystemError) {
    let number = number
    let result = unsafe withCName(name) { name in
      unsafe clinux_set_times(
        number, name, accessed.seconds, accessed.nanoseconds, modified.seconds, modified.nanoseconds)
    }
    try check(result, "set the times of", name)
  }
}

extension EntryAttributes {
  init(_ found: clinux_attributes) {
    let kind = EntryKind(mode: found.mode)
    self.init(
      kind: kind, permissions: UInt16(truncatingIfNeeded: found.mode & 0o7777), userID: found.user,
      groupID: found.group, size: kind == .file ? found.size : 0,
      modified: Timestamp(found.modified, found.modified_nanoseconds),
      accessed: Timestamp(found.accessed, found.accessed_nanoseconds),
      changed: Timestamp(found.changed, found.changed_nanoseconds), inode: found.inode, device: found.device,
      links: found.links,
      deviceNumber: kind == .blockDevice || kind == .characterDevice ? found.device_number : 0)
  }
}

extension EntryKind {
  /// What has no type, as the kernel's anonymous inodes, counts as a file.
  fileprivate init(mode: UInt32) {
    self =
      switch mode & S_IFMT {
      case S_IFDIR: .directory
      case S_IFLNK: .symlink
      case S_IFBLK: .blockDevice
      case S_IFCHR: .characterDevice
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      default: .file
      }
  }

  /// The type as `st_mode` has it (stat(2)).
  package var modeBits: UInt32 {
    switch self {
    case .file: S_IFREG
    case .directory: S_IFDIR
    case .symlink: S_IFLNK
    case .blockDevice: S_IFBLK
    case .characterDevice: S_IFCHR
    case .fifo: S_IFIFO
    case .socket: S_IFSOCK
    }
  }
}

extension Timestamp {
  /// A broken file system may tell any number of nanoseconds.
  fileprivate init(_ seconds: Int64, _ nanoseconds: UInt32) {
    self.init(seconds: seconds, nanoseconds: Int32(min(nanoseconds, 999_999_999)))
  }
}
