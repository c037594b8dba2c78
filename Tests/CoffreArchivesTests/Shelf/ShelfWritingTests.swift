import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

/// Several points by one writer, as the rows of an inventory are.
@Suite("Points that are made side by side", .timeLimit(.minutes(10)))
struct ShelfWritingTests {
  private let workshop: ShelfWorkshop

  init() throws {
    workshop = try ShelfWorkshop()
    try workshop.change("echo a > a")
  }

  private func writing() throws -> ShelfWriting {
    try ShelfWriting(
      workshop.shelf, patience: ShelfWorkshop.patience, events: EventLog(), cancellation: Cancellation())
  }

  private func make(_ request: PointRequest, under writing: ShelfWriting) throws -> ShelfPoint {
    let writer = PointWriter(
      under: writing, request, progress: ShelfProgress("backup", events: EventLog()), cancellation: Cancellation())
    return try writer.run {
      try FilesSession(FilesSettings(targets: [Array(workshop.tree.utf8)], workingDirectory: [0x2F]))
    }.point
  }

  private func names(_ listing: ShelfListing) -> [String] { listing.points.map(\.text).sorted() }

  @Test func `each has a name of its own, all are whole, and what is known is what lies there`() throws {
    let writing = try writing()
    #expect(try writing.points().points.isEmpty)
    let request = try workshop.request()
    let made = Monitor<[ShelfPoint]>([])
    let failures = Monitor<[String]>([])
    // Within one second: the template tells nothing finer.
    try runThreads(count: 8, named: "row") { _ in
      do {
        let point = try make(request, under: writing)
        made.withLock { $0.append(point) }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
    let points = made.withLock { $0 }
    #expect(Set(points.map(\.text)).count == 8)
    for point in points { try workshop.inspect(point) }
    #expect(try names(writing.points()) == points.map(\.text).sorted())
    #expect(try names(workshop.shelf.points()) == points.map(\.text).sorted())
  }

  @Test func `what one of them removes, the others do not know any more`() throws {
    let writing = try writing()
    for _ in 0..<3 { _ = try make(try workshop.request(), under: writing) }
    var policy = RetentionPolicy()
    policy.counts[.each] = .atMost(1)
    policy.keepsOldest = false
    let pruning = ShelfPruning(
      under: writing, patience: ShelfWorkshop.patience, progress: ShelfProgress("prune", events: EventLog()),
      cancellation: Cancellation())
    let removed = try pruning.run(policy, now: Clock.now().adding(seconds: 3600), isDryRun: false) { _ in }.removed
    #expect(removed.count == 2)
    #expect(try writing.points().points.count == 1)
    #expect(try names(writing.points()) == names(workshop.shelf.points()))
  }

  @Test func `nobody else writes as long as it lives`() throws {
    do {
      let writing = try writing()
      #expect(throws: ShelfError.self) { try workshop.backUp { $0.patience = .zero } }
      withExtendedLifetime(writing) {}
    }
    try workshop.backUp()
  }
}
