package import CoffreCore

/// The bytes of one file, compressed or as they are: `gz`, `zst`, `xz`, `raw`.
package struct StreamFormat: ArchiveFormat {
  package let traits: ArchiveTraits
  private let compression: Compression?

  init(_ compression: Compression?) {
    self.compression = compression
    var traits = ArchiveTraits(
      name: compression?.rawValue ?? "raw", kinds: [.file], holdsHardLinks: false, extendedAttributes: .none,
      times: .min ... .max, longestPath: .max)
    traits.isSingleStream = true
    traits.keepsOwners = false
    traits.keepsNanoseconds = false
    traits.levels = compression?.levels
    self.traits = traits
  }

  package func makeWriter(into sink: any ByteSink, _ settings: ArchiveSettings) throws -> any ArchiveWriter {
    StreamWriter(traits.name) { [compression] entry in
      try compression?.sink(into: sink, settings, of: entry) ?? UnchangedSink(sink)
    }
  }
}

/// Takes one file.
private final class StreamWriter: ArchiveWriter {
  private let name: String
  private let open: (ArchiveEntry) throws -> any EndingSink
  private var sink: (any EndingSink)?
  private var path: PathBytes = []
  private var remaining: Int64 = 0

  init(_ name: String, _ open: @escaping (ArchiveEntry) throws -> any EndingSink) {
    self.name = name
    self.open = open
  }

  func begin(_ entry: ArchiveEntry) throws {
    guard sink == nil else {
      throw ArchiveError(.unsupported, format: name, path: entry.path, because: "\(name) holds the bytes of one file")
    }
    path = entry.path
    remaining = entry.attributes.size
    sink = try open(entry)
  }

  func write(_ bytes: Span<UInt8>) throws {
    guard let sink, Int64(bytes.count) <= remaining else {
      throw ArchiveError(format: name, path: path, because: "it has more bytes than it should")
    }
    remaining -= Int64(bytes.count)
    try sink.write(bytes)
  }

  func finish() throws {
    guard let sink else {
      throw ArchiveError(.unsupported, format: name, because: "\(name) holds the bytes of one file, and there is none")
    }
    guard remaining == 0 else { throw ArchiveError(format: name, path: path, because: "the last entry is not whole") }
    try sink.finish()
  }
}
