package import CoffreCore

/// zip with deflate: files, folders and symbolic links with Unix modes and owners, times to the second, zip64 where
/// something is larger than 4 GiB; with a password AES-256 (WinZip's AE-2).
package struct ZipFormat: ArchiveFormat {
  package let traits: ArchiveTraits

  package init() {
    var traits = ArchiveTraits(
      name: "zip", kinds: [.file, .directory, .symlink], holdsHardLinks: false, extendedAttributes: .none,
      times: 0...Int64(Int32.max), longestPath: Int(UInt16.max))
    traits.encryptsItself = true
    traits.keepsNanoseconds = false
    traits.levels = 0...9
    self.traits = traits
  }

  package func makeWriter(into sink: any ByteSink, _ settings: ArchiveSettings) throws -> any ArchiveWriter {
    let level = try settings.level(in: 0...9, of: traits.name) ?? 6
    return try ZipWriter(
      into: sink, level: level, storesStubborn: settings.level == .automatic, threadCount: settings.threadCount,
      password: settings.password)
  }
}
