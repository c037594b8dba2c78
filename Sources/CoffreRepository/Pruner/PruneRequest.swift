import CoffreCore

/// How much unused data may stay, because removing it would mean writing everything around it anew.
package enum UnusedLimit: Sendable, Hashable {
  /// Of the size afterwards, in percent; below 100.
  case percent(Double)
  case bytes(Int64)
  case unlimited

  /// In bytes, beside `used` bytes that are needed.
  func bytes(beside used: Int64) -> Int64 {
    switch self {
    case .percent(let percent):
      // Half of what the type holds: far beyond any repository, and never a trap.
      Int64(min(max(0, percent) / (100 - min(percent, 99.99)) * Double(used), 0x1p62))
    case .bytes(let bytes): bytes
    case .unlimited: .max
    }
  }
}

/// What prune is asked to do.
package struct PruneRequest: Sendable {
  package var maxUnused = UnusedLimit.percent(5)
  /// Stop repacking before more than so many bytes of packs were read; `nil` for no limit.
  package var maxRepackBytes: Int64?
  /// Repack packs with trees only: those that local caches hold.
  package var repacksCacheableOnly = false
  /// Also repack packs with data that is stored plain, and compress it.
  package var compresses = false
  /// Packs below so many bytes are joined, if there are at least ten; `nil` for what suits the repository.
  package var smallPackBytes: Int64?
  /// Open and hash every blob that is moved, instead of checking its seal only; and read the copy that stays wherever
  /// another one of the same blob goes.
  package var isParanoid = false
  /// Free everything if there is no snapshot, which otherwise is refused: a folder of snapshots that got lost looks so.
  package var allowsEmpty = false
  /// As if these were gone: what would be freed without them. For plans only, never for doing.
  package var ignoredSnapshots: Set<SnapshotID> = []
  /// All snapshots, as whoever holds an exclusive lock since has listed them; `nil` to list them.
  package var listedSnapshots: [ListedObject]?
  /// More of trees to read, as stored, is no work for an exclusive lock.
  package var quickBytes: Int64 = 256 << 20
  /// Nor is writing packs anew for longer.
  package var quickTime = Duration.seconds(60)
  package var packSize = PackHeader.usualPackSize
  package var threadCount: Int

  package init(threadCount: Int) { self.threadCount = threadCount }
}

/// How far a prune is.
package typealias PruneProgress = WorkProgress<PruneCounters>

package struct PruneCounters: WorkCounters {
  package enum Phase: Sendable { case snapshots, index, trees, plan, repack, wait, delete }

  package var phase = Phase.snapshots
  package var snapshots = 0
  package var trees = 0
  package var packsToRepack = 0
  package var packsRepacked = 0
  package var bytesToRepack: Int64 = 0
  package var bytesRepacked: Int64 = 0
  package var packsToDelete = 0
  package var packsDeleted = 0
  package var bytesDeleted: Int64 = 0
  /// Files that should be gone and are still there.
  package var failures = 0
  package var warnings = 0

  package init() {}
}

extension PruneProgress {
  package func enter(_ phase: PruneCounters.Phase) { count { $0.phase = phase } }

  /// A file that should be gone and is still there: harmless, the next prune tries again.
  func warnKept(_ subject: String, _ cause: Message) {
    count { $0.failures += 1 }
    warn("not-removed", subject, "it could not be removed and stays as garbage: \(cause)", isLoss: true)
  }
}
