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
    var input = opened.input.size == nil ? try PeekedInput(opened.input) : opened.input
    if try SevenZipName.isArchive(input) {
      if let password = keys.password {
        return try sevenZip(path, sealed, input, password, keys, cancellation)
      }
      // Its list of entries is not where its beginning is.
      if input.size == nil { input = try SpooledInput(input, in: keys.workFolder ?? temporaryDirectory()) }
    }
    return try LibraryReader(sealed, input, named: opened.name, password: keys.password)
  }

  /// libarchive opens no encrypted 7z.
  private static func sevenZip(
    _ path: PathBytes, _ file: FileInput, _ input: any ArchiveInput, _ password: Secret, _ keys: ArchiveKeys,
    _ cancellation: Cancellation
  ) throws -> any ArchiveReader {
    if input === file {
      return try SevenZipReader(
        try absolutePath(of: path), in: nil, size: file.length, password: password, cancellation: cancellation)
    }
    // In an encryption of its own: the program reads files.
    let staging = try StagingFolder(in: keys.workFolder ?? temporaryDirectory())
    let name = Array("archive.7z".utf8)
    let copy = try staging.folder.open(name, for: .writing, [.create, .exclusive, .noFollow])
    var buffer = makeBuffer(1 << 20)
    var offset: Int64 = 0
    while true {
      var span = buffer.mutableSpan
      let count = try input.read(at: offset, into: &span)
      guard count > 0 else { break }
      try copy.write(buffer.span.extracting(0..<count))
      offset += Int64(count)
    }
    return try SevenZipReader(
      joined(staging.path, name), in: staging, size: file.length, password: password, cancellation: cancellation)
  }
}
