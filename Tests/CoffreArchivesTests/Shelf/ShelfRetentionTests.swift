import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("Retention of a shelf")
struct ShelfRetentionTests {
  private func names(_ points: [ShelfPoint]) -> [String] { points.map(\.text) }

  private func decide(_ points: [ShelfPoint], last: Int, broken: Set<String> = []) -> ShelfRetention {
    var policy = RetentionPolicy()
    policy.counts[.each] = .atMost(last)
    policy.keepsOldest = false
    return ShelfRetention(points, policy: policy, now: Timestamp(seconds: 2_000_000_000, nanoseconds: 0)) {
      !broken.contains($0.text)
    }
  }

  @Test func `what a kept point needs is kept, and what that needs`() {
    let points = [
      ShelfPoint.made("full", hours: 1), .made("a", .incremental, hours: 2, needs: ["full"]),
      .made("b", .incremental, hours: 3, needs: ["a"]), .made("old", hours: 0),
    ]
    let retention = decide(points, last: 1)
    #expect(names(retention.kept.map(\.point)) == ["b", "a", "full"])
    #expect(names(retention.removed) == ["old"])
    #expect(retention.kept[2].reasons == [.neededBy(Array("a".utf8))])
  }

  @Test func `a chain goes from its end`() {
    let points = [
      ShelfPoint.made("full", hours: 1), .made("a", .incremental, hours: 2, needs: ["full"]),
      .made("b", .incremental, hours: 3, needs: ["a", "full"]), .made("new", hours: 4),
    ]
    #expect(names(decide(points, last: 1).removed) == ["b", "a", "full"])
  }

  /// A clock that was set back must not have a point removed before the one that needs it.
  @Test func `a chain goes from its end whatever the clocks said`() {
    let points = [
      ShelfPoint.made("full", hours: 3), .made("a", .incremental, hours: 1, needs: ["full"]), .made("new", hours: 9),
    ]
    #expect(names(decide(points, last: 1).removed) == ["a", "full"])
  }

  @Test func `sixty failing nights leave the last good one`() {
    var points = [ShelfPoint.made("good", hours: 0)]
    for night in 1...60 { points.append(.made("partial-\(night)", hours: Int64(night) * 24, isComplete: false)) }
    let kept = names(decide(points, last: 7).kept.map(\.point))
    #expect(kept.contains("good"))
    #expect(kept.count == 8)
  }

  @Test func `damaged ones take nobody's place`() {
    let points = (1...6).map { ShelfPoint.made("p\($0)", hours: Int64($0)) }
    let retention = decide(points, last: 2, broken: ["p6", "p5", "p4"])
    #expect(names(retention.kept.map(\.point)).filter { ["p1", "p2", "p3"].contains($0) } == ["p3", "p2"])
  }

  @Test func `groups are counted by themselves`() {
    let points = [
      ShelfPoint.made("s1", hours: 1), .made("s2", hours: 2), .made("e1", hours: 1, sources: ["/etc"]),
    ]
    #expect(Set(names(decide(points, last: 1).kept.map(\.point))) == ["s2", "e1"])
  }

  @Test func `without a rule everything stays`() {
    let points = (1...4).map { ShelfPoint.made("p\($0)", hours: Int64($0)) }
    let retention = ShelfRetention(
      points, policy: RetentionPolicy(), now: Timestamp(seconds: 2_000_000_000, nanoseconds: 0)
    ) { _ in true }
    #expect(retention.removed.isEmpty)
  }

  /// Points made by a schedule that is drawn at random, with failing nights, other sources and clocks that jump; each night
  /// the rules are applied. Whatever is left must have all it needs, and the last good one must be there.
  @Test(arguments: 0..<12)
  func `three hundred days break no chain`(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var policy = RetentionPolicy()
    policy.counts[.each] = .atMost(Int.random(in: 1...5, using: &random))
    policy.counts[.daily] = .atMost(Int.random(in: 0...9, using: &random))
    policy.counts[.weekly] = .atMost(Int.random(in: 0...6, using: &random))
    policy.counts[.monthly] = .atMost(Int.random(in: 0...6, using: &random))
    policy.durations[.each] = CalendarDuration(days: Int.random(in: 0...20, using: &random))
    policy.keepsOldest = Bool.random(using: &random)
    var points: [ShelfPoint] = []
    var lastGood: [[String]: String] = [:]
    for day in 0..<300 {
      let hours = Int64(day * 24) + Int64.random(in: -30...5, using: &random)
      let sources = Int.random(in: 0..<5, using: &random) == 0 ? ["/etc"] : ["/srv"]
      let variant = ShelfVariant.allCases[Int.random(in: 0..<3, using: &random)]
      let isComplete = Int.random(in: 0..<4, using: &random) > 0
      let point = made(
        "p\(day)", variant, hours, sources, isComplete, among: points, using: &random)
      points.append(point)
      let retention = ShelfRetention(points, policy: policy, now: point.time.adding(seconds: 60)) { _ in true }
      #expect(retention.kept.count + retention.removed.count == points.count)
      for gone in retention.removed {
        #expect(
          !points.filter { $0.needs.contains(gone.name) }.contains { needer in
            !retention.removed.contains { $0.name == needer.name }
          })
      }
      // One after the other, as they are removed: at no moment is something missing.
      for gone in retention.removed {
        points.removeAll { $0.name == gone.name }
        let there = Set(points.map(\.name))
        #expect(points.allSatisfy { $0.needs.allSatisfy(there.contains) })
      }
      lastGood[sources] = points.filter { $0.manifest.isComplete && $0.group == point.group }.sortedByTime.last?.text
      if isComplete { #expect(lastGood[sources] != nil) }
    }
    #expect(points.count < 200)
  }

  /// A point as `PointWriter` makes it: it takes over from its parent what that has, or some of it.
  private func made(
    _ name: String, _ variant: ShelfVariant, _ hours: Int64, _ sources: [String], _ isComplete: Bool,
    among points: [ShelfPoint], using random: inout SeededRandom
  ) -> ShelfPoint {
    let bare = ShelfPoint.made(name, variant, hours: hours, isComplete: isComplete, sources: sources)
    let choice = ParentChoice.choose(for: variant, of: bare.group, at: bare.time, among: points) { _ in true }
    guard case .point(let parent) = choice else { return bare }
    let needs = parent.needs.filter { _ in Int.random(in: 0..<5, using: &random) > 0 } + [parent.name]
    return .made(
      name, variant, hours: hours, needs: needs.map { displayed($0) }, isComplete: isComplete, sources: sources)
  }
}
