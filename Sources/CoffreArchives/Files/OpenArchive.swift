package import CoffreCore
import CoffreSystem

/// Opens archive files, whatever they are: found by their content.
package enum OpenArchive {
  /// - Parameter keys: what the archive may be encrypted with; what it does not need is not looked at.
  /// - Throws: `ArchiveError`, `SystemError`.
  package static func read(
    _ path: PathBytes, keys: ArchiveKeys = ArchiveKeys(), cancellation: Cancellation = Cancellation()
  ) throws -> any ArchiveReader {
    let file = try FileDescriptor.open(path, for: .reading)
    let attributes = try file.attributes()
    guard attributes.kind == .file else {
      throw ArchiveError(.unknownFormat, format: "", because: "'\(displayed(path))' is no regular file")
    }
    let sealed = try FileInput(file, cancellation: cancellation)
    let opened = try ArchiveSeal.open(sealed, path: path, keys: keys, cancellation: cancellation)
    return try LibraryReader(sealed, opened.input, named: opened.name, password: keys.password)
  }
}
