/// The files of a folder of a snapshot, for a place that takes them in an order of its own. Called from several threads at
/// once.
package protocol SnapshotContents: Sendable {
  /// What lies in a folder, by name; paths are relative, `[]` is the folder itself.
  ///
  /// - Throws: `.vanished` where there is no such folder.
  func entries(of folder: PathBytes) throws(SourceError) -> [SnapshotEntry]
  /// The content of a file, verified as it is read: a damaged blob throws before any of its bytes is given out.
  ///
  /// - Throws: `.vanished` where there is no such file.
  func read(_ file: PathBytes) throws(SourceError) -> any ByteReader
  /// A file to be read from anywhere: only the blobs that hold what is asked for are loaded.
  ///
  /// - Throws: `.vanished` where there is no such file.
  func open(_ file: PathBytes) throws(SourceError) -> any SnapshotFile
}

/// A file of a snapshot. Called from several threads at once.
package protocol SnapshotFile: AnyObject, Sendable {
  /// In bytes.
  var size: Int64 { get }
  /// Fills `buffer` from the front with what lies at `offset`, verified.
  ///
  /// - Returns: how many bytes; fewer than there was room for at the end only.
  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int
}

package struct SnapshotEntry: Sendable, Hashable {
  package let name: PathBytes
  package let kind: EntryKind
  /// Of files, in bytes.
  package let size: Int64

  package init(name: PathBytes, kind: EntryKind, size: Int64) {
    self.name = name
    self.kind = kind
    self.size = size
  }
}

/// A place that a snapshot's folder is restored to as a whole, such as a database: it pulls what it needs, in its own order
/// and by its own threads.
package protocol PullingRestore: Sendable {
  /// Restores everything, or nothing: what was begun is undone before it throws.
  ///
  /// - Parameter progress: told how many bytes of files were taken, as they are taken.
  /// - Returns: what people should know of it, by subject.
  func run(_ contents: any SnapshotContents, progress: @escaping @Sendable (Int64) -> Void) throws(SourceError)
    -> [SourceNote]
  /// Releases everything; called exactly once, at every end.
  func close()
}
