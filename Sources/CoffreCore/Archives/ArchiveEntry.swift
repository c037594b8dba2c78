/// One entry on its way into an archive, or out of it.
package struct ArchiveEntry: Sendable, Hashable {
  /// On its way in: relative, without a leading slash, no component empty, `.` or `..`, no NUL; not necessarily UTF-8.
  /// On its way out it may be anything.
  package var path: PathBytes
  /// `size` is exact for files: so many bytes follow. On its way out it is what the archive says.
  package var attributes: EntryAttributes
  package var details: EntryDetails
  /// Empty if it is not known.
  package var userName: String
  package var groupName: String
  /// The path of an earlier entry that is the same file: this one has no content of its own then.
  package var hardLinkOf: PathBytes?
  /// Whether the archive says how long the file is; single streams do not.
  package var hasSize = true
  /// On its way out: what of its header could not be understood.
  package var problem: Message?
  /// Whether its content is encrypted by the format itself.
  package var isEncrypted = false

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
