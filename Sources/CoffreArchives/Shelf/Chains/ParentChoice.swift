package import CoffreCore

/// Which point a new one follows. Pure: whether a point is whole is asked.
package enum ParentChoice: Sendable, Hashable {
  /// It holds everything itself, as was asked for.
  case none
  /// The same, as nothing is there that could be followed.
  case nothingToFollow
  case point(ShelfPoint)

  /// A full one follows none, a differential the newest full one, an incremental the newest of any kind; each time among
  /// those of the group that are complete, not younger than the new one, and whole with all they need.
  ///
  /// - Parameters:
  ///   - points: of the shelf, in any order.
  ///   - isWhole: asked newest first, until one is.
  package static func choose(
    for variant: ShelfVariant, of group: ShelfPoint.Group, at time: Timestamp, among points: [ShelfPoint],
    isWhole: (ShelfPoint) throws -> Bool
  ) rethrows -> ParentChoice {
    guard variant != .full else { return .none }
    let fitting = points.filter { point in
      point.group == group && point.manifest.isComplete && !time.isBefore(point.time)
        && (variant == .incremental || point.manifest.variant == .full)
    }
    for point in fitting.sortedByTime.reversed() where try isWhole(point) { return .point(point) }
    return .nothingToFollow
  }
}
