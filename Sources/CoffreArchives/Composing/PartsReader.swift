import CoffreCore

/// The content of an entry: its parts' contents joined.
final class PartsReader {
  private let directory: any OpenDirectory
  private let index: Int
  private let listing: Listing
  private let parts: Int
  private var reader: (any ByteReader)?
  private var next = 0
  private(set) var attributes: EntryAttributes?
  private var first: (any ByteReader)?

  init(_ directory: any OpenDirectory, _ index: Int, _ listing: Listing) {
    self.directory = directory
    self.index = index
    self.listing = listing
    parts = Int(listing.entries[index].parts)
  }

  /// Opens the first part; its attributes are those of the entry.
  func start() throws(SourceError) {
    try advance()
    attributes = reader?.attributes
  }

  private func advance() throws(SourceError) {
    reader = next < parts ? try directory.read(index, part: next, in: listing) : nil
    next += 1
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    while let reader {
      let count = try reader.read(into: &buffer)
      if count > 0 { return count }
      if next >= parts {
        first = reader
        self.reader = nil
      } else {
        try advance()
      }
    }
    return 0
  }

  func isUnchanged() throws(SourceError) -> Bool { try (reader ?? first)?.isUnchanged() ?? true }
}
