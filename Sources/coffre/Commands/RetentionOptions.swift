import CoffreCore
import CoffreRepository

/// The rules of a forget, named as restic names them.
enum RetentionOptions {
  private static let counts: [(period: RetentionPeriod, option: OptionSpec)] = [
    (.each, OptionSpec("keep-last", "l", .text("count"), help: "keep so many of the newest; 'unlimited' keeps all")),
    (.hourly, OptionSpec("keep-hourly", "H", .text("count"), help: "keep the newest of so many hours")),
    (.daily, OptionSpec("keep-daily", "d", .text("count"), help: "keep the newest of so many days")),
    (.weekly, OptionSpec("keep-weekly", "w", .text("count"), help: "keep the newest of so many weeks")),
    (.monthly, OptionSpec("keep-monthly", "m", .text("count"), help: "keep the newest of so many months")),
    (.yearly, OptionSpec("keep-yearly", "y", .text("count"), help: "keep the newest of so many years")),
  ]

  private static let durations: [(period: RetentionPeriod, option: OptionSpec)] = [
    (
      .each,
      OptionSpec(
        "keep-within", nil, .text("duration"),
        help: "keep what is younger than this, counted back from the newest: '1y5m7d2h', m is months")
    ),
    (
      .hourly,
      OptionSpec("keep-within-hourly", nil, .text("duration"), help: "keep the newest of each hour for so long")
    ),
    (.daily, OptionSpec("keep-within-daily", nil, .text("duration"), help: "keep the newest of each day for so long")),
    (
      .weekly,
      OptionSpec("keep-within-weekly", nil, .text("duration"), help: "keep the newest of each week for so long")
    ),
    (
      .monthly,
      OptionSpec("keep-within-monthly", nil, .text("duration"), help: "keep the newest of each month for so long")
    ),
    (
      .yearly,
      OptionSpec("keep-within-yearly", nil, .text("duration"), help: "keep the newest of each year for so long")
    ),
  ]

  private static let tags = OptionSpec(
    "keep-tag", nil, .text("tags"), help: "keep what has all these tags, joined by commas", isRepeatable: true,
    mayBeEmpty: true)

  static let all = counts.map(\.option) + durations.map(\.option) + [tags]

  static let groupBy = OptionSpec(
    "group-by", "g", .text("groups"), help: "group by host, paths and tags, joined by commas, or 'none'",
    mayBeEmpty: true, defaultValue: "host,paths")

  static func policy(_ arguments: ParsedArguments) throws(UsageError) -> RetentionPolicy {
    var policy = RetentionPolicy()
    for (period, option) in counts {
      guard let text = arguments.text(option) else { continue }
      guard let limit = RetentionLimit(text) else {
        throw UsageError(
          "'\(text)' of '--\(option.name)' is no count", advice: "Give a whole number, or 'unlimited' to keep all.")
      }
      policy.counts[period] = limit
    }
    for (period, option) in durations {
      guard let text = arguments.text(option) else { continue }
      guard let duration = CalendarDuration(text) else {
        throw UsageError(
          "'\(text)' of '--\(option.name)' is no duration",
          advice: "Give years, months, days and hours such as '1y5m7d2h'; m is months.")
      }
      policy.durations[period] = duration
    }
    policy.tagLists = arguments.texts(tags).map { SnapshotOptions.tagList($0) }
    return policy
  }

  /// - Parameter option: without a value and a default, one group of all.
  static func grouping(_ arguments: ParsedArguments, _ option: OptionSpec = groupBy) throws(UsageError)
    -> SnapshotGrouping
  {
    let text = arguments.text(option) ?? ""
    guard let grouping = SnapshotGrouping(text) else {
      throw UsageError(
        "'\(text)' of '--group-by' is no list of groups",
        advice: "Join some of host, paths and tags by commas, or give 'none'.")
    }
    return grouping
  }
}
