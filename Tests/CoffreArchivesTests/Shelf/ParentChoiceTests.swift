import CoffreCore
import Testing

@testable import CoffreArchives

@Suite("What a new point follows")
struct ParentChoiceTests {
  private let points = [
    ShelfPoint.made("full-1", hours: 1), .made("diff-2", .differential, hours: 2, needs: ["full-1"]),
    .made("inc-3", .incremental, hours: 3, needs: ["full-1", "diff-2"]), .made("full-4", hours: 4),
    .made("inc-5", .incremental, hours: 5, needs: ["full-4"]),
  ]

  private func choice(
    _ variant: ShelfVariant, hours: Int64 = 9, among points: [ShelfPoint]? = nil, broken: Set<String> = [],
    sources: [String] = ["/srv"]
  ) -> ParentChoice {
    let group = ShelfPoint.Group(host: "shop", sources: sources.map { Array($0.utf8) })
    let time = Timestamp(seconds: 1_767_225_600 + hours * 3600, nanoseconds: 0)
    return ParentChoice.choose(for: variant, of: group, at: time, among: points ?? self.points) {
      !broken.contains($0.text)
    }
  }

  @Test func `a full one follows none`() { #expect(choice(.full) == .none) }

  @Test func `an incremental follows the newest of any kind, a differential the newest full one`() {
    #expect(choice(.incremental) == .point(points[4]))
    #expect(choice(.differential) == .point(points[3]))
  }

  @Test func `what is damaged is not followed`() {
    #expect(choice(.incremental, broken: ["inc-5", "full-4"]) == .point(points[2]))
    #expect(choice(.differential, broken: ["full-4"]) == .point(points[0]))
    #expect(choice(.incremental, broken: Set(points.map(\.text))) == .nothingToFollow)
  }

  @Test func `what is partial, younger or of another source is not followed`() {
    let partial = points + [.made("inc-6", .incremental, hours: 6, isComplete: false)]
    #expect(choice(.incremental, among: partial) == .point(points[4]))
    #expect(choice(.incremental, hours: 3) == .point(points[2]))
    #expect(choice(.incremental, sources: ["/srv", "/etc"]) == .nothingToFollow)
  }

  @Test func `the order in which sources are named does not matter`() {
    let both = [ShelfPoint.made("both", sources: ["/srv", "/etc"])]
    #expect(choice(.incremental, among: both, sources: ["/etc", "/srv"]) == .point(both[0]))
  }
}
