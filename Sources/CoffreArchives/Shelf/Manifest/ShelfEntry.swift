package import CoffreCore

/// One entry of the tree that a point stands for, wherever its content lies.
package struct ShelfEntry: Sendable, Hashable {
  /// Relative, as in `ArchiveEntry`.
  package var path: PathBytes
  package var attributes: EntryAttributes
  package var details: EntryDetails
  package var userName: String
  package var groupName: String
  /// Of files that are no further name of an earlier one.
  package var content: Content?
  /// The path of an earlier entry that is the same file.
  package var hardLinkOf: PathBytes?

  /// What a file holds, and where it lies.
  package struct Content: Sendable, Hashable {
    package var sha256: Digest
    /// A place in the manifest's `needs`; `nil` for the point's own archive.
    package var need: Int?
    /// What it is called in that archive; `nil` if that is the entry's own path.
    package var name: PathBytes?

    package init(sha256: Digest, need: Int? = nil, name: PathBytes? = nil) {
      self.sha256 = sha256
      self.need = need
      self.name = name
    }
  }

  package init(
    path: PathBytes, attributes: EntryAttributes, details: EntryDetails = EntryDetails(), userName: String = "",
    groupName: String = "", content: Content? = nil, hardLinkOf: PathBytes? = nil
  ) {
    self.path = path
    self.attributes = attributes
    self.details = details
    self.userName = userName
    self.groupName = groupName
    self.content = content
    self.hardLinkOf = hardLinkOf
  }

  /// Of a file with content: its name in the archive that holds it.
  package var nameInArchive: PathBytes { content?.name ?? path }
}

/// An entry that has another path than in the parent point, and the same content.
package struct ShelfRenaming: Sendable, Hashable {
  package let old: PathBytes
  package let new: PathBytes

  package init(old: PathBytes, new: PathBytes) {
    self.old = old
    self.new = new
  }
}

/// The order of entries in a manifest: each directory before what is in it; of what is in it first all that is no
/// directory, then the directories, each with all below it; among themselves by the raw bytes of their names.
///
/// So a folder can be closed before those in it are opened, and two manifests are compared as they are read.
package enum ShelfEntryOrder {
  /// - Returns: negative if `left` comes first, 0 for the same path and shape.
  package static func compare(
    _ left: PathBytes, isDirectory isLeftDirectory: Bool, _ right: PathBytes, isDirectory isRightDirectory: Bool
  ) -> Int {
    let slash = UInt8(ascii: "/")
    let common = min(left.count, right.count)
    var start = 0  // of the component in which they differ
    var index = 0
    while index < common, left[index] == right[index] {
      if left[index] == slash { start = index + 1 }
      index += 1
    }
    if index == left.count, index == right.count { return (isLeftDirectory ? 1 : 0) - (isRightDirectory ? 1 : 0) }
    // One lies below the other: then that one is a directory, or was one once.
    if index == left.count, right[index] == slash { return -1 }
    if index == right.count, left[index] == slash { return 1 }
    let isLeftBranch = isLeftDirectory || left[start...].contains(slash)
    let isRightBranch = isRightDirectory || right[start...].contains(slash)
    if isLeftBranch != isRightBranch { return isLeftBranch ? 1 : -1 }
    // An end, or a slash, sorts before every byte of a longer name.
    let leftByte = index < left.count && left[index] != slash ? Int(left[index]) : -1
    let rightByte = index < right.count && right[index] != slash ? Int(right[index]) : -1
    return leftByte - rightByte
  }
}
