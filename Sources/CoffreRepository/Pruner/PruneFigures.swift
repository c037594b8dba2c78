/// What a prune finds and means to do, counted. Bytes are those of sealed blobs, without pack headers, as restic counts
/// them.
package struct PruneFigures: Sendable, Hashable {
  package struct Blobs: Sendable, Hashable {
    package var count = 0
    package var bytes: Int64 = 0

    mutating func add(_ length: UInt32) {
      count += 1
      bytes += Int64(length)
    }
  }

  /// What snapshots need, each blob once.
  package var used = Blobs()
  /// Further copies of it.
  package var duplicate = Blobs()
  /// What no snapshot needs.
  package var unused = Blobs()
  /// In packs that are repacked.
  package var repacked = Blobs()
  /// Of those, what is left behind.
  package var repackRemoved = Blobs()
  /// In packs that are deleted as they are.
  package var removed = Blobs()

  package var packsUsed = 0
  package var packsPartlyUsed = 0
  package var packsUnused = 0
  package var packsKept = 0
  package var packsRepacked = 0
  package var packsRemoved = 0
  /// Listed in the index, not in the store, needed by nobody.
  package var packsLost = 0
  /// In the store and in no index.
  package var packsUnindexed = 0
  package var bytesUnindexed: Int64 = 0
  /// Marked for deletion by rustic, which deletes them itself.
  package var packsMarked = 0
  package var bytesMarked: Int64 = 0
  /// Files of packs that go, headers and all.
  package var bytesOfPacksToDelete: Int64 = 0
  /// Files of all packs as they are now.
  package var bytesOfPacks: Int64 = 0
  /// In packs with data that is stored plain.
  package var bytesUncompressed: Int64 = 0

  package init() {}

  package var blobsTotal: Int { used.count + duplicate.count + unused.count }
  package var blobsRemoved: Int { repackRemoved.count + removed.count }
  package var blobsRemaining: Int { blobsTotal - blobsRemoved }
  package var bytesTotal: Int64 { used.bytes + duplicate.bytes + unused.bytes + bytesUnindexed }
  package var bytesRemoved: Int64 { repackRemoved.bytes + removed.bytes + bytesUnindexed }
  package var bytesRemaining: Int64 { bytesTotal - bytesRemoved }
  /// Unused bytes and second copies that stay.
  package var bytesUnusedAfter: Int64 { duplicate.bytes + unused.bytes - repackRemoved.bytes - removed.bytes }
  package var packsTotal: Int { packsUsed + packsPartlyUsed + packsUnused + packsUnindexed }
}
