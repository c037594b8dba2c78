/// One line of a POSIX access control list (acl(5)).
package struct AccessControlEntry: Sendable, Hashable {
  package enum Subject: Sendable, Hashable {
    case owner, owningGroup, mask, other
    case user(UInt32)
    case group(UInt32)
  }

  package let subject: Subject
  /// Read 4, write 2, execute 1.
  package let permissions: UInt8

  /// - Precondition: `permissions` is at most 7.
  package init(_ subject: Subject, permissions: UInt8) {
    precondition(permissions < 8, "permissions are three bits")
    self.subject = subject
    self.permissions = permissions
  }

  /// The tag and id of libarchive (archive_entry_acl(3)).
  var tag: (Int32, id: Int32) {
    switch subject {
    case .user(let id): (10001, Int32(truncatingIfNeeded: id))
    case .owner: (10002, -1)
    case .group(let id): (10003, Int32(truncatingIfNeeded: id))
    case .owningGroup: (10004, -1)
    case .mask: (10005, -1)
    case .other: (10006, -1)
    }
  }
}
