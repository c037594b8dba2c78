import CLinux
import CoffreCore
import Synchronization

/// The names of users and groups, each looked up once.
package final class AccountNames: Sendable {
  private struct Known {
    var users: [UInt32: String] = [:]
    var groups: [UInt32: String] = [:]
  }

  private let known = Mutex(Known())

  package init() {}

  /// - Returns: `""` if no user has this id.
  package func userName(of id: UInt32) -> String {
    if let name = known.withLock({ $0.users[id] }) { return name }
    // Outside the lock: a directory server may take its time.
    let name = unsafe lookedUp { unsafe clinux_user_name(id, $0, $1) }
    known.withLock { $0.users[id] = name }
    return name
  }

  /// - Returns: `""` if no group has this id.
  package func groupName(of id: UInt32) -> String {
    if let name = known.withLock({ $0.groups[id] }) { return name }
    let name = unsafe lookedUp { unsafe clinux_group_name(id, $0, $1) }
    known.withLock { $0.groups[id] = name }
    return name
  }
}

/// The name of the user whose rights this process has; `""` if there is none.
package func currentUserName() -> String { AccountNames().userName(of: effectiveUserID) }

private func lookedUp(_ lookUp: (UnsafeMutableRawPointer, Int) -> Int) -> String {
  let (bytes, result) = unsafe grownBytes(startingWith: 256, fillsExactly: true) { buffer in
    guard let start = buffer.baseAddress else { return 0 }
    return unsafe lookUp(start, buffer.count)
  }
  return result > 0 ? displayed(bytes) : ""
}
