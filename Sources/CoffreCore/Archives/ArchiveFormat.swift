/// One kind of archive, as a value: `tar`, `zip`, `tar.zst`…
package protocol ArchiveFormat: Sendable {
  var traits: ArchiveTraits { get }
  /// Begins an archive whose bytes go to `sink` as they come, from front to back.
  ///
  /// - Throws: `ArchiveError` if the settings ask for what the format cannot do.
  func makeWriter(into sink: any ByteSink, _ settings: ArchiveSettings) throws -> any ArchiveWriter
  /// What an archive made with the settings can hold; mostly what any can.
  func traits(with settings: ArchiveSettings) -> ArchiveTraits
}

extension ArchiveFormat {
  package func traits(with settings: ArchiveSettings) -> ArchiveTraits { traits }

  package func makeWriter(into sink: any ByteSink) throws -> any ArchiveWriter {
    try makeWriter(into: sink, ArchiveSettings())
  }
}

/// An archive that is being written. Used by one thread at a time; it may have threads of its own.
///
/// Any call that throws leaves an archive that cannot be ended: what the sink got is to be thrown away. One that is let go
/// without `finish` leaves nothing behind but that.
package protocol ArchiveWriter: AnyObject {
  /// Begins the next entry; the one before is whole then.
  ///
  /// - Precondition: the format's traits say that it can hold the entry.
  func begin(_ entry: ArchiveEntry) throws
  /// Content of the file begun last; in all, exactly as many bytes as its attributes say.
  func write(_ bytes: Span<UInt8>) throws
  /// Writes what belongs to the archive's end. Nothing may be called afterwards.
  func finish() throws
}

/// An archive that is being read, from front to back. Used by one thread at a time.
package protocol ArchiveReader: AnyObject {
  /// As it was found: `tar.zst`, `zip`, `7z`, `rar`…
  var format: String { get }
  /// The next entry; what was not read of the one before is passed over. Its path is as the archive has it: whoever writes
  /// it somewhere checks it.
  ///
  /// - Returns: `nil` after the last; all that the archive says of itself was true then.
  func next() throws -> ArchiveEntry?
  /// Fills `buffer` from the front with content of the entry that came last. Holes come as zeros.
  ///
  /// - Returns: how many bytes; 0 at the entry's end, when its checksum was right if the format has one.
  func read(into buffer: inout MutableSpan<UInt8>) throws -> Int
  /// Of the archive's file, in bytes: the measure of what is a bomb.
  var size: Int64 { get }
  /// How many bytes of the archive's file were read so far, for progress; may go beyond `size` where some are read twice.
  var bytesRead: Int64 { get }
  /// Whether each entry's content was proved right when its end was read; otherwise all are at the archive's end.
  var provesEntries: Bool { get }
}

/// What a format can hold, as data.
package struct ArchiveTraits: Sendable, Hashable {
  package enum ExtendedAttributes: Sendable, Hashable {
    case none
    /// Bytes of names that are not printable ASCII are written as `%XX`.
    case plainNames
    case all
  }

  /// As `--archive` and `--format` name it, and what follows the dot of a file's name.
  package let name: String
  package let kinds: Set<EntryKind>
  package let holdsHardLinks: Bool
  package let extendedAttributes: ExtendedAttributes
  /// Which modification times it can hold, in seconds since 1970.
  package let times: ClosedRange<Int64>
  /// Of a path, in bytes, a directory's closing slash included.
  package let longestPath: Int
  /// Of what a symbolic link points to, in bytes.
  package var longestLinkTarget = Int.max
  /// Other ends of file names that mean it: `tgz`.
  package var otherExtensions: [String] = []
  /// It holds the bytes of one file and neither name nor attributes.
  package var isSingleStream = false
  /// Whether it has a password of its own.
  package var encryptsItself = false
  /// Whether fractions of seconds are kept.
  package var keepsNanoseconds = true
  package var keepsOwners = true
  /// Whether a line feed in a name comes back.
  package var keepsLineFeeds = true
  /// Compression levels; empty if it does not compress.
  package var levels: ClosedRange<Int>?
  /// Whether content waits in `ArchiveSettings.workFolder` until the end.
  package var isStaged = false

  package init(
    name: String, kinds: Set<EntryKind>, holdsHardLinks: Bool, extendedAttributes: ExtendedAttributes,
    times: ClosedRange<Int64>, longestPath: Int
  ) {
    self.name = name
    self.kinds = kinds
    self.holdsHardLinks = holdsHardLinks
    self.extendedAttributes = extendedAttributes
    self.times = times
    self.longestPath = longestPath
  }
}
