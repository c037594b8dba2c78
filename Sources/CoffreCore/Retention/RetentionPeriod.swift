/// What a rule keeps one of.
package enum RetentionPeriod: String, Sendable, Hashable, CaseIterable {
  /// Each item by itself: the rules `last` and `within`.
  case each
  case hourly, daily, weekly, monthly, yearly

  /// A number that is the same for two times of one period and differs for neighbouring ones. Hours, days, ISO weeks,
  /// months and years are those of the zone that the time was written in.
  ///
  /// - Parameter position: of the item among all, newest first.
  func bucket(of time: Timestamp, at position: Int) -> Int64 {
    let local = time.localSeconds
    let days = local.dividedDown(by: 86_400)
    switch self {
    case .each: return Int64(position)
    case .hourly: return local.dividedDown(by: 3600)
    case .daily: return days
    // Weeks begin on Monday; 1970 began on a Thursday.
    case .weekly: return (days + 3).dividedDown(by: 7)
    case .monthly:
      let date = CivilDate(daysSince1970: days)
      return date.year * 12 + Int64(date.month)
    case .yearly: return CivilDate(daysSince1970: days).year
    }
  }
}

/// How many a rule keeps.
package enum RetentionLimit: Sendable, Hashable {
  case atMost(Int)
  case unlimited

  package static let none = RetentionLimit.atMost(0)

  package var isNone: Bool { self == .none }

  /// What is left after one more was kept.
  var reduced: RetentionLimit {
    if case .atMost(let count) = self { .atMost(max(0, count - 1)) } else { self }
  }

  /// Reads a count, or `unlimited`, or restic's `-1` for it.
  package init?(_ text: String) {
    if text == "unlimited" || text == "-1" {
      self = .unlimited
    } else if let count = Int(text), count >= 0, text.first != "+" {
      self = .atMost(count)
    } else {
      return nil
    }
  }
}
