/// One kind of archive, as a value: `tar`, `zip`…
package protocol ArchiveFormat: Sendable {
  var traits: ArchiveTraits { get }
  /// Begins an archive whose bytes go to `sink` as they come, from front to back.
  func makeWriter(into sink: any ByteSink) throws -> any ArchiveWriter
}

/// An archive that is being written. Used by one thread at a time.
///
/// Any call that throws leaves an archive that cannot be ended: what the sink got is to be thrown away.
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

/// What a format can hold, as data.
package struct ArchiveTraits: Sendable, Hashable {
  package enum ExtendedAttributes: Sendable, Hashable {
    case none
    /// Bytes of names that are not printable ASCII are written as `%XX`.
    case plainNames
    case all
  }

  /// As `--archive` names it.
  package let name: String
  package let kinds: Set<EntryKind>
  package let holdsHardLinks: Bool
  package let extendedAttributes: ExtendedAttributes
  /// Which modification times it can hold, in seconds since 1970.
  package let times: ClosedRange<Int64>
  /// Of a path, in bytes, a directory's closing slash included.
  package let longestPath: Int

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
