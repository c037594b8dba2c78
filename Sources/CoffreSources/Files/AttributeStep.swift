package import CoffreCore
import CoffreSystem

/// Which extended attributes a restore sets, by patterns on their names; the others stay as they are in the place.
package struct ExtendedAttributeFilter: Sendable, Hashable {
  /// Only what matches, unless there are none.
  package var includes = PatternList()
  package var excludes = PatternList()

  package init() {}

  func takes(_ name: [UInt8]) -> Bool {
    (includes.isEmpty || includes.matches([name])) && !excludes.matches([name])
  }
}

/// One attribute to set at restore.
enum AttributeStep {
  case owner(UInt32, UInt32)
  /// The wanted ones; others that the filter takes are removed.
  case extended([ExtendedAttribute], ExtendedAttributeFilter)
  case permissions(UInt16)
  case times(accessed: Timestamp, modified: Timestamp)

  /// - Parameter isPlain: nothing has to be removed.
  static func steps(for entry: RestoredEntry, _ filter: ExtendedAttributeFilter, isPlain: Bool) -> [AttributeStep] {
    let attributes = entry.attributes
    var steps: [AttributeStep] = [.owner(attributes.userID, attributes.groupID)]
    let extended = entry.details.extendedAttributes.filter { filter.takes($0.name) }
    if !isPlain || !extended.isEmpty { steps.append(.extended(extended, filter)) }
    if attributes.kind != .symlink { steps.append(.permissions(attributes.permissions)) }
    steps.append(.times(accessed: attributes.accessed, modified: attributes.modified))
    return steps
  }

  /// The same without setuid and setgid.
  var withoutOwnersRights: AttributeStep {
    if case .permissions(let permissions) = self { .permissions(permissions & 0o1777) } else { self }
  }

  var action: String {
    switch self {
    case .owner: "set the owner of"
    case .extended: "set the extended attributes of"
    case .permissions: "set the permissions of"
    case .times: "set the times of"
    }
  }

  func apply(to descriptor: borrowing FileDescriptor) throws(SystemError) {
    switch self {
    case .owner(let user, let group): try descriptor.setOwner(user: user, group: group)
    case .permissions(let permissions): try descriptor.setPermissions(permissions)
    case .times(let accessed, let modified): try descriptor.setTimes(accessed: accessed, modified: modified)
    case .extended(let wanted, let filter):
      for name in try descriptor.extendedAttributeNames()
      where filter.takes(name) && !wanted.contains(where: { $0.name == name }) {
        try descriptor.removeExtendedAttribute(name)
      }
      for attribute in wanted { try descriptor.setExtendedAttribute(attribute.name, to: attribute.value) }
    }
  }

  func apply(to name: PathBytes, in folder: borrowing FileDescriptor) throws(SystemError) {
    switch self {
    case .owner(let user, let group): try folder.setOwner(user: user, group: group, of: name)
    case .permissions(let permissions): try folder.setPermissions(permissions, of: name)
    case .times(let accessed, let modified): try folder.setTimes(accessed: accessed, modified: modified, of: name)
    case .extended(let wanted, _):
      for attribute in wanted { try folder.setExtendedAttribute(attribute.name, to: attribute.value, of: name) }
    }
  }
}
