import CoffreCore

extension Node {
  /// Whether all that a backup keeps of the entry is the same; zones of times and the order of attributes do not matter.
  func isSame(as other: Node, ignoringContent: Bool = false) -> Bool {
    guard name == other.name, kind == other.kind, mode == other.mode, userID == other.userID, groupID == other.groupID,
      user == other.user, group == other.group, inode == other.inode, deviceID == other.deviceID, size == other.size,
      links == other.links, linkTarget == other.linkTarget, device == other.device, subtree == other.subtree,
      error == other.error, genericAttributes == other.genericAttributes
    else { return false }
    guard modified.isSameInstant(as: other.modified), accessed.isSameInstant(as: other.accessed),
      changed.isSameInstant(as: other.changed), Set(extendedAttributes) == Set(other.extendedAttributes)
    else { return false }
    return ignoringContent || content == other.content
  }
}
