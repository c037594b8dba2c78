/// A place that a snapshot is restored to. Random access: blobs arrive in the order of their packs.
///
/// The restorer calls `place` once per entry, parents before children, from one thread; then `write` and `complete` for
/// files from several threads; then `finish` and `finishDirectories`. Every path is resolved beneath the target, following no link.
package protocol RestoreSession: Sendable {
  /// Decides what happens to one entry, and makes directories at once. The name was checked to be no `.`, no `..`, and to
  /// hold no slash and no NUL.
  func place(_ entry: RestoredEntry) throws(SourceError) -> Placement
  /// Bytes of a file, at their offset. The first write creates the file.
  func write(_ bytes: Span<UInt8>, of entry: Int, at offset: Int64) throws(SourceError)
  /// All bytes of a file are written: sets its length and attributes and shows it under its name.
  ///
  /// - Returns: attributes that could not be set.
  func complete(_ entry: Int) throws(SourceError) -> [SourceError]
  /// The bytes of a whole file in one go, instead of `write` and `complete`.
  ///
  /// - Returns: attributes that could not be set.
  func writeWhole(_ bytes: Span<UInt8>, of entry: Int) throws(SourceError) -> [SourceError]
  /// The file cannot be had whole: what was written of it is removed.
  func abandon(_ entry: Int)
  /// Links, devices and hard links. Failures are told one by one and do not stop the rest.
  func finish(_ failed: (SourceError) -> Void) throws(Cancelled)
  /// The attributes of directories, children before parents: the last that is done to the place.
  func finishDirectories(_ failed: (SourceError) -> Void) throws(Cancelled)
  /// Reads a file that was there before, or was completed, for comparing and `--verify`.
  ///
  /// - Returns: the number of bytes read; less than the buffer holds at the end of the file only.
  func read(_ entry: Int, at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int
  /// Releases everything; files that were begun and not completed are removed.
  func close()
}

extension RestoreSession {
  package func writeWhole(_ bytes: Span<UInt8>, of entry: Int) throws(SourceError) -> [SourceError] {
    try write(bytes, of: entry, at: 0)
    return try complete(entry)
  }
}

/// A place that may hold more than the snapshot and can be rid of it. Called between `finish` and `finishDirectories`, or
/// after the last `place` of a dry run.
package protocol ClearableRestore: RestoreSession {
  /// What lies in a directory that was placed; `nil` where nothing may be removed, or nothing is there (dry runs).
  ///
  /// Asked parents first.
  /// - Parameter directory: `nil` for the target itself.
  func contents(of directory: Int?) throws(SourceError) -> RestoredContents?
  /// Removes an entry with all below it; in a dry run only tells what it would remove. Follows no link and enters no
  /// other file system. What cannot or must not be removed is told and stays, with the directories above it.
  ///
  /// - Parameter sparing: told the names from the entry down, whether that one stays.
  func clear(
    _ name: [UInt8], in directory: Int?, sparing: @escaping ([[UInt8]]) -> Bool, _ each: (Clearing) -> Void
  ) throws(Cancelled)
}

/// A place that learns more of an entry after it was placed: a stream tells some things late.
package protocol AmendableRestore: RestoreSession {
  /// Replaces what is known of an entry that is not complete yet; of directories up to `finishDirectories`. Its kind stays.
  func amend(_ entry: Int, _ attributes: EntryAttributes, _ details: EntryDetails)
}

/// What lies in a directory of the place that is restored to.
package struct RestoredContents: Sendable, Hashable {
  package let names: [[UInt8]]
  /// Whether another file system than that of the directory above lies there.
  package let isMountPoint: Bool

  package init(names: [[UInt8]], isMountPoint: Bool = false) {
    self.names = names
    self.isMountPoint = isMountPoint
  }
}

/// What became of an entry that the snapshot does not hold.
package enum Clearing: Sendable, Hashable {
  case removed(PathBytes, size: Int64)
  /// Coffre itself needs it, or another file system lies there.
  case kept(PathBytes, Message)
  case failed(SourceError)
}

/// One entry of a snapshot on its way back.
package struct RestoredEntry: Sendable {
  /// Counted by the restorer, from 0, in the order of `place`.
  package let number: Int
  /// The directory it lies in; `nil` for the target itself.
  package let parent: Int?
  package let name: [UInt8]
  package let attributes: EntryAttributes
  package let details: EntryDetails
  /// Another entry that is the same file, restored before: this one becomes a hard link to it.
  package let hardLinkOf: Int?

  package init(
    number: Int, parent: Int?, name: [UInt8], attributes: EntryAttributes, details: EntryDetails, hardLinkOf: Int? = nil
  ) {
    self.number = number
    self.parent = parent
    self.name = name
    self.attributes = attributes
    self.details = details
    self.hardLinkOf = hardLinkOf
  }
}

package enum Placement: Sendable, Hashable {
  /// Its content is wanted.
  case write
  /// A file is there already and its content may be the same: compare, write what differs.
  case compare
  /// Stays as it is, or needs no content.
  case done
  /// Left alone because of the overwrite rule.
  case skipped
}

package enum OverwriteRule: String, Sendable, CaseIterable {
  case always
  case ifChanged = "if-changed"
  case ifNewer = "if-newer"
  case never
}
