import CArchive

/// What libarchive could not do.
package struct ArchiveLibraryError: Error, Sendable, Hashable, CustomStringConvertible {
  /// In the library's words.
  package let description: String

  init(_ description: String) { self.description = description }

  init(of archive: OpaquePointer) {
    guard let text = unsafe archive_error_string(archive) else {
      description = "libarchive failed"
      return
    }
    description = unsafe String(cString: text)
  }
}
