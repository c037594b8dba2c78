import ArchiveKit
import CoffreCore

/// The access control lists of one entry, taken out of its extended attributes.
struct AccessControl {
  var access: [AccessControlEntry] = []
  var inherited: [AccessControlEntry] = []

  private static let accessName = Array("system.posix_acl_access".utf8)
  private static let inheritedName = Array("system.posix_acl_default".utf8)
  private static let version: UInt32 = 2

  init() {}

  /// tar has its own words for them (`SCHILY.acl.access`), which every tar reads; what cannot be understood stays an
  /// extended attribute.
  init(takenFrom attributes: inout [ExtendedAttribute]) {
    attributes = attributes.filter { attribute in
      guard let list = Self.list(of: attribute) else { return true }
      if attribute.name == Self.accessName { access = list } else { inherited = list }
      return false
    }
  }

  private static func list(of attribute: ExtendedAttribute) -> [AccessControlEntry]? {
    guard attribute.name == accessName || attribute.name == inheritedName else { return nil }
    return list(decoding: attribute.value)
  }

  /// Reads what the kernel keeps: a version, then tag, permissions and id of each line, little-endian
  /// (linux/posix_acl_xattr.h).
  static func list(decoding bytes: [UInt8]) -> [AccessControlEntry]? {
    let bytes = bytes.span
    guard bytes.count >= 4, bytes.count % 8 == 4, number(in: bytes, at: 0, width: 4) == version else { return nil }
    var list: [AccessControlEntry] = []
    for offset in stride(from: 4, to: bytes.count, by: 8) {
      let permissions = number(in: bytes, at: offset + 2, width: 2)
      guard permissions < 8 else { return nil }
      let id = number(in: bytes, at: offset + 4, width: 4)
      let subject: AccessControlEntry.Subject
      switch number(in: bytes, at: offset, width: 2) {
      case 0x01: subject = .owner
      case 0x02: subject = .user(id)
      case 0x04: subject = .owningGroup
      case 0x08: subject = .group(id)
      case 0x10: subject = .mask
      case 0x20: subject = .other
      default: return nil
      }
      list.append(AccessControlEntry(subject, permissions: UInt8(permissions)))
    }
    return list
  }

  private static func number(in bytes: Span<UInt8>, at offset: Int, width: Int) -> UInt32 {
    var value: UInt32 = 0
    for index in (offset..<(offset + width)).reversed() { value = value << 8 | UInt32(bytes[index]) }
    return value
  }
}
