import CoffreCore

/// What a copy is to do, beside which snapshots.
package struct CopyRequest: Sendable {
  package var threadCount: Int
  /// Of the packs that are written, in bytes.
  package var packSize = PackHeader.usualPackSize
  package var compression = CompressionMode.auto
  /// When stored data gets named by an index; `nil` for what suits the store.
  package var rhythm: IndexRhythm?
  /// Snapshots are copied in groups that bring about so many bytes: those of a group that is done stay, whatever happens
  /// to the next, and what a group shares is read once.
  package var groupSize: Int64 = 4 << 30
  /// Only walk the trees and count.
  package var isDryRun = false
  /// Throws if the destination's lock is lost: asked before each snapshot is saved.
  package var confirmLock: @Sendable () throws -> Void = {}

  package init(threadCount: Int) { self.threadCount = threadCount }
}

/// A snapshot that stands in the destination now.
package struct CopiedSnapshot: Sendable, Hashable {
  package let source: SnapshotID
  package let copy: SnapshotID
}

extension Snapshot {
  /// Whether `other` is a copy of this one, or the other way round: all is equal but parent, `original`, summary and who
  /// wrote it. So decides restic too.
  package func isSame(as other: Snapshot) -> Bool {
    time.isSameInstant(as: other.time) && tree == other.tree && hostname == other.hostname
      && username == other.username && userID == other.userID && groupID == other.groupID
      && excludes == other.excludes && paths.count == other.paths.count && Set(paths) == Set(other.paths)
      && tags.count == other.tags.count && Set(tags) == Set(other.tags)
  }

  /// As it is saved in another repository: its parent means nothing there, and it remembers whence it came.
  func copied(from id: SnapshotID) -> Snapshot {
    var copy = self
    copy.parent = nil
    copy.original = original ?? id
    return copy
  }
}

/// Finds copies of snapshots among those of a repository.
package struct KnownCopies: Sendable {
  private var byOrigin: [SnapshotID: [StoredSnapshot]] = [:]

  /// - Parameter snapshots: of the destination.
  package init(_ snapshots: [StoredSnapshot]) {
    for stored in snapshots {
      byOrigin[stored.id, default: []].append(stored)
      if let original = stored.snapshot.original { byOrigin[original, default: []].append(stored) }
    }
  }

  /// The one that is a copy of `stored`: of the same origin and with the same content. A snapshot that was given other
  /// tags since is another one.
  package func copy(of stored: StoredSnapshot) -> StoredSnapshot? {
    byOrigin[stored.snapshot.original ?? stored.id]?.first { $0.snapshot.isSame(as: stored.snapshot) }
  }
}
