package import CoffreCore
import CoffreSystem

/// Removes points by rules; what a kept one needs is kept too.
package struct ShelfPruning {
  /// What became of it, or would.
  package struct Outcome: Sendable {
    package let retention: ShelfRetention
    /// In the order they went.
    package var removed: [ShelfPoint] = []
  }

  private let shelf: ShelfFolder
  private let patience: Duration
  private let progress: ShelfProgress
  private let cancellation: Cancellation

  /// - Parameter patience: how long to wait for writers and readers.
  package init(
    _ shelf: ShelfFolder, patience: Duration = .zero, progress: ShelfProgress, cancellation: Cancellation
  ) {
    self.shelf = shelf
    self.patience = patience
    self.progress = progress
    self.cancellation = cancellation
  }

  /// - Parameter show: told what is decided, before anything is removed.
  /// - Throws: `ShelfError.unreadablePoints` if any point cannot be read: what it needs is not known. Nothing is removed
  ///   then, as where the shelf cannot be listed.
  package func run(
    _ policy: RetentionPolicy, now: Timestamp, isDryRun: Bool, _ show: (ShelfRetention) throws -> Void
  ) throws -> Outcome {
    guard !isDryRun else {
      let retention = try decide(policy, now)
      try show(retention)
      return Outcome(retention: retention)
    }
    let writing = try ShelfLock(.writing, on: shelf.descriptor, patience: patience, cancellation: cancellation)
    let removing = try ShelfLock(.removing, on: shelf.descriptor, patience: patience, cancellation: cancellation)
    try shelf.removeLeftovers(under: writing, cancellation)
    let retention = try decide(policy, now)
    try show(retention)
    var outcome = Outcome(retention: retention)
    for point in retention.removed {
      try cancellation.check()
      try shelf.remove(point, under: removing)
      outcome.removed.append(point)
      progress.count { $0.entries += 1 }
    }
    return outcome
  }

  private func decide(_ policy: RetentionPolicy, _ now: Timestamp) throws -> ShelfRetention {
    let listing = try shelf.points()
    guard listing.unreadable.isEmpty else {
      throw ShelfError.unreadablePoints(listing.unreadable.map { displayed($0.name) })
    }
    let inspection = PointInspection(shelf, cancellation)
    var damaged: Set<PathBytes> = []
    for point in listing.points where try !isWhole(point, .checksumOfManifest, inspection) {
      damaged.insert(point.name)
    }
    var proved: Set<PathBytes> = []
    while true {
      let retention = ShelfRetention(listing.points, policy: policy, now: now) { !damaged.contains($0.name) }
      // What others make room for has to be good: all of it is read, once for each group that something goes from.
      let groups = Set(retention.removed.map(\.group))
      let last = retention.kept.first { kept in
        kept.reasons.contains(.lastGood) && groups.contains(kept.point.group) && !proved.contains(kept.point.name)
      }
      guard let point = last?.point else { return retention }
      if try isWhole(point, .checksums, inspection) { proved.insert(point.name) } else { damaged.insert(point.name) }
    }
  }

  /// - Returns: whether it is; if not, it was told.
  private func isWhole(_ point: ShelfPoint, _ depth: PointInspection.Depth, _ inspection: PointInspection) throws
    -> Bool
  {
    do {
      try inspection.inspect(point, depth)
      return true
    } catch let error as ShelfError {
      guard case .damaged = error else { throw error }
      progress.warn("damaged-point", point.name, "\(error.text); it counts for no rule", isLoss: false)
      return false
    }
  }
}
