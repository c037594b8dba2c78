import CoffreCore
import CoffreSystem

/// Names everything in snapshots that can no longer be restored, by the index that is given.
package enum LossSurvey {
  package struct Counts: Sendable, Hashable {
    /// Snapshots that lost something.
    package var snapshots = 0
    package var files = 0
    package var directories = 0
    /// Wrong details that were, or can be, put right.
    package var corrections = 0

    package init() {}

    package var isNothing: Bool { files == 0 && directories == 0 }
  }

  /// Stores nothing.
  static func run(
    on snapshots: [StoredSnapshot], in repository: Repository, index: BlobIndex, progress: RepairProgress,
    cancellation: Cancellation
  ) throws -> Counts {
    var change = SnapshotEdit(tag: "")
    change.isDryRun = true
    let repair = SnapshotRepair(
      repository: repository, index: index, unlistedPacks: [], change: change, suffix: [],
      progress: RewriteProgress(events: progress.events), cancellation: cancellation)
    _ = try repair.run(on: snapshots, among: snapshots)
    return repair.counts
  }
}
