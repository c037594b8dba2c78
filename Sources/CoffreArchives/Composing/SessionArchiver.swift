package import CoffreCore
import CoffreSystem

/// Writes what a source offers into an archive: entries by name, parents before what lies in them.
package struct SessionArchiver {
  /// What became of it.
  package struct Counters: Sendable, Hashable {
    package var entries = 0
    package var files = 0
    /// Of content, in bytes.
    package var bytes: Int64 = 0
    /// Entries that are not in the archive, harmless ones too.
    package var leftOut = 0
    /// What nobody would want to miss.
    package var losses = 0
    package init() {}
  }

  /// An entry that may be left out, and what is known of it before it is read.
  package struct Candidate {
    package let entry: ArchiveEntry
    /// Whether equal attributes prove equal content.
    package let isComparable: Bool
  }

  package enum Choice: Sendable, Hashable {
    /// Into the archive.
    case take
    /// Not into the archive; directories are walked all the same.
    case pass
    /// Neither the entry nor what lies in it.
    case leave
  }

  /// Who wants to know, or to choose. Called by the thread that runs the archiver.
  package struct Watch {
    /// Asked before an entry's content is opened.
    package var choose: (Candidate) throws -> Choice = { _ in .take }
    /// Told of what cannot be read or held.
    package var note: (ArchiveFitting.Note) -> Void = { _ in }
    /// Told as the counters grow.
    package var progress: (Counters) -> Void = { _ in }
    package init() {}
  }

  let session: any SourceSession
  let traits: ArchiveTraits
  let writer: any ArchiveWriter
  let watch: Watch
  let workFolder: PathBytes
  let cancellation: Cancellation

  /// - Parameters:
  ///   - workFolder: for content whose length is not known before it is read.
  package init(
    _ session: any SourceSession, as traits: ArchiveTraits, into writer: any ArchiveWriter, watch: Watch = Watch(),
    workFolder: PathBytes? = nil, cancellation: Cancellation = Cancellation()
  ) {
    self.session = session
    self.traits = traits
    self.writer = writer
    self.watch = watch
    self.workFolder = workFolder ?? temporaryDirectory()
    self.cancellation = cancellation
  }
}
