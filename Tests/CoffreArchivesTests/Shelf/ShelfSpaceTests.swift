import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreArchives

/// A 7z waits in a folder until it is made: there must be room for both.
@Suite("Room for points")
struct ShelfSpaceTests {
  private static let old = Timestamp(seconds: 1_600_000_000, nanoseconds: 5)

  /// - Parameter size: that its listing tells, in bytes; `nil` for what it has, four.
  private func file(_ name: String, _ size: Int64? = nil, inode: UInt64) -> MemoryEntry {
    var entry = MemoryEntry.file(name, Array("four".utf8), modified: Self.old, inode: inode)
    if let size { entry.attributes.size = size }
    return entry
  }

  @Test func `a 7z that cannot fit is not begun`() throws {
    for (format, isRefused) in [("7z", true), ("tar", false)] {
      let workshop = try ShelfWorkshop(format)
      let writer = PointWriter(
        workshop.shelf, try workshop.request(), progress: ShelfProgress("backup", events: EventLog()),
        cancellation: Cancellation())
      let measured = MemorySession([file("huge", 1 << 60, inode: 1)])
      let session = MemorySession([.file("a", "a")])
      do {
        _ = try writer.run(measuring: { measured }) { session }
        #expect(!isRefused, "\(format)")
        #expect(measured.counts.closings == 0, "only what needs room is measured")
      } catch let error as ArchiveError {
        #expect(isRefused && error.reason == .noSpace, "\(error)")
        #expect(workshop.names.isEmpty && session.counts.readings.isEmpty && measured.counts.closings == 1)
      }
      #expect(session.counts.closings == 1)
    }
  }

  @Test func `what the parent has needs no room`() throws {
    let workshop = try ShelfWorkshop("tar")
    let before = [
      file("same", inode: 1), file("changed", inode: 2), file("renamed", inode: 3),
      .directory("d", [file("in", inode: 4)]),
    ]
    let point = try workshop.backUp(of: MemorySession(before)).point
    let after = MemorySession([
      file("same", inode: 1), file("changed", 1 << 40, inode: 2), file("renamed-to", inode: 3),
      file("new", 1 << 41, inode: 5), .directory("d", [file("in", inode: 4), file("more", inode: 6)]),
    ])
    func expected(_ parent: ShelfPoint?) throws -> Int64 {
      let comparison = try parent.map { try ParentComparison($0, on: workshop.shelf, Cancellation()) { _ in } }
      return try expectedSize(of: after, since: comparison, ShelfChangeRule(), Cancellation())
    }
    #expect(try expected(point) == (1 << 40) + (1 << 41) + 4)
    #expect(try expected(nil) == (1 << 40) + (1 << 41) + 4 * 4)
    #expect(after.counts.readings.isEmpty, "listings tell")
  }
}
