package import CoffreCore

/// 7z, through the program `7zz`: LZMA2 by several threads; with a password AES-256, names too.
///
/// It reads files, so content waits in a folder of its own, beside the archive, until the end (docs/decisions/0022).
package struct SevenZipFormat: ArchiveFormat {
  package let traits: ArchiveTraits

  package init() {
    // Times count from 1601 in units of 100 nanoseconds.
    var traits = ArchiveTraits(
      name: "7z", kinds: [.file, .directory, .symlink], holdsHardLinks: false, extendedAttributes: .none,
      times: -11_644_473_600...910_692_730_085, longestPath: 3072)
    // What `7zz` reads of a link. A path of the system has 4096 bytes, of which the folder to wait in takes some.
    traits.longestLinkTarget = 1024
    traits.encryptsItself = true
    traits.keepsOwners = false
    traits.keepsNanoseconds = false
    traits.levels = 0...9
    traits.isStaged = true
    self.traits = traits
  }

  /// With a password it is read through a listing of lines.
  package func traits(with settings: ArchiveSettings) -> ArchiveTraits {
    var traits = traits
    traits.keepsLineFeeds = settings.password == nil
    return traits
  }

  package func makeWriter(into sink: any ByteSink, _ settings: ArchiveSettings) throws -> any ArchiveWriter {
    let level = try settings.level(in: 0...9, of: traits.name) ?? 5
    if let password = settings.password { try SevenZipProgram.check(password) }
    return try SevenZipWriter(into: sink, level: level, settings)
  }
}
