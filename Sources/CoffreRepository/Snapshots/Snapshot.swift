package import CoffreCore

/// One state of the sources, as a snapshot file tells it. Its id is the name of the file, not part of it.
package struct Snapshot: Sendable, Hashable {
  /// Start of the backup, in the zone of whoever made it.
  package var time: Timestamp
  package var parent: SnapshotID?
  package var tree: TreeID
  /// What was asked for, absolute, in the order given.
  package var paths: [String]
  package var hostname = ""
  package var username = ""
  package var userID: UInt32 = 0
  package var groupID: UInt32 = 0
  /// The patterns of `--exclude`.
  package var excludes: [String] = []
  package var tags: [String] = []
  /// The first of the chain of snapshots this one was rewritten from.
  package var original: SnapshotID?
  /// Such as `restic 0.19.1`.
  package var programVersion = ""
  package var summary: SnapshotSummary?

  package init(time: Timestamp, tree: TreeID, paths: [String]) {
    self.time = time
    self.tree = tree
    self.paths = paths
  }
}

/// What a backup did, kept with its snapshot.
package struct SnapshotSummary: Sendable, Hashable {
  package var start = Timestamp.missing
  package var end = Timestamp.missing
  package var newFiles: UInt64 = 0
  package var changedFiles: UInt64 = 0
  package var unmodifiedFiles: UInt64 = 0
  package var newDirectories: UInt64 = 0
  package var changedDirectories: UInt64 = 0
  package var unmodifiedDirectories: UInt64 = 0
  package var dataBlobs: UInt64 = 0
  package var treeBlobs: UInt64 = 0
  /// New data and tree blobs before compression, in bytes.
  package var dataAdded: UInt64 = 0
  /// What of it was stored, in bytes.
  package var dataAddedPacked: UInt64 = 0
  package var totalFiles: UInt64 = 0
  package var totalBytes: UInt64 = 0

  package init() {}
}
