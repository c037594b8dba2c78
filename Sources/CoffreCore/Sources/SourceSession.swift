/// A frozen view of what is backed up. Called from several engine threads at once, on different directories.
///
/// The session shapes the tree itself: `top` is the snapshot's root directory, so that files, databases and sites decide
/// where their entries lie and which directories stand above them.
package protocol SourceSession: Sendable {
  /// The root of the snapshot's tree.
  var top: any UnopenedDirectory { get }
  /// What was asked for, absolute: the snapshot's `paths`.
  var paths: [PathBytes] { get }
  /// The machine the source is on, as the snapshot says it; `nil` for this one.
  var hostName: String? { get }
  /// Begins what will be wanted first: called once at most, before anything else, while the repository is opened. What it
  /// finds that is wrong is told when it is wanted.
  func prepare()
  /// Told of the snapshot that this one follows, before the first directory is opened: for warnings, never for what is
  /// taken.
  ///
  /// - Parameter read: brings a file of that snapshot by its absolute path; `nil` if it cannot.
  func follow(_ read: (PathBytes) -> [UInt8]?)
  /// What the source calls a user id; empty if it does not know.
  func userName(of id: UInt32) -> String
  func groupName(of id: UInt32) -> String
  /// Called once, after the last directory was read and before the snapshot is saved. Throws if the view was not whole:
  /// then no snapshot is made. What it returns is reported with the run.
  func finish() throws(SourceError) -> [SourceNote]
  /// Releases everything; called exactly once, at every end.
  func close()
}

extension SourceSession {
  package var hostName: String? { nil }
  package func prepare() {}
  package func follow(_ read: (PathBytes) -> [UInt8]?) {}
}

/// A directory that was listed but not opened yet. Holding many of them must be cheap.
package protocol UnopenedDirectory: Sendable {
  func open() throws(SourceError) -> any OpenDirectory
}

/// An open directory; it owns its descriptor. `list` is called once and first; then the other calls may come from several
/// threads at once, with the listing it gave.
package protocol OpenDirectory: AnyObject, Sendable {
  /// Entries in any order, without `.` and `..` and without what patterns leave out.
  func list() throws(SourceError) -> Listing
  /// What a listing does not hold: link target and extended attributes. Asked for new and changed entries only.
  func details(of index: Int, in listing: Listing) throws(SourceError) -> EntryDetails
  /// - Parameter part: 0 up to the entry's `parts`; the content is the parts' contents joined.
  func read(_ index: Int, part: Int, in listing: Listing) throws(SourceError) -> any ByteReader
  /// - Precondition: the entry is a directory.
  func directory(_ index: Int, in listing: Listing) -> any UnopenedDirectory
}

/// The bytes of one part of an entry, pulled.
package protocol ByteReader: AnyObject {
  /// Fills `buffer` from the front.
  ///
  /// - Returns: how many bytes; 0 at the end only.
  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int
  /// Passes over zeros that come next and need not be read, as in the hole of a sparse file.
  ///
  /// - Parameter choose: told how many there are, says how many of them to pass over. Not called if there are none.
  /// - Returns: how many bytes were passed over.
  func skipZeros(_ choose: (Int64) -> Int64) throws(SourceError) -> Int64
  /// The entry's attributes at the moment it was opened, if the source knows better than the listing.
  var attributes: EntryAttributes? { get }
  /// The entry's details, if they are at hand where it is open; `nil` to ask the directory.
  func details() throws(SourceError) -> EntryDetails?
  /// Whether the entry is still as it was when it was opened. Asked after the last byte.
  func isUnchanged() throws(SourceError) -> Bool
}

/// A reader that knows where its bytes are best cut: at the rows of a table, so that equal rows make equal chunks.
package protocol PieceReader: ByteReader {
  /// Replaces the content of `piece` by the next chunk.
  ///
  /// - Returns: `false` at the end, when `piece` is empty.
  func readPiece(into piece: inout [UInt8]) throws(SourceError) -> Bool
}

extension ByteReader {
  package func details() throws(SourceError) -> EntryDetails? { nil }
  package func skipZeros(_ choose: (Int64) -> Int64) throws(SourceError) -> Int64 { 0 }
}

/// Something a source wants reported, beside the entries: an object it left out, a warning.
package struct SourceNote: Sendable, Hashable {
  package let subject: String
  package let message: Message
  /// Something is missing in the snapshot that was asked for.
  package let isLoss: Bool
  /// What went well: a line of the report, and nothing that somebody must look at.
  package let isGood: Bool

  package init(subject: String, message: Message, isLoss: Bool = false, isGood: Bool = false) {
    self.subject = subject
    self.message = message
    self.isLoss = isLoss
    self.isGood = isGood
  }
}
