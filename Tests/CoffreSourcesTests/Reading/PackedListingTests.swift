import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreSources

@Suite("Packed listings")
struct PackedListingTests {
  private struct Entry: Hashable {
    let name: [UInt8]
    let attributes: EntryAttributes
  }

  private func entries(_ listing: Listing) -> [Entry] {
    listing.entries.indices.map { Entry(name: listing.name(of: $0), attributes: listing.entries[$0].attributes) }
  }

  private func expectKept(_ listing: Listing, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let packed = try #require(PackedListing(listing), sourceLocation: sourceLocation)
    #expect(packed.count == listing.count, sourceLocation: sourceLocation)
    #expect(entries(packed.unpacked) == entries(listing), sourceLocation: sourceLocation)
    #expect(packed.unpacked.notes == listing.notes, sourceLocation: sourceLocation)
    #expect(packed.unpacked.entries.allSatisfy { $0.isComparable && $0.parts == 1 && $0.making == .found })
  }

  @Test func `nothing`() throws {
    var listing = Listing()
    try expectKept(listing)
    listing.notes = [ListingNote(.socket, path: Array("/run/x".utf8))]
    try expectKept(listing)
  }

  @Test func `the least and the most of everything`() throws {
    var listing = Listing()
    let times = [
      Timestamp(seconds: 0, nanoseconds: 0), .missing, Timestamp(seconds: .max, nanoseconds: 999_999_999),
      Timestamp(seconds: .min, nanoseconds: 1), Timestamp(seconds: -1, nanoseconds: 999_999_999),
    ]
    let kinds: [EntryKind] = [.file, .directory, .symlink, .blockDevice, .characterDevice, .fifo, .socket]
    for (number, kind) in kinds.enumerated() {
      for (index, time) in times.enumerated() {
        let most = (number + index) % 2 == 0
        listing.append(
          name: [UInt8](repeating: UInt8(255 - number), count: most ? 255 : 1),
          attributes: EntryAttributes(
            kind: kind, permissions: most ? 0o7777 : 0, userID: most ? .max : 0, groupID: index == 1 ? .max : 7,
            size: most ? .max : .min, modified: time, accessed: times[(index + 1) % times.count],
            changed: times[(index + 3) % times.count], inode: most ? .max : 0, device: index == 2 ? .max : 0,
            links: most ? .max : 1, deviceNumber: index == 3 ? .max : 0))
      }
    }
    try expectKept(listing)
  }

  @Test(arguments: 0..<20)
  func `whatever comes`(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    func number(_ limit: UInt64) -> UInt64 { random.next() % 3 == 0 ? random.next() : random.next() % limit }
    func time() -> Timestamp {
      Timestamp(
        seconds: Int64(truncatingIfNeeded: number(2_000_000_000)), nanoseconds: Int32(random.next() % 1_000_000_000))
    }
    var listing = Listing()
    for _ in 0..<Int(random.next() % 200) {
      listing.append(
        name: (0...Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) },
        attributes: EntryAttributes(
          kind: EntryKind(rawValue: UInt8(random.next() % 7)) ?? .file, permissions: UInt16(random.next() % 0o10000),
          userID: UInt32(truncatingIfNeeded: number(2)), groupID: UInt32(truncatingIfNeeded: number(2)),
          size: Int64(truncatingIfNeeded: number(10000)), modified: time(), accessed: time(), changed: time(),
          inode: number(100_000), device: number(3), links: number(3), deviceNumber: number(2)))
    }
    try expectKept(listing)
  }

  @Test func `a usual folder takes a third`() throws {
    var listing = Listing()
    for number in 0..<1000 {
      let time = Timestamp(seconds: 1_700_000_000 + Int64(number * 1000), nanoseconds: Int32(number * 900_001))
      listing.append(
        name: Array("a file of number \(number)".utf8),
        attributes: EntryAttributes(
          kind: .file, permissions: 0o644, size: Int64(number * 100), modified: time,
          accessed: Timestamp(seconds: 1_790_000_000, nanoseconds: 7), changed: time, inode: 4_000_000 + UInt64(number),
          device: 64513, links: 1))
    }
    let size = try #require(PackedListing(listing)).byteCount
    #expect(size < 1000 * (MemoryLayout<ListedEntry>.stride + 20) / 3, "\(size) bytes")
  }

  @Test func `what is of no folder on disk is not packed`() {
    let usual = EntryAttributes(kind: .file, permissions: 0, modified: .missing)
    var offset = usual
    offset.changed = Timestamp(seconds: 0, nanoseconds: 0, utcOffset: 3600)
    let appends: [(inout Listing) -> Void] = [
      { $0.append(name: [1], attributes: usual, isComparable: false) },
      { $0.append(name: [1], attributes: usual, parts: 2) },
      { $0.append(made: [1], attributes: usual) }, { $0.append(name: [1], attributes: offset) },
    ]
    for append in appends {
      var listing = Listing()
      append(&listing)
      #expect(PackedListing(listing) == nil)
    }
  }
}
