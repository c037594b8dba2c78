package import CoffreCore

extension ArchiveExtraction {
  /// Brings the wanted entries to `place`, which is the caller's to close.
  ///
  /// Entries that must not or cannot be brought are told and left out.
  ///
  /// - Throws: `ArchiveError` if the archive is damaged or goes beyond the limits; files of which that is not known to be
  ///   harmless are not shown then.
  package func extract(into place: any AmendableRestore) throws -> Counters {
    let run = ExtractionRun(self, into: place)
    try run.run()
    return run.counters
  }

  /// Reads everything and writes nothing.
  package func test() throws -> Counters {
    let run = ExtractionRun(self, into: nil)
    try run.run()
    return run.counters
  }
}
