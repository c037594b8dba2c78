/// How an archive is written. Each format takes what concerns it.
package struct ArchiveSettings: Sendable {
  package enum Level: Sendable, Hashable {
    /// The format's own middle way; what does not shrink is stored.
    case automatic
    /// In the format's own words (`ArchiveTraits.levels`).
    case exactly(Int)
  }

  package var level = Level.automatic
  package var threadCount = 2
  /// About how much memory compressing may take, in bytes; `nil` for what the format takes by itself. For formats that take
  /// much.
  package var memoryLimit: Int64?
  /// For formats that encrypt by themselves (`ArchiveTraits.encryptsItself`); others refuse it.
  package var password: Secret?
  /// Where a folder of one's own may be made for what cannot be streamed; `nil` for the system's temporary folder.
  package var workFolder: PathBytes?
  /// About how much content will come, in bytes, if it is known: space is looked for before it is needed.
  package var expectedSize: Int64?
  package var cancellation = Cancellation()

  package init() {}
}
