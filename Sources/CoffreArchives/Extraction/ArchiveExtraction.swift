package import CoffreCore

/// Brings the entries of an archive to a place, or only looks whether they could be brought.
///
/// Nothing appears under its name before the archive's own checks have passed: of the entry, where the format has a checksum
/// for each; otherwise of the whole archive.
package struct ArchiveExtraction {
  /// What an archive may unpack to. A bomb is what goes beyond.
  package struct Limits: Sendable, Hashable {
    /// Content in all, in bytes; `nil` for no limit but the ratio.
    package var mostBytes: Int64?
    package var mostEntries = 50_000_000
    /// Content to bytes of the archive, beyond `ratioFreeBytes`.
    package var mostRatio: Int64 = 2_000
    /// So much content is never too much.
    package var ratioFreeBytes: Int64 = 256 << 20
    package init() {}

    /// Of what is no content yet, such as a zip that was in an encryption, in bytes.
    ///
    /// - Parameter size: of the archive's file.
    func mostUnpacked(from size: Int64) -> Int64 {
      let (most, overflows) = size.multipliedReportingOverflow(by: mostRatio)
      return max(ratioFreeBytes, mostBytes ?? (overflows ? .max : most))
    }
  }

  package struct Counters: Sendable, Hashable {
    package var entries = 0
    package var files = 0
    package var bytes: Int64 = 0
    /// Entries that are wanted, whatever became of them.
    package var matched = 0
    package var leftOut = 0
    package var losses = 0
    package init() {}
  }

  let reader: any ArchiveReader
  let limits: Limits
  let cancellation: Cancellation
  /// Which entries are wanted, by their cleaned path.
  let choice: EntryChoice
  /// Opens the archive once more, for names of files that are not wanted themselves.
  let again: (() throws -> any ArchiveReader)?
  let note: (ArchiveFitting.Note) -> Void
  let progress: (Counters) -> Void

  package init(
    _ reader: any ArchiveReader, limits: Limits = Limits(), cancellation: Cancellation = Cancellation(),
    choice: EntryChoice = EntryChoice(), again: (() throws -> any ArchiveReader)? = nil,
    note: @escaping (ArchiveFitting.Note) -> Void = { _ in },
    progress: @escaping (Counters) -> Void = { _ in }
  ) {
    self.reader = reader
    self.limits = limits
    self.cancellation = cancellation
    self.choice = choice
    self.again = again
    self.note = note
    self.progress = progress
  }
}
