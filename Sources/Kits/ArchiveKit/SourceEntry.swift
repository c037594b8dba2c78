import CArchive
package import CoffreCore
import CoffreSystem
import Glibc

/// One entry that was read, with its access control lists beside its attributes.
package struct SourceEntry: Sendable {
  package var entry: ArchiveEntry
  package let access: [AccessControlEntry]
  /// Of directories: the list that new entries in them get.
  package let inherited: [AccessControlEntry]

  init(_ header: OpaquePointer) {
    let kind = unsafe Self.kind(of: header)
    let modified = Timestamp(
      seconds: Int64(unsafe archive_entry_mtime(header)),
      nanoseconds: Int32(clamping: unsafe archive_entry_mtime_nsec(header)))
    var attributes = EntryAttributes(
      kind: kind, permissions: UInt16(truncatingIfNeeded: unsafe archive_entry_perm(header)) & 0o7777,
      userID: UInt32(clamping: unsafe archive_entry_uid(header)),
      groupID: UInt32(clamping: unsafe archive_entry_gid(header)),
      size: kind == .file ? max(0, unsafe archive_entry_size(header)) : 0, modified: modified)
    if unsafe archive_entry_atime_is_set(header) != 0 {
      attributes.accessed = Timestamp(
        seconds: Int64(unsafe archive_entry_atime(header)),
        nanoseconds: Int32(clamping: unsafe archive_entry_atime_nsec(header)))
    }
    if kind == .blockDevice || kind == .characterDevice {
      attributes.deviceNumber = UInt64(unsafe archive_entry_rdev(header))
    }
    var entry = ArchiveEntry(
      path: unsafe Self.text(archive_entry_pathname(header)), attributes: attributes,
      userName: displayed(unsafe Self.text(archive_entry_uname(header))),
      groupName: displayed(unsafe Self.text(archive_entry_gname(header))))
    entry.hasSize = unsafe archive_entry_size_is_set(header) != 0
    entry.isEncrypted = unsafe archive_entry_is_encrypted(header) != 0
    entry.details.linkTarget = unsafe Self.text(archive_entry_symlink(header))
    if unsafe archive_entry_hardlink(header) != nil {
      entry.hardLinkOf = unsafe Self.text(archive_entry_hardlink(header))
    }
    entry.details.extendedAttributes = unsafe Self.extendedAttributes(of: header)
    access = unsafe Self.list(of: header, type: 0x100)
    // With a list, the group's bits of a mode are the list's mask (acl(5)); the library gives the owning group's line.
    if let mask = access.first(where: { $0.subject == .mask }) {
      entry.attributes.permissions = entry.attributes.permissions & ~0o070 | UInt16(mask.permissions) << 3
    }
    self.entry = entry
    inherited = unsafe Self.list(of: header, type: 0x200)
  }

  private static func kind(of header: OpaquePointer) -> EntryKind {
    switch unsafe archive_entry_filetype(header) {
    case S_IFDIR: .directory
    case S_IFLNK: .symlink
    case S_IFBLK: .blockDevice
    case S_IFCHR: .characterDevice
    case S_IFIFO: .fifo
    case S_IFSOCK: .socket
    default: .file
    }
  }

  private static func text(_ text: UnsafePointer<CChar>?) -> [UInt8] {
    guard let text = unsafe text else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }

  private static func extendedAttributes(of header: OpaquePointer) -> [ExtendedAttribute] {
    var found: [ExtendedAttribute] = []
    unsafe archive_entry_xattr_reset(header)
    while true {
      var name: UnsafePointer<CChar>?
      var value: UnsafeRawPointer?
      var count = 0
      guard unsafe archive_entry_xattr_next(header, &name, &value, &count) == ARCHIVE_OK else { break }
      let bytes = unsafe Array(UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : count))
      found.append(ExtendedAttribute(name: unsafe text(name), value: bytes))
    }
    // The library gives them last first.
    return found.reversed()
  }

  /// - Returns: `nil` if this machine knows no such account.
  private static func number(ofAccount name: UnsafePointer<CChar>?, isGroup: Bool) -> UInt32? {
    guard let name = unsafe name else { return nil }
    if let number = UInt32(displayed(unsafe text(name))) { return number }
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    if isGroup {
      var group = unsafe Glibc.group()
      var found: UnsafeMutablePointer<Glibc.group>?
      guard unsafe getgrnam_r(name, &group, &buffer, buffer.count, &found) == 0, unsafe found != nil else { return nil }
      return unsafe group.gr_gid
    }
    var user = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    guard unsafe getpwnam_r(name, &user, &buffer, buffer.count, &found) == 0, unsafe found != nil else { return nil }
    return unsafe user.pw_uid
  }

  private static func list(of header: OpaquePointer, type: Int32) -> [AccessControlEntry] {
    var list: [AccessControlEntry] = []
    guard unsafe archive_entry_acl_reset(header, type) > 0 else { return [] }
    while true {
      var kind: Int32 = 0
      var permissions: Int32 = 0
      var tag: Int32 = 0
      var id: Int32 = 0
      var name: UnsafePointer<CChar>?
      guard unsafe archive_entry_acl_next(header, type, &kind, &permissions, &tag, &id, &name) == ARCHIVE_OK else {
        break
      }
      // GNU tar writes names, and numbers where it knows none, without the number that POSIX asks for.
      if id == -1, tag == 10001 || tag == 10003 {
        guard let known = unsafe number(ofAccount: name, isGroup: tag == 10003) else { continue }
        id = Int32(bitPattern: known)
      }
      guard let subject = AccessControlEntry.Subject(tag: tag, id: id), (0..<8).contains(permissions) else { continue }
      list.append(AccessControlEntry(subject, permissions: UInt8(permissions)))
    }
    return list
  }
}

extension AccessControlEntry.Subject {
  /// By the tag and id of libarchive (archive_entry_acl(3)).
  fileprivate init?(tag: Int32, id: Int32) {
    switch tag {
    case 10001: self = .user(UInt32(bitPattern: id))
    case 10002: self = .owner
    case 10003: self = .group(UInt32(bitPattern: id))
    case 10004: self = .owningGroup
    case 10005: self = .mask
    case 10006: self = .other
    default: return nil
    }
  }
}
