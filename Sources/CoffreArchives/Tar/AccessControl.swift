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

  /// The lists as the attributes that the kernel takes; lists that say no more than permissions do are left out.
  static func attributes(_ access: [AccessControlEntry], _ inherited: [AccessControlEntry]) -> [ExtendedAttribute] {
    var attributes: [ExtendedAttribute] = []
    if access.count > 3 { attributes.append(ExtendedAttribute(name: accessName, value: encoded(access))) }
    if !inherited.isEmpty { attributes.append(ExtendedAttribute(name: inheritedName, value: encoded(inherited))) }
    return attributes
  }

  /// The kernel wants lines in the order of their tags, then of their ids.
  private static func encoded(_ list: [AccessControlEntry]) -> [UInt8] {
    let lines = list.map { entry -> (tag: UInt16, permissions: UInt8, id: UInt32) in
      switch entry.subject {
      case .owner: (0x01, entry.permissions, .max)
      case .user(let id): (0x02, entry.permissions, id)
      case .owningGroup: (0x04, entry.permissions, .max)
      case .group(let id): (0x08, entry.permissions, id)
      case .mask: (0x10, entry.permissions, .max)
      case .other: (0x20, entry.permissions, .max)
      }
    }
    var bytes: [UInt8] = [UInt8(version), 0, 0, 0]
    for line in lines.sorted(by: { ($0.tag, $0.id) < ($1.tag, $1.id) }) {
      bytes += [UInt8(line.tag), 0, line.permissions, 0]
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: line.id >> (8 * UInt32($0))) }
    }
    return bytes
  }

  private static func number(in bytes: Span<UInt8>, at offset: Int, width: Int) -> UInt32 {
    var value: UInt32 = 0
    for index in (offset..<(offset + width)).reversed() { value = value << 8 | UInt32(bytes[index]) }
    return value
  }
}
