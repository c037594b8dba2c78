package import CoffreCore

/// What is counted of snapshots; the words are restic's.
package enum StatisticsMode: String, Sendable, Hashable, CaseIterable {
  /// What a restore of each would bring: hard links count once in each snapshot.
  case restoreSize = "restore-size"
  /// Files of different contents, each once.
  case filesByContents = "files-by-contents"
  /// What the blobs of each file take, each blob once for each path.
  case blobsPerFile = "blobs-per-file"
  /// What they take in the repository, each blob once.
  case rawData = "raw-data"
}

/// The counts of one mode over some snapshots. What a mode does not count is 0.
package struct SnapshotStatistics: Sendable, Hashable {
  package var snapshots = 0
  /// Nodes of every kind; in `filesByContents`, different contents, the empty one among them.
  package var entries = 0
  /// Regular files among them.
  package var files = 0
  package var blobs = 0
  package var bytes: Int64 = 0
  /// Of `rawData`: what the blobs would take without compression.
  package var bytesUncompressed: Int64 = 0
  /// Of `rawData`: the blobs that are compressed, as they are and as they would be.
  package var compressedBytes: Int64 = 0
  package var compressedBytesBefore: Int64 = 0

  package init() {}

  /// How many times smaller compression makes what it is used on; `nil` without any.
  package var compressionRatio: Double? {
    compressedBytes > 0 ? Double(compressedBytesBefore) / Double(compressedBytes) : nil
  }

  /// In percent of the uncompressed bytes: how much lies in blobs that are compressed.
  package var compressionProgress: Double? {
    bytesUncompressed > 0 ? Double(compressedBytesBefore) / Double(bytesUncompressed) * 100 : nil
  }

  /// In percent of the uncompressed bytes.
  package var compressionSpaceSaving: Double? {
    bytesUncompressed > 0 ? (1 - Double(bytes) / Double(bytesUncompressed)) * 100 : nil
  }

  mutating func add(_ blob: IndexedBlob) {
    let overhead = Int64(PackHeader.sealOverhead)
    let isCompressed = blob.uncompressedLength != 0
    let before = isCompressed ? Int64(blob.uncompressedLength) + overhead : Int64(blob.length)
    blobs += 1
    bytes += Int64(blob.length)
    bytesUncompressed += before
    if isCompressed {
      compressedBytes += Int64(blob.length)
      compressedBytesBefore += before
    }
  }
}

/// Counts what snapshots take. Reads all their trees, each once.
package struct StatisticsReader {
  private let repository: Repository
  private let index: BlobIndex
  private let threadCount: Int
  private let cancellation: Cancellation

  package init(repository: Repository, index: BlobIndex, threadCount: Int, cancellation: Cancellation) {
    self.repository = repository
    self.index = index
    self.threadCount = threadCount
    self.cancellation = cancellation
  }

  /// - Parameter snapshots: oldest first.
  package func count(_ snapshots: [StoredSnapshot], _ mode: StatisticsMode) throws -> SnapshotStatistics {
    var result: SnapshotStatistics
    switch mode {
    case .restoreSize: result = try restoreSizes(of: snapshots).reduce(into: SnapshotStatistics()) { $0.add($1) }
    case .filesByContents, .blobsPerFile:
      var files = FileStatistics(repository: repository, index: index, mode: mode, cancellation: cancellation)
      result = try files.count(snapshots)
    case .rawData:
      var used = EntrySet(capacity: index.count)
      try mark(snapshots, into: &used)
      result = SnapshotStatistics()
      used.forEach { result.add(index.entry($0)) }
      // Version 1 knows no compression: nothing to say about it.
      if repository.config.version < 2 { result.bytesUncompressed = 0 }
    }
    result.snapshots = snapshots.count
    return result
  }

  /// What a restore of each would bring, in the order given.
  package func restoreSizes(of snapshots: [StoredSnapshot]) throws -> [SnapshotStatistics] {
    let sizes = RestoreSizes(repository: repository, index: index, cancellation: cancellation)
    return try sizes.count(snapshots, threadCount: threadCount)
  }

  func mark(_ snapshots: [StoredSnapshot], into used: inout EntrySet) throws {
    try UsedBlobs.mark(
      snapshots, in: index, of: repository, into: &used, threadCount: threadCount, cancellation: cancellation)
  }
}

extension SnapshotStatistics {
  mutating func add(_ other: SnapshotStatistics) {
    entries += other.entries
    files += other.files
    bytes = bytes.adding(saturating: other.bytes)
  }
}

/// What one snapshot takes of the repository, in sealed bytes.
package struct SnapshotShare: Sendable, Hashable {
  /// What no earlier snapshot had.
  package var added: Int64 = 0
  /// What no other snapshot has: forgetting it frees so much.
  package var unique: Int64 = 0

  package init() {}
}

extension StatisticsReader {
  /// What each snapshot takes beside all the others.
  ///
  /// - Parameter snapshots: all of the repository, oldest first: what one that is missing here needs would count as unique.
  package func shares(of snapshots: [StoredSnapshot]) throws -> [SnapshotShare] {
    var shares = Array(repeating: SnapshotShare(), count: snapshots.count)
    // A blob is one snapshot's own if the first that has it is the last too.
    var firstOwners = [UInt32](repeating: .max, count: index.count)
    try forEachOwner(snapshots, Array(snapshots.indices)) { entry, owner in
      firstOwners[entry] = UInt32(owner)
      shares[owner].added += Int64(index.entry(entry).length)
    }
    try forEachOwner(snapshots, snapshots.indices.reversed()) { entry, owner in
      if firstOwners[entry] == UInt32(owner) { shares[owner].unique += Int64(index.entry(entry).length) }
    }
    return shares
  }

  /// Tells of each blob the first snapshot in `order` that needs it.
  private func forEachOwner(_ snapshots: [StoredSnapshot], _ order: [Int], _ body: (Int, Int) -> Void) throws {
    var used = EntrySet(capacity: index.count)
    for owner in order {
      let before = used
      try mark([snapshots[owner]], into: &used)
      used.forEach(notIn: before) { body($0, owner) }
    }
  }
}
