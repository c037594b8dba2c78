/// One entry on its way into an archive.
package struct ArchiveEntry: Sendable, Hashable {
  /// Relative, without a leading slash, no component empty, `.` or `..`, no NUL; not necessarily UTF-8.
  package let path: PathBytes
  /// `size` is exact for files: so many bytes follow.
  package var attributes: EntryAttributes
  package var details: EntryDetails
  /// Empty if it is not known.
  package var userName: String
  package var groupName: String
  /// The path of an earlier entry that is the same file: this one has no content of its own then.
  package var hardLinkOf: PathBytes?

  package init(
    path: PathBytes, attributes: EntryAttributes, details: EntryDetails = EntryDetails(), userName: String = "",
    groupName: String = "", hardLinkOf: PathBytes? = nil
  ) {
    self.path = path
    self.attributes = attributes
    self.details = details
    self.userName = userName
    self.groupName = groupName
    self.hardLinkOf = hardLinkOf
  }
}
