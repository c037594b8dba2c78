import CArchive
import CoffreCore
import CoffreSystem
import Glibc

/// libarchive's picture of an entry.
@safe struct EntryHeader: ~Copyable {
  private let header: OpaquePointer

  init(_ entry: ArchiveEntry, access: [AccessControlEntry], inherited: [AccessControlEntry]) {
    guard let header = unsafe archive_entry_new() else { preconditionFailure("out of memory") }
    unsafe self.header = header
    let isDirectory = entry.attributes.kind == .directory
    unsafe withCText(entry.path + (isDirectory ? [UInt8(ascii: "/")] : [])) {
      unsafe archive_entry_copy_pathname(header, $0)
    }
    set(entry.attributes)
    if let original = entry.hardLinkOf {
      unsafe withCText(original) { unsafe archive_entry_copy_hardlink(header, $0) }
      unsafe archive_entry_set_size(header, 0)
    }
    if entry.attributes.kind == .symlink {
      unsafe withCText(entry.details.linkTarget) { unsafe archive_entry_copy_symlink(header, $0) }
    }
    if !entry.userName.isEmpty {
      unsafe withCText(Array(entry.userName.utf8)) { unsafe archive_entry_copy_uname(header, $0) }
    }
    if !entry.groupName.isEmpty {
      unsafe withCText(Array(entry.groupName.utf8)) { unsafe archive_entry_copy_gname(header, $0) }
    }
    for attribute in entry.details.extendedAttributes {
      let value = attribute.value
      unsafe withCText(attribute.name) { name in
        unsafe value.withUnsafeBytes { unsafe archive_entry_xattr_add_entry(header, name, $0.baseAddress, $0.count) }
      }
    }
    add(access, type: 0x100)  // ARCHIVE_ENTRY_ACL_TYPE_ACCESS
    add(inherited, type: 0x200)  // ARCHIVE_ENTRY_ACL_TYPE_DEFAULT
  }

  deinit { unsafe archive_entry_free(header) }

  func write(to archive: OpaquePointer) -> Int32 { unsafe archive_write_header(archive, header) }

  private func set(_ attributes: EntryAttributes) {
    unsafe archive_entry_set_filetype(header, attributes.kind.modeBits)
    unsafe archive_entry_set_perm(header, mode_t(attributes.permissions))
    unsafe archive_entry_set_uid(header, Int64(attributes.userID))
    unsafe archive_entry_set_gid(header, Int64(attributes.groupID))
    unsafe archive_entry_set_size(header, attributes.kind == .file ? attributes.size : 0)
    let modified = HeaderTime(attributes.modified)
    let accessed = HeaderTime(attributes.accessed)
    let changed = HeaderTime(attributes.changed)
    unsafe archive_entry_set_mtime(header, modified.seconds, modified.nanoseconds)
    unsafe archive_entry_set_atime(header, accessed.seconds, accessed.nanoseconds)
    unsafe archive_entry_set_ctime(header, changed.seconds, changed.nanoseconds)
    if attributes.kind == .blockDevice || attributes.kind == .characterDevice {
      unsafe archive_entry_set_rdev(header, dev_t(attributes.deviceNumber))
    }
  }

  private func add(_ list: [AccessControlEntry], type: Int32) {
    for entry in list {
      let (tag, id) = entry.tag
      _ = unsafe archive_entry_acl_add_entry(header, type, Int32(entry.permissions), tag, id, nil)
    }
  }
}

/// A time as libarchive wants it so that the decimal number in the pax header is right: before 1970 it writes the fraction
/// behind the seconds as if both counted backwards.
private struct HeaderTime {
  let seconds: Int
  let nanoseconds: Int

  init(_ time: Timestamp) {
    guard time.seconds < 0, time.nanoseconds > 0 else {
      (seconds, nanoseconds) = (Int(time.seconds), Int(time.nanoseconds))
      return
    }
    seconds = Int(time.seconds) + 1
    // The last second before 1970 would lose its sign, so it loses its fraction.
    nanoseconds = seconds == 0 ? 0 : 1_000_000_000 - Int(time.nanoseconds)
  }
}

/// Lends bytes as a C string; the library copies it. What follows a NUL is lost: no name has one.
private func withCText(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Void) {
  let text = bytes + [0]
  unsafe text.withUnsafeBytes { buffer in
    guard let start = buffer.baseAddress else { return }
    unsafe body(start.assumingMemoryBound(to: CChar.self))
  }
}
