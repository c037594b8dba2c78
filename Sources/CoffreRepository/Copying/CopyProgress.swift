/// How far a copy is.
package typealias CopyProgress = WorkProgress<CopyCounters>

package struct CopyCounters: WorkCounters {
  package enum Phase: Sendable, Hashable {
    case trees, data
  }

  package var phase = Phase.trees
  package var snapshotsTotal = 0
  package var snapshotsCopied = 0
  package var snapshotsFailed = 0
  package var trees = 0
  /// Blobs that the destination lacks, and their size in the source, in bytes.
  package var blobsTotal = 0
  package var bytesTotal: Int64 = 0
  package var blobsDone = 0
  package var bytesDone: Int64 = 0
  package var warnings = 0
  /// What the destination got, before compression and sealing, and as stored in packs; in bytes.
  package var bytesAdded: Int64 = 0
  package var bytesAddedPacked: Int64 = 0

  package init() {}
}
