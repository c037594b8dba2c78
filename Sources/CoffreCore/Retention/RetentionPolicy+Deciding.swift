extension RetentionPolicy {
  /// Splits the items of one group in two, as restic does (its `ApplyPolicy`). Pure: nothing is removed here.
  ///
  /// A policy without any rule keeps everything.
  ///
  /// - Parameters:
  ///   - items: in any order; of equal times the first is looked at first.
  ///   - now: items from then on are in the future and no reference for `within`.
  package func decide<Item: Retainable>(on items: [Item], now: Timestamp) -> RetentionDecision<Item> {
    let items = newestFirst(items)
    guard !isEmpty else {
      return RetentionDecision(kept: items.map { .init(item: $0, reasons: [], left: [:]) }, removed: [])
    }
    let reference = items.first { $0.time.isBefore(now) }?.time ?? .missing
    var counters = RetentionPeriod.allCases.compactMap { Counter($0, counts[$0]) }
    var windows = RetentionPeriod.allCases.compactMap { Window($0, durations[$0], before: reference) }
    var kept: [RetentionDecision<Item>.Kept] = []
    var removed: [Item] = []
    for (position, item) in items.enumerated() {
      let isOldest = keepsOldest && position == items.count - 1
      var reasons = tagLists.filter { item.bears($0) }.map { RetentionReason.tags($0) }
      var windowReasons: [RetentionReason] = []
      for index in windows.indices {
        if let reason = windows[index].keeps(item.time, at: position, isOldest) { windowReasons.append(reason) }
      }
      let isWithin = windowReasons.first.map { if case .within(.each, _, _) = $0 { true } else { false } } ?? false
      if isWithin { reasons.append(windowReasons.removeFirst()) }
      for index in counters.indices {
        if let reason = counters[index].keeps(item.time, at: position, isOldest) { reasons.append(reason) }
      }
      reasons += windowReasons
      if reasons.isEmpty {
        removed.append(item)
      } else {
        let left = Dictionary(uniqueKeysWithValues: counters.map { ($0.period, $0.left) })
        kept.append(.init(item: item, reasons: reasons, left: left))
      }
    }
    return RetentionDecision(kept: kept, removed: removed)
  }

  /// Stable: equal times stay in the order given.
  private func newestFirst<Item: Retainable>(_ items: [Item]) -> [Item] {
    items.enumerated().sorted { left, right in
      left.element.time.isSameInstant(as: right.element.time)
        ? left.offset < right.offset : right.element.time.isBefore(left.element.time)
    }.map(\.element)
  }
}

extension Retainable {
  /// Whether it has all the tags; an empty one is borne by what has none at all.
  package func bears(_ list: [String]) -> Bool {
    for tag in list {
      if tag.isEmpty, tags.isEmpty { return true }
      guard tags.contains(where: { $0.hasSameBytes(as: tag) }) else { return false }
    }
    return true
  }
}

/// The newest of each period, so many times.
private struct Counter {
  let period: RetentionPeriod
  private(set) var left: RetentionLimit
  private var lastBucket: Int64?

  init?(_ period: RetentionPeriod, _ limit: RetentionLimit?) {
    guard let limit, !limit.isNone else { return nil }
    self.period = period
    left = limit
  }

  mutating func keeps(_ time: Timestamp, at position: Int, _ isOldest: Bool) -> RetentionReason? {
    guard !left.isNone else { return nil }
    let bucket = period.bucket(of: time, at: position)
    let isNew = bucket != lastBucket
    guard isNew || isOldest else { return nil }
    lastBucket = bucket
    left = left.reduced
    return .counted(period, isOldest: !isNew)
  }
}

/// The newest of each period, down to a moment.
private struct Window {
  let period: RetentionPeriod
  private let duration: CalendarDuration
  private let limit: Timestamp
  private var lastBucket: Int64?

  init?(_ period: RetentionPeriod, _ duration: CalendarDuration?, before reference: Timestamp) {
    guard let duration, !duration.isZero else { return nil }
    self.period = period
    self.duration = duration
    limit = reference.subtracting(duration)
  }

  mutating func keeps(_ time: Timestamp, at position: Int, _ isOldest: Bool) -> RetentionReason? {
    guard limit.isBefore(time) else { return nil }
    let bucket = period.bucket(of: time, at: position)
    let isNew = bucket != lastBucket
    guard isNew || isOldest else { return nil }
    lastBucket = bucket
    return .within(period, duration, isOldest: !isNew)
  }
}
