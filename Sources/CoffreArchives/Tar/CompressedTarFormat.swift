package import CoffreCore

/// tar, compressed: `tar.gz`, `tar.zst`, `tar.xz`.
package struct CompressedTarFormat: ArchiveFormat {
  package let traits: ArchiveTraits
  private let compression: Compression

  init(_ compression: Compression) {
    self.compression = compression
    traits = TarFormat().traits.compressed(by: compression)
  }

  package func makeWriter(into sink: any ByteSink, _ settings: ArchiveSettings) throws -> any ArchiveWriter {
    let compressor = try compression.sink(into: sink, settings)
    return CompressedWriter(try TarFormat().makeWriter(into: compressor, settings), through: compressor)
  }
}

extension ArchiveTraits {
  fileprivate func compressed(by compression: Compression) -> ArchiveTraits {
    var traits = ArchiveTraits(
      name: "\(name).\(compression.rawValue)", kinds: kinds, holdsHardLinks: holdsHardLinks,
      extendedAttributes: extendedAttributes, times: times, longestPath: longestPath)
    traits.otherExtensions = [compression.shortTarExtension]
    traits.levels = compression.levels
    return traits
  }
}

/// Ends the compression behind the archive.
private final class CompressedWriter: ArchiveWriter {
  private let writer: any ArchiveWriter
  private let compressor: any EndingSink

  init(_ writer: any ArchiveWriter, through compressor: any EndingSink) {
    self.writer = writer
    self.compressor = compressor
  }

  func begin(_ entry: ArchiveEntry) throws { try writer.begin(entry) }
  func write(_ bytes: Span<UInt8>) throws { try writer.write(bytes) }

  func finish() throws {
    try writer.finish()
    try compressor.finish()
  }
}
