/// Something that was made at a time and may bear tags: a snapshot, a point of a shelf.
package protocol Retainable {
  /// In the zone of whoever made it: days, weeks and months are counted there.
  var time: Timestamp { get }
  var tags: [String] { get }
}

/// Which items survive a `forget`: those that at least one rule keeps. Rules count independently; one item may serve
/// several.
package struct RetentionPolicy: Sendable, Hashable {
  /// How many periods keep their newest item; `.each` is the rule `last`.
  package var counts: [RetentionPeriod: RetentionLimit] = [:]
  /// How long each period keeps its newest item; `.each` is the rule `within`. Counted back from the newest item that
  /// is not in the future.
  package var durations: [RetentionPeriod: CalendarDuration] = [:]
  /// An item stays if it has all tags of one list. An empty tag stands for "no tags at all".
  package var tagLists: [[String]] = []
  /// Whether a rule that has not used up its count, or that reaches so far back, also keeps the oldest item, so that the
  /// history is as long as it can be. restic does so since 0.16.
  package var keepsOldest = true

  package init() {}

  /// Whether there is no rule at all; counts and durations of zero are none.
  package var isEmpty: Bool {
    counts.values.allSatisfy(\.isNone) && durations.values.allSatisfy(\.isZero) && tagLists.isEmpty
  }
}

/// What becomes of each item.
package struct RetentionDecision<Item> {
  /// An item that stays, and why.
  package struct Kept {
    package let item: Item
    /// At least one, unless the policy was empty.
    package let reasons: [RetentionReason]
    /// What the counting rules have left after this item.
    package let left: [RetentionPeriod: RetentionLimit]
  }

  /// Newest first.
  package let kept: [Kept]
  /// Newest first.
  package let removed: [Item]
}

extension RetentionDecision: Sendable where Item: Sendable {}
extension RetentionDecision.Kept: Sendable where Item: Sendable {}

/// Why an item stays.
package enum RetentionReason: Sendable, Hashable {
  /// It has all these tags.
  case tags([String])
  /// The newest of its period; or the oldest of all, while a rule had counts left.
  case counted(RetentionPeriod, isOldest: Bool)
  /// The same within a time.
  case within(RetentionPeriod, CalendarDuration, isOldest: Bool)
}
