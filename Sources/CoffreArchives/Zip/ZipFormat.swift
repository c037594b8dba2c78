import ArchiveKit
package import CoffreCore

/// zip with deflate: files, folders and symbolic links with Unix modes and owners, times to the second, zip64 where
/// something is larger than 4 GiB.
package struct ZipFormat: ArchiveFormat {
  package let traits = ArchiveTraits(
    name: "zip", kinds: [.file, .directory, .symlink], holdsHardLinks: false, extendedAttributes: .none,
    times: 0...Int64(Int32.max), longestPath: Int(UInt16.max))

  package init() {}

  package func makeWriter(into sink: any ByteSink) throws -> any ArchiveWriter {
    try LibraryWriter(.zip, named: traits.name, into: sink)
  }
}
