package import CoffreCore
import CoffreSources
import CoffreSystem
import Synchronization

/// What is archived of a row: the file or folder itself, or a private copy.
package final class StagedSource: Sendable {
  /// How it came about. The raw values are words for programs, for ever.
  package enum Way: String, Sendable, Hashable {
    /// It is read where it lies.
    case inPlace = "in-place"
    /// A copy of one file, which changed when it was read in place.
    case privateCopy = "private-copy"
    /// Of a running server, by mariadb-backup.
    case serverBackup = "server-backup"
    /// Of a running server, while a lock held all who write.
    case serverLocked = "server-locked"
    /// Of a server that does not run.
    case serverStopped = "server-stopped"
  }

  /// What to archive; absolute. The last component is always that of the row's path.
  package let place: PathBytes
  package let way: Way
  /// One line that tells what was done; empty where it is read in place.
  package let method: Message
  /// What people should know of it.
  package let notes: [SourceNote]
  /// Of a copy, or a file.
  package let sizeInBytes: Int64?
  private let folder: PathBytes?
  private let check: @Sendable () throws(SourceError) -> StagedSource?
  private let proving: @Sendable () throws(SourceError) -> [SourceNote]
  private let isRemoved = Atomic<Bool>(false)

  /// - Parameters:
  ///   - folder: goes with `remove`.
  ///   - check: see `settled`.
  ///   - proving: see `prove`.
  init(
    place: PathBytes, way: Way, method: Message = "", notes: [SourceNote] = [], sizeInBytes: Int64? = nil,
    folder: PathBytes? = nil, check: @escaping @Sendable () throws(SourceError) -> StagedSource? = { nil },
    proving: @escaping @Sendable () throws(SourceError) -> [SourceNote] = { [] }
  ) {
    self.place = place
    self.way = way
    self.method = method
    self.notes = notes
    self.sizeInBytes = sizeInBytes
    self.folder = folder
    self.check = check
    self.proving = proving
  }

  deinit { remove() }

  /// Asked when all of it was read: whether a file is still as it was before.
  ///
  /// - Returns: `nil` if it is. Otherwise a private copy, which is to be archived instead of what was read.
  package func settled() throws(SourceError) -> StagedSource? { try check() }

  /// Proves that the copy of a server's data directory is one that a server can open. It is asked once the archive is written,
  /// as the proof changes the copy, and before the archive counts.
  ///
  /// - Returns: what the proof found, or why there is none.
  /// - Throws: if the copy is no good, and with it the archive.
  package func prove() throws(SourceError) -> [SourceNote] { try proving() }

  /// Removes a copy. To be called at every end; again is fine.
  package func remove() {
    guard let folder, !isRemoved.exchange(true, ordering: .acquiringAndReleasing) else { return }
    // What stays goes with the run's folder.
    try? removeTree(folder)
  }
}
