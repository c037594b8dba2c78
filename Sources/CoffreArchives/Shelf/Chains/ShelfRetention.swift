package import CoffreCore

/// Which points of a shelf stay. Pure: nothing is removed here.
package struct ShelfRetention: Sendable {
  /// Why a point stays.
  package enum Reason: Sendable, Hashable {
    case rule(RetentionReason)
    /// The newest of its group that is complete and whole.
    case lastGood
    /// A point that stays needs its archive.
    case neededBy(PathBytes)
    /// No rule was given.
    case noRule
  }

  package struct Kept: Sendable, Hashable {
    package let point: ShelfPoint
    package let reasons: [Reason]
  }

  /// Newest first.
  package let kept: [Kept]
  /// In the order in which they are to be removed: none before those that need it.
  package let removed: [ShelfPoint]

  /// Each group by itself, complete points by themselves and partial ones by themselves: in a streak of failures nothing
  /// good makes room for what is not.
  ///
  /// - Parameters:
  ///   - points: all of the shelf; a shelf of which a part could not be listed is not to be asked about.
  ///   - now: points from then on are no reference for rules of time.
  ///   - isWhole: whether a point and all it needs is there as it was written.
  package init(
    _ points: [ShelfPoint], policy: RetentionPolicy, now: Timestamp, isWhole: (ShelfPoint) throws -> Bool
  ) rethrows {
    var reasons: [PathBytes: [Reason]] = [:]
    for group in Dictionary(grouping: points, by: \.group).values {
      let whole = try group.filter { try isWhole($0) }
      let good = whole.filter(\.manifest.isComplete)
      let partial = whole.filter { !$0.manifest.isComplete }
      // What is damaged takes nobody's place either.
      let damaged = group.filter { point in !whole.contains { $0.name == point.name } }
      for part in [good, partial, damaged] {
        for kept in policy.decide(on: part.sortedByTime, now: now).kept {
          let own = kept.reasons.map { Reason.rule($0) }
          reasons[kept.item.name, default: []] += own.isEmpty ? [.noRule] : own
        }
      }
      if let last = good.sortedByTime.last ?? whole.sortedByTime.last { reasons[last.name, default: []] += [.lastGood] }
    }
    let byName = Dictionary(points.map { ($0.name, $0) }) { first, _ in first }
    var pending = reasons.keys.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { byName[$0] }
    while let point = pending.popLast() {
      for need in point.needs {
        guard let needed = byName[need] else { continue }
        if reasons[need] == nil { pending.append(needed) }
        let reason = Reason.neededBy(point.name)
        if reasons[need]?.contains(reason) != true { reasons[need, default: []].append(reason) }
      }
    }
    let ordered = Array(points.sortedByTime.reversed())
    kept = ordered.compactMap { point in reasons[point.name].map { Kept(point: point, reasons: $0) } }
    removed = Self.neederFirst(ordered.filter { reasons[$0.name] == nil })
  }

  /// What needs others goes before them, whatever the clocks said when they were made.
  private static func neederFirst(_ points: [ShelfPoint]) -> [ShelfPoint] {
    let byName = Dictionary(points.map { ($0.name, $0) }) { first, _ in first }
    var result: [ShelfPoint] = []
    var done: Set<PathBytes> = []
    var waiting = Dictionary(points.map { ($0.name, 0) }) { first, _ in first }
    for point in points {
      for need in Set(point.needs) where byName[need] != nil { waiting[need, default: 0] += 1 }
    }
    var ready = points.filter { waiting[$0.name] == 0 }
    while !ready.isEmpty {
      let point = ready.removeFirst()
      guard done.insert(point.name).inserted else { continue }
      result.append(point)
      for need in Set(point.needs) {
        guard let needed = byName[need] else { continue }
        waiting[need, default: 1] -= 1
        if waiting[need] == 0 { ready.append(needed) }
      }
    }
    // Points that need each other in a ring were made by no Coffre; they go last.
    return result + points.filter { !done.contains($0.name) }
  }
}
