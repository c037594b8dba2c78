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
  /// `nil` for a lock of its own.
  private let shared: ShelfWriting?
  private let patience: Duration
  private let progress: ShelfProgress
  private let cancellation: Cancellation

  /// - Parameter patience: how long to wait for writers and readers.
  package init(
    _ shelf: ShelfFolder, patience: Duration = .zero, progress: ShelfProgress, cancellation: Cancellation
  ) {
    self.shelf = shelf
    shared = nil
    self.patience = patience
    self.progress = progress
    self.cancellation = cancellation
  }

  /// By somebody who writes to the shelf.
  ///
  /// - Parameter patience: how long to wait for readers.
  package init(
    under writing: ShelfWriting, patience: Duration = .zero, progress: ShelfProgress, cancellation: Cancellation
  ) {
    shelf = writing.shelf
    shared = writing
    self.patience = patience
    self.progress = progress
    self.cancellation = cancellation
  }

  /// - Parameters:
  ///   - isWanted: which points the rules are for. Others stay, and so does what they need.
  ///   - show: told what is decided, before anything is removed.
  /// - Throws: `ShelfError.unreadablePoints` if any point cannot be read: what it needs is not known. Nothing is removed
  ///   then, as where the shelf cannot be listed.
  package func run(
    _ policy: RetentionPolicy, now: Timestamp, isDryRun: Bool, of isWanted: (ShelfPoint) -> Bool = { _ in true },
    _ show: (ShelfRetention) throws -> Void
  ) throws -> Outcome {
    guard !isDryRun else {
      let retention = try decide(policy, now, try shelf.points(), isWanted)
      try show(retention)
      return Outcome(retention: retention)
    }
    let writing =
      try shared ?? ShelfWriting(shelf, patience: patience, events: progress.events, cancellation: cancellation)
    return try writing.alone { try run(policy, now, under: writing, of: isWanted, show) }
  }

  private func run(
    _ policy: RetentionPolicy, _ now: Timestamp, under writing: ShelfWriting, of isWanted: (ShelfPoint) -> Bool,
    _ show: (ShelfRetention) throws -> Void
  ) throws -> Outcome {
    let removing = try ShelfLock(.removing, on: shelf.descriptor, patience: patience, cancellation: cancellation)
    let listing = try writing.points()
    let retention = try decide(policy, now, listing, isWanted)
    try show(retention)
    var outcome = Outcome(retention: retention)
    let neededByOthers = Set(listing.points.filter { !isWanted($0) }.flatMap(\.needs))
    for point in retention.removed where !neededByOthers.contains(point.name) {
      try cancellation.check()
      try shelf.remove(point, under: removing)
      writing.removed(point)
      outcome.removed.append(point)
      progress.count { $0.entries += 1 }
    }
    return outcome
  }

  private func decide(
    _ policy: RetentionPolicy, _ now: Timestamp, _ listing: ShelfListing, _ isWanted: (ShelfPoint) -> Bool
  ) throws -> ShelfRetention {
    let points = listing.points.filter(isWanted)
    guard listing.unreadable.isEmpty else {
      throw ShelfError.unreadablePoints(listing.unreadable.map { displayed($0.name) })
    }
    let inspection = PointInspection(shelf, cancellation)
    var damaged: Set<PathBytes> = []
    for point in points where try !isWhole(point, .checksumOfManifest, inspection) {
      damaged.insert(point.name)
    }
    var proved: Set<PathBytes> = []
    while true {
      let retention = ShelfRetention(points, policy: policy, now: now) { !damaged.contains($0.name) }
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
