import CArchive

/// What libarchive could not do.
package struct ArchiveLibraryError: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String
  /// Whether the words are the library's, not our own.
  package let isQuoted: Bool

  init(_ description: String) {
    self.description = description
    isQuoted = false
  }

  init(of archive: OpaquePointer) {
    let text = unsafe archive_error_string(archive)
    description = unsafe text.map { unsafe String(cString: $0) } ?? "libarchive failed"
    isQuoted = unsafe text != nil
  }
}
