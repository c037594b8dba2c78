import CoffreCore
import Testing

/// Something with a time, for rules to decide on.
private struct Point: Retainable {
  let time: Timestamp
  var tags: [String] = []

  init(_ time: String, _ tags: String...) throws {
    self.time = try #require(Timestamp(rfc3339: time), "\(time)")
    self.tags = tags
  }
}

private func made(_ times: String...) throws -> [Point] { try times.map { try Point($0) } }

@Suite("Retention")
struct RetentionPolicyTests {
  private let now = Timestamp(seconds: 1_900_000_000, nanoseconds: 0)

  /// The times that stay, newest first, as they were written.
  private func kept(_ points: [Point], oldest: Bool = false, _ change: (inout RetentionPolicy) -> Void) -> [String] {
    var policy = RetentionPolicy()
    policy.keepsOldest = oldest
    change(&policy)
    let decision = policy.decide(on: points, now: now)
    #expect(decision.kept.count + decision.removed.count == points.count)
    return decision.kept.map { $0.item.time.description }
  }

  private func reasons(_ points: [Point], _ change: (inout RetentionPolicy) -> Void) -> [[RetentionReason]] {
    var policy = RetentionPolicy()
    change(&policy)
    return policy.decide(on: points, now: now).kept.map(\.reasons)
  }

  // MARK: Counts

  @Test(arguments: [(1, ["T03"]), (2, ["T03", "T02"]), (9, ["T03", "T02", "T01"])])
  func `last keeps the newest, in whatever order they come`(_ example: (count: Int, hours: [String])) throws {
    let points = try made("2024-01-01T02:00:00Z", "2024-01-01T03:00:00Z", "2024-01-01T01:00:00Z")
    #expect(
      kept(points) { $0.counts[.each] = .atMost(example.count) } == example.hours.map { "2024-01-01\($0):00:00Z" })
  }

  @Test func `an hour keeps its newest`() throws {
    let points = try made(
      "2024-01-01T10:59:59Z", "2024-01-01T10:00:00Z", "2024-01-01T09:59:59.999Z", "2024-01-01T08:10:00Z",
      "2023-12-31T10:59:59Z")
    #expect(
      kept(points) { $0.counts[.hourly] = .atMost(3) }
        == ["2024-01-01T10:59:59Z", "2024-01-01T09:59:59.999Z", "2024-01-01T08:10:00Z"])
  }

  @Test func `a day keeps its newest`() throws {
    let points = try made(
      "2024-01-02T00:00:00Z", "2024-01-01T23:59:59Z", "2024-01-01T00:00:00Z", "2023-12-31T12:00:00Z",
      "2023-12-30T12:00:00Z")
    #expect(
      kept(points) { $0.counts[.daily] = .atMost(3) }
        == ["2024-01-02T00:00:00Z", "2024-01-01T23:59:59Z", "2023-12-31T12:00:00Z"])
  }

  @Test func `weeks begin on Monday and belong to one year`() throws {
    // 2020-12-28 is the Monday of week 53, which ends on Sunday 2021-01-03.
    let points = try made(
      "2021-01-04T00:00:00Z", "2021-01-03T23:59:59Z", "2021-01-01T00:00:00Z", "2020-12-28T00:00:00Z",
      "2020-12-27T23:59:59Z", "2020-12-21T00:00:00Z")
    #expect(
      kept(points) { $0.counts[.weekly] = .atMost(3) }
        == ["2021-01-04T00:00:00Z", "2021-01-03T23:59:59Z", "2020-12-27T23:59:59Z"])
    // Before 1970 too.
    let old = try made("1969-12-29T00:00:00Z", "1969-12-28T23:59:59Z", "1969-12-22T00:00:00Z")
    #expect(
      kept(old) { $0.counts[.weekly] = .unlimited } == ["1969-12-29T00:00:00Z", "1969-12-28T23:59:59Z"])
  }

  @Test func `a month keeps its newest, the same month of another year too`() throws {
    let points = try made(
      "2024-03-01T00:00:00Z", "2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z", "2023-02-10T00:00:00Z")
    #expect(
      kept(points) { $0.counts[.monthly] = .atMost(5) }
        == ["2024-03-01T00:00:00Z", "2024-02-29T23:59:59Z", "2023-02-10T00:00:00Z"])
  }

  @Test func `a year keeps its newest`() throws {
    let points = try made(
      "2024-01-01T00:00:00Z", "2023-12-31T23:59:59Z", "2023-01-01T00:00:00Z", "2021-06-01T00:00:00Z")
    #expect(
      kept(points) { $0.counts[.yearly] = .atMost(2) } == ["2024-01-01T00:00:00Z", "2023-12-31T23:59:59Z"])
  }

  @Test(arguments: RetentionPeriod.allCases)
  func `unlimited never runs out`(_ period: RetentionPeriod) throws {
    let points = try (0..<60).map { try Point("\(1960 + $0)-05-05T05:05:05Z") }
    #expect(kept(points) { $0.counts[period] = .unlimited }.count == 60)
    #expect(kept(points) { $0.counts[period] = .atMost(7) }.count == 7)
  }

  @Test func `periods are those of the zone in which an item was made`() throws {
    // One instant apart, and two days, or one.
    let points = try made("2024-01-02T00:30:00+02:00", "2024-01-01T22:29:59Z", "2024-01-01T13:00:00-09:00")
    #expect(
      kept(points) { $0.counts[.daily] = .unlimited } == ["2024-01-02T00:30:00+02:00", "2024-01-01T22:29:59Z"])
    // Half an hour off the full one.
    let quarter = try made("2024-01-01T10:00:00+05:45", "2024-01-01T09:59:59+05:45", "2024-01-01T04:00:00Z")
    #expect(
      kept(quarter) { $0.counts[.hourly] = .unlimited }
        == ["2024-01-01T10:00:00+05:45", "2024-01-01T09:59:59+05:45", "2024-01-01T04:00:00Z"])
  }

  @Test func `a period that comes back after another one counts again`() throws {
    // By instants: the 2nd in Tokyo, the 1st in UTC, the 2nd in Tokyo.
    let points = try made("2024-01-02T03:00:00+09:00", "2024-01-01T17:00:00Z", "2024-01-02T01:00:00+09:00")
    #expect(kept(points) { $0.counts[.daily] = .unlimited }.count == 3)
  }

  // MARK: Within

  @Test func `within keeps what is strictly younger than the newest less the duration`() throws {
    let points = try made(
      "2024-03-10T12:00:00Z", "2024-03-03T12:00:00.000000001Z", "2024-03-03T12:00:00Z", "2024-03-01T12:00:00Z")
    #expect(
      kept(points) { $0.durations[.each] = CalendarDuration(days: 7) }
        == ["2024-03-10T12:00:00Z", "2024-03-03T12:00:00.000000001Z"])
  }

  @Test func `the reference of within is the newest that is not in the future`() throws {
    let points = try made(
      "2031-01-01T00:00:00Z", "2024-03-10T12:00:00Z", "2024-03-09T12:00:00Z", "2024-03-01T12:00:00Z")
    #expect(
      kept(points) { $0.durations[.each] = CalendarDuration(days: 2) }
        == ["2031-01-01T00:00:00Z", "2024-03-10T12:00:00Z", "2024-03-09T12:00:00Z"])
    let future = try made("2031-01-01T00:00:00Z", "2033-01-01T00:00:00Z")
    #expect(kept(future) { $0.durations[.each] = CalendarDuration(hours: 1) }.count == 2, "all are in the future")
  }

  @Test(arguments: [
    (RetentionPeriod.hourly, ["T20:30", "T19:10"]), (.daily, ["T20:30"]), (.weekly, ["T20:30"]),
    (.monthly, ["T20:30"]), (.yearly, ["T20:30"]),
  ])
  func `a period keeps its newest for so long`(_ example: (period: RetentionPeriod, times: [String])) throws {
    let points = try ["T20:30", "T20:10", "T19:10", "T18:30", "T10:00"].map { try Point("2024-05-15\($0):00Z") }
    let kept = kept(points) { $0.durations[example.period] = CalendarDuration(hours: 2) }
    #expect(kept == example.times.map { "2024-05-15\($0):00Z" })
  }

  @Test func `within of two periods reach back differently`() throws {
    let points = try (1...28).map { try Point("2024-02-\($0 < 10 ? "0" : "")\($0)T12:00:00Z") }
    let kept = kept(points) {
      $0.durations[.daily] = CalendarDuration(days: 3)
      $0.durations[.weekly] = CalendarDuration(months: 1)
    }
    #expect(kept.map { Int($0.prefix(10).suffix(2)) } == [28, 27, 26, 25, 18, 11, 4])
  }

  // MARK: The oldest

  @Test func `a rule with counts left keeps the oldest`() throws {
    let points = try made(
      "2024-01-03T10:00:00Z", "2024-01-02T10:00:00Z", "2024-01-01T10:00:00Z", "2024-01-01T09:00:00Z")
    #expect(kept(points, oldest: true) { $0.counts[.daily] = .atMost(4) }.count == 4)
    #expect(kept(points, oldest: false) { $0.counts[.daily] = .atMost(4) }.count == 3)
    #expect(kept(points, oldest: true) { $0.counts[.daily] = .atMost(3) }.count == 3, "none is left")
    let reasons = reasons(points) { $0.counts[.daily] = .atMost(4) }
    #expect(reasons.last == [.counted(.daily, isOldest: true)])
    #expect(reasons.dropLast().allSatisfy { $0 == [.counted(.daily, isOldest: false)] })
  }

  @Test func `the oldest is kept within a duration only if it lies in it`() throws {
    let points = try made("2024-01-03T10:00:00Z", "2024-01-03T09:00:00Z")
    #expect(kept(points, oldest: true) { $0.durations[.daily] = CalendarDuration(hours: 2) }.count == 2)
    #expect(kept(points, oldest: true) { $0.durations[.daily] = CalendarDuration(hours: 1) }.count == 1)
    #expect(kept(points, oldest: false) { $0.durations[.daily] = CalendarDuration(hours: 2) }.count == 1)
    #expect(
      reasons(points) { $0.durations[.daily] = CalendarDuration(hours: 2) }.last
        == [.within(.daily, CalendarDuration(hours: 2), isOldest: true)])
  }

  @Test func `a new policy keeps the oldest`() { #expect(RetentionPolicy().keepsOldest) }

  // MARK: Tags

  @Test func `tags keep what has all of one list`() throws {
    let points = [
      try Point("2024-01-05T00:00:00Z", "a", "b", "c"), try Point("2024-01-04T00:00:00Z", "a"),
      try Point("2024-01-03T00:00:00Z", "x"), try Point("2024-01-02T00:00:00Z"),
    ]
    #expect(kept(points) { $0.tagLists = [["b", "a"]] } == ["2024-01-05T00:00:00Z"])
    #expect(kept(points) { $0.tagLists = [["b", "a"], ["x"]] } == ["2024-01-05T00:00:00Z", "2024-01-03T00:00:00Z"])
    #expect(kept(points) { $0.tagLists = [[""]] } == ["2024-01-02T00:00:00Z"], "an empty tag means none at all")
    #expect(kept(points) { $0.tagLists = [["A"]] } == [])
  }

  @Test func `tags are compared byte for byte`() throws {
    let points = [try Point("2024-01-05T00:00:00Z", "caf\u{E9}"), try Point("2024-01-04T00:00:00Z", "cafe\u{301}")]
    #expect(kept(points) { $0.tagLists = [["cafe\u{301}"]] } == ["2024-01-04T00:00:00Z"])
  }

  // MARK: Together

  @Test func `rules count independently, and one item may serve several`() throws {
    let points = [
      try Point("2024-01-03T10:00:00Z", "keep"), try Point("2024-01-02T10:00:00Z"), try Point("2023-06-01T10:00:00Z"),
      try Point("2023-05-01T10:00:00Z"),
    ]
    var policy = RetentionPolicy()
    policy.keepsOldest = false
    policy.counts = [.each: .atMost(1), .daily: .atMost(2), .yearly: .unlimited]
    policy.durations = [.each: CalendarDuration(hours: 1), .weekly: CalendarDuration(years: 1)]
    policy.tagLists = [["keep"]]
    let decision = policy.decide(on: points, now: now)
    let oneYear = CalendarDuration(years: 1)
    #expect(
      decision.kept.map(\.reasons) == [
        [
          .tags(["keep"]), .within(.each, CalendarDuration(hours: 1), isOldest: false),
          .counted(.each, isOldest: false),
          .counted(.daily, isOldest: false), .counted(.yearly, isOldest: false),
          .within(.weekly, oneYear, isOldest: false),
        ],
        [.counted(.daily, isOldest: false)],
        [.counted(.yearly, isOldest: false), .within(.weekly, oneYear, isOldest: false)],
        [.within(.weekly, oneYear, isOldest: false)],
      ])
    #expect(decision.kept[0].left == [.each: .none, .daily: .atMost(1), .yearly: .unlimited])
    #expect(decision.kept[1].left == [.each: .none, .daily: .none, .yearly: .unlimited])
    #expect(decision.removed.isEmpty)
  }

  @Test func `of equal times the first one given comes first`() throws {
    let points = [try Point("2024-01-01T00:00:00Z", "first"), try Point("2024-01-01T01:00:00+01:00", "second")]
    var policy = RetentionPolicy()
    policy.counts[.each] = .atMost(1)
    let decision = policy.decide(on: points, now: now)
    #expect(decision.kept.map(\.item.tags) == [["first"]])
    #expect(decision.removed.map(\.tags) == [["second"]])
  }

  @Test func `a policy without rules keeps everything`() throws {
    let points = try made("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z")
    var policy = RetentionPolicy()
    policy.counts = [.daily: .none, .each: .none]
    policy.durations = [.each: CalendarDuration()]
    #expect(policy.isEmpty)
    let decision = policy.decide(on: points, now: now)
    #expect(decision.kept.count == 2 && decision.removed.isEmpty)
    #expect(decision.kept.allSatisfy { $0.reasons.isEmpty })
    #expect(policy.decide(on: [Point](), now: now).kept.isEmpty)
  }

  @Test func `each kind of rule makes a policy`() {
    for change: (inout RetentionPolicy) -> Void in [
      { $0.counts[.yearly] = .atMost(1) }, { $0.counts[.each] = .unlimited },
      { $0.durations[.hourly] = CalendarDuration(hours: 1) }, { $0.tagLists = [["a"]] },
    ] {
      var policy = RetentionPolicy()
      change(&policy)
      #expect(!policy.isEmpty)
    }
  }

  @Test(arguments: [
    ("0", RetentionLimit.none), ("7", .atMost(7)), ("unlimited", .unlimited), ("-1", .unlimited), ("-2", nil),
    ("+3", nil), ("", nil), ("3.5", nil), ("many", nil), ("99999999999999999999", nil),
  ])
  func `counts are read`(_ example: (text: String, limit: RetentionLimit?)) {
    #expect(RetentionLimit(example.text) == example.limit)
  }
}
