import CoffreCore
import CoffreTestKit

@testable import CoffreRepository

/// A random history of backups: several hosts, paths and tags, several time zones, days of clock changes and ends of
/// years, equal times, times in the future. The same at every run for a seed, but for `now`.
struct ForgetHistory {
  private(set) var snapshots: [Snapshot] = []
  private var random: SeededRandom
  private let now: Int64

  init(seed: UInt64, now: Int64) {
    random = SeededRandom(seed: seed)
    self.now = now
    let zones = Zone.all.shuffled(using: &random).prefix(.random(in: 1...3, using: &random))
    for time in times(count: .random(in: 1...60, using: &random)) {
      guard let zone = zones.randomElement(using: &random) else { continue }
      add(time, zone)
    }
  }

  // MARK: Snapshots

  private mutating func add(_ seconds: Int64, _ zone: Zone) {
    let nanoseconds: Int32 = Bool.random(using: &random) ? 0 : .random(in: 0..<1_000_000_000, using: &random)
    var snapshot = Snapshot(
      time: Timestamp(seconds: seconds, nanoseconds: nanoseconds, utcOffset: zone.offset(at: seconds)),
      tree: Digest(words: 1, 2, 3, UInt64(snapshots.count)), paths: paths())
    snapshot.hostname = oneOf(["shop", "caf\u{E9}", "cafe\u{301}"])
    snapshot.tags = tags()
    snapshots.append(snapshot)
    // Equal times may stay in any order, so they are equal in all that rules look at.
    guard Int.random(in: 0..<8, using: &random) == 0 else { return }
    snapshot.paths = paths()
    snapshot.hostname = oneOf(["shop", "desk"])
    snapshots.append(snapshot)
  }

  private mutating func paths() -> [String] {
    oneOf([["/home"], ["/home"], ["/etc", "/home"], ["/home", "/etc"], ["/"], ["/z\u{FC}rich", "/a,b"]])
  }

  private mutating func tags() -> [String] { oneOf([[], [], ["a"], ["b", "a"], ["a", "b"], ["a", "b", "c d"]]) }

  private mutating func oneOf<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &random)]
  }

  // MARK: Times

  private mutating func times(count: Int) -> [Int64] {
    var times: [Int64] = []
    var time = now - .random(in: 0..<40_000_000, using: &random)
    let style = Int.random(in: 0..<5, using: &random)
    while times.count < count {
      switch style {
      case 0: time -= 86_400 + .random(in: -600...600, using: &random)
      case 1: time -= .random(in: 600...7200, using: &random)
      case 2: time -= 7 * 86_400 + .random(in: -90_000...90_000, using: &random)
      case 3: time = around(oneOf(Self.moments))
      default: time -= Int64(1) << Int.random(in: 0...24, using: &random)
      }
      times.append(time)
    }
    if Int.random(in: 0..<3, using: &random) == 0 {
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        times.append(now + .random(in: 86_400...9_000_000, using: &random))
      }
    }
    return times.shuffled(using: &random)
  }

  private mutating func around(_ moment: Int64) -> Int64 { moment + .random(in: -200_000...200_000, using: &random) }

  /// Clock changes of 2024 in Paris and New York, ends of years with 52 and 53 weeks, a leap day, 1970.
  private static let moments: [Int64] = [
    1_711_846_800, 1_729_990_800, 1_710_054_000, 1_730_613_600, 1_609_459_200, 1_704_067_200, 1_735_689_600,
    1_709_208_000, 0,
  ]
}

/// What clocks show somewhere, with the clock changes of today's rules.
private enum Zone: CaseIterable {
  case utc, paris, newYork, kathmandu, kiritimati, marquesas

  static let all = Array(allCases)

  /// In seconds, east of Greenwich.
  func offset(at seconds: Int64) -> Int32 {
    let year = CivilDate(daysSince1970: seconds / 86_400).year
    switch self {
    case .utc: return 0
    case .paris:
      let start = sunday(.last, of: 3, year) + 3600
      let end = sunday(.last, of: 10, year) + 3600
      return (start..<end).contains(seconds) ? 7200 : 3600
    case .newYork:
      let start = sunday(.number(2), of: 3, year) + 7 * 3600
      let end = sunday(.number(1), of: 11, year) + 6 * 3600
      return (start..<end).contains(seconds) ? -14_400 : -18_000
    case .kathmandu: return 20_700
    case .kiritimati: return 50_400
    case .marquesas: return -34_200
    }
  }

  private enum Which {
    case last
    case number(Int64)
  }

  /// Its first second in UTC.
  private func sunday(_ which: Which, of month: Int, _ year: Int64) -> Int64 {
    switch which {
    case .number(let number):
      let first = CivilDate(year: year, month: month, day: 1).daysSince1970
      return (first + (10 - first % 7) % 7 + 7 * (number - 1)) * 86_400
    case .last:
      let last = CivilDate(year: year, month: month, day: 31).daysSince1970
      return (last - (last + 4) % 7) * 86_400
    }
  }
}

/// Random rules, as the words of a command line and as the policy they stand for.
struct ForgetRules: CustomStringConvertible {
  private(set) var arguments: [String] = []
  private(set) var policy = RetentionPolicy()
  private(set) var grouping = SnapshotGrouping.hostAndPaths
  private(set) var filter = SnapshotFilter()

  var description: String { arguments.map { $0.isEmpty ? "''" : $0 }.joined(separator: " ") }

  /// - Parameter knowsUnlimited: restic takes -1 for it since 0.16; before, such a rule keeps nothing.
  init(using random: inout SeededRandom, knowsUnlimited: Bool) {
    while policy.counts.isEmpty && policy.durations.isEmpty {
      for period in RetentionPeriod.allCases {
        let name = period == .each ? "last" : period.rawValue
        if Int.random(in: 0..<4, using: &random) == 0 {
          let isEndless = Int.random(in: 0..<6, using: &random) == 0
          let count = isEndless ? 1000 : Int.random(in: 1...12, using: &random)
          policy.counts[period] = isEndless && knowsUnlimited ? .unlimited : .atMost(count)
          arguments += ["--keep-\(name)", isEndless && knowsUnlimited ? "unlimited" : "\(count)"]
        }
        guard Int.random(in: 0..<6, using: &random) == 0 else { continue }
        let duration = duration(using: &random)
        policy.durations[period] = duration
        arguments += [period == .each ? "--keep-within" : "--keep-within-\(name)", "\(duration)"]
      }
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      let lists = [["a"], ["b", "a"], ["c d"], [""]].shuffled(using: &random).prefix(.random(in: 1...2, using: &random))
      policy.tagLists = Array(lists)
      for list in lists { arguments += ["--keep-tag", list.joined(separator: ",")] }
    }
    let groups = ["host,paths", "host", "paths", "tags", "host,tags", "host,paths,tags", ""]
    if Bool.random(using: &random), let text = groups.randomElement(using: &random),
      let chosen = SnapshotGrouping(text)
    {
      grouping = chosen
      arguments += ["--group-by", text]
    }
    if Int.random(in: 0..<5, using: &random) == 0 {
      filter.hosts = ["shop", "desk"]
      arguments += ["--host", "shop", "--host", "desk"]
    }
    if Int.random(in: 0..<6, using: &random) == 0 {
      filter.tagLists = [["a", "b"]]
      arguments += ["--tag", "a,b"]
    }
    if Int.random(in: 0..<8, using: &random) == 0 {
      filter.paths = ["/home"]
      arguments += ["--path", "/home"]
    }
  }

  private func duration(using random: inout SeededRandom) -> CalendarDuration {
    let years = Int.random(in: 0..<5, using: &random) == 0 ? 1 : 0
    let months = Bool.random(using: &random) ? 0 : Int.random(in: 0...14, using: &random)
    let days = Bool.random(using: &random) ? 0 : Int.random(in: 0...40, using: &random)
    let hours = Int.random(in: 0...60, using: &random)
    return CalendarDuration(years: years, months: months, days: days, hours: max(1, hours))
  }
}
