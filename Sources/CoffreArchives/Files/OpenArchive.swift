package import CoffreCore
import CoffreSystem

/// Opens archive files, whatever they are: found by their content, but for `raw`.
package enum OpenArchive {
  /// - Parameters:
  ///   - name: of the file, if it lies there under another one for now.
  ///   - isStream: whether a compression is known to hold one file: then an archive in it is that file's content.
  ///   - limits: of what has to be unpacked before an entry is known.
  ///   - keys: what the archive may be encrypted with; what it does not need is not looked at.
  /// - Throws: `ArchiveError`, `SystemError`.
  package static func read(
    _ path: PathBytes, named name: PathBytes? = nil, isStream: Bool = false,
    limits: ArchiveExtraction.Limits = ArchiveExtraction.Limits(), keys: ArchiveKeys = ArchiveKeys(),
    cancellation: Cancellation = Cancellation()
  ) throws -> any ArchiveReader {
    let file = try FileDescriptor.open(path, for: .reading)
    let attributes = try file.attributes()
    guard attributes.kind == .file else {
      throw ArchiveError(.unknownFormat, format: "", because: "'\(displayed(path))' is no regular file")
    }
    let sealed = try FileInput(file, cancellation: cancellation)
    let name = name ?? splitPath(path).name
    // Bytes as they are may look like anything: their name alone tells what they are.
    if StreamReader.isRaw(name) { return try StreamReader(sealed, sealed, nil, named: name) }
    let opened = try ArchiveSeal.open(sealed, named: name, keys: keys, cancellation: cancellation)
    if StreamReader.isRaw(opened.name) { return try StreamReader(sealed, opened.input, nil, named: opened.name) }
    // What opened the encryption around an archive need not be the archive's own password.
    let isSpent = try opened.input !== sealed && AgeSealing.isForPassphrase(sealed.bytes(at: 0, count: 64))
    let limit = limits.mostUnpacked(from: sealed.length)
    let input = opened.input.size == nil ? try PeekedInput(opened.input) : opened.input
    let first = try input.bytes(at: 0, count: ArchiveStart.size)
    if !ArchiveStart(first).isArchive(named: []), let compression = Decompression(first) {
      let content = try PeekedInput(try compression.open(input))
      let start = ArchiveStart(try content.bytes(at: 0, count: ArchiveStart.size))
      guard !isStream, start.isArchive(named: opened.name) else {
        return try StreamReader(sealed, content, compression, named: opened.name)
      }
      return try LibraryReader(sealed, content, in: compression, limit: limit, password: keys.password)
    }
    return try archive(path, sealed, input, limit, keys, isPasswordSpent: isSpent, cancellation)
  }

  /// An archive that is not compressed as a whole.
  private static func archive(
    _ path: PathBytes, _ file: FileInput, _ input: any ArchiveInput, _ limit: Int64, _ keys: ArchiveKeys,
    isPasswordSpent: Bool, _ cancellation: Cancellation
  ) throws -> any ArchiveReader {
    let folder = keys.workFolder ?? temporaryDirectory()
    if try SevenZipName.isArchive(input), let password = keys.password,
      try !isPasswordSpent || isEncrypted(file, input, limit)
    {
      return try sevenZip(path, file, input, limit, password, "7z", in: folder, cancellation)
    }
    // A zip or 7z has its list of entries at its end; a tar can be read as it comes.
    let start = ArchiveStart(try input.bytes(at: 0, count: ArchiveStart.size))
    let comes = start.isArchive(named: Array("x.tar.".utf8))
    let readable = input.size == nil && !comes ? try SpooledInput(input, in: folder, limit: limit) : input
    if let password = keys.password, try input.bytes(at: 0, count: 2) == [0x50, 0x4B],
      try ZipList(readable)?.hasEncryptedLinks() == true
    {
      return try sevenZip(path, file, readable, limit, password, "zip", in: folder, cancellation)
    }
    let reader = try LibraryReader(file, readable, in: nil, limit: limit, password: keys.password)
    // Another archive may end with a zip that lies in it: only a zip itself is read otherwise.
    guard reader.format == "zip", let named = try ZipNamesInput(readable) else { return reader }
    return try LibraryReader(file, named, in: nil, limit: limit, password: keys.password)
  }

  /// Whether a 7z wants a password, by its list of entries or the first of them that has content.
  private static func isEncrypted(_ file: FileInput, _ input: any ArchiveInput, _ limit: Int64) throws -> Bool {
    do {
      let reader = try LibraryReader(file, input, in: nil, limit: limit, password: nil)
      while let entry = try reader.next() { if entry.attributes.size > 0 { return false } }
      return false
    } catch let error as ArchiveError where error.reason == .keyMissing {
      return true
    }
  }

  /// libarchive opens no encrypted 7z, and no zip whose links are encrypted.
  private static func sevenZip(
    _ path: PathBytes, _ file: FileInput, _ input: any ArchiveInput, _ limit: Int64, _ password: Secret,
    _ format: String, in folder: PathBytes, _ cancellation: Cancellation
  ) throws -> any ArchiveReader {
    if input === file {
      return try SevenZipReader(
        try absolutePath(of: path), in: nil, size: file.length, format: format, password: password,
        cancellation: cancellation)
    }
    // In an encryption of its own: the program reads files.
    let staging = try StagingFolder(in: folder)
    let name = Array("archive.\(format)".utf8)
    let copy = try staging.folder.open(name, for: .writing, [.create, .exclusive, .noFollow])
    try input.giveAll(limit: limit) { try copy.write($0) }
    return try SevenZipReader(
      joined(staging.path, name), in: staging, size: file.length, format: format, password: password,
      cancellation: cancellation)
  }
}
