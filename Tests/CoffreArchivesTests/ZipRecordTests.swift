import CoffreCore
import CoffreSystem
import Testing
import ZlibKit

@testable import CoffreArchives

/// Fields by their offsets in APPNOTE.TXT, 4.3.7 to 4.3.16; of what is too large to be written in a test.
@Suite("What zips say of entries")
struct ZipRecordTests {
  private static let large: Int64 = 5 << 30
  private static let time: Int64 = 1_700_000_001

  private func record(_ size: Int64, kind: EntryKind = .file, modified: Int64 = Self.time) -> ZipRecord {
    let entry = ArchiveEntry(
      path: Array("name".utf8),
      attributes: EntryAttributes(
        kind: kind, permissions: 0o640, userID: 1000, groupID: 70_000, size: size,
        modified: Timestamp(seconds: modified, nanoseconds: 0)))
    return ZipRecord(entry, size: size)
  }

  private func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
  }

  /// - Returns: the value behind an extra field's number and length.
  private func extra(_ id: UInt64, in bytes: [UInt8], from start: Int) -> [UInt8]? {
    var position = start
    while position + 4 <= bytes.count {
      let end = position + 4 + Int(number(bytes, position + 2, 2))
      guard end <= bytes.count else { return nil }
      if number(bytes, position, 2) == id { return Array(bytes[(position + 4)..<end]) }
      position = end
    }
    return nil
  }

  @Test func `lengths beyond 32 bits stand in fields of 64`() throws {
    var record = record(Self.large)
    record.method = .deflated
    record.hasDescriptor = true
    let header = record.localHeader
    #expect(number(header, 4, 2) == 45 && number(header, 6, 2) == 8)
    #expect(number(header, 18, 4) == 0xFFFF_FFFF && number(header, 22, 4) == 0xFFFF_FFFF)
    let before = try #require(extra(1, in: header, from: 30 + 4))
    #expect(number(before, 0, 8) == UInt64(Self.large) && before.count == 16)

    record.compressedSize = Self.large + 1
    record.offset = Self.large + 2
    record.sum.update([1, 2, 3].span)
    let descriptor = record.descriptor
    #expect(descriptor.count == 24 && number(descriptor, 4, 4) == UInt64(record.sum.value))
    #expect(number(descriptor, 8, 8) == UInt64(Self.large + 1) && number(descriptor, 16, 8) == UInt64(Self.large))
    let listed = record.listed
    #expect(number(listed, 20, 4) == 0xFFFF_FFFF && number(listed, 24, 4) == 0xFFFF_FFFF)
    #expect(number(listed, 42, 4) == 0xFFFF_FFFF)
    let after = try #require(extra(1, in: listed, from: 46 + 4))
    #expect(
      [0, 8, 16].map { number(after, $0, 8) }
        == [UInt64(Self.large), UInt64(Self.large + 1), UInt64(Self.large + 2)])
  }

  @Test func `a small entry far behind has its place in 64 bits, and nothing else`() throws {
    var record = record(10)
    record.compressedSize = 10
    record.offset = Self.large
    let listed = record.listed
    #expect(number(listed, 20, 4) == 10 && number(listed, 24, 4) == 10 && number(listed, 42, 4) == 0xFFFF_FFFF)
    let wide = try #require(extra(1, in: listed, from: 46 + 4))
    #expect(wide.count == 8 && number(wide, 0, 8) == UInt64(Self.large))
    #expect(extra(1, in: record.localHeader, from: 30 + 4) == nil)
  }

  /// What compresses to more than it was must still have room for its length.
  @Test func `near 4 GiB, what is compressed has room to grow`() {
    var record = record(0xFFFF_FFF0)
    record.hasDescriptor = true
    record.method = .stored
    #expect(record.descriptor.count == 16)
    record.method = .deflated
    #expect(record.descriptor.count == 24)
  }

  @Test func `modes, owners and times are there for Unix`() throws {
    let folder = record(0, kind: .directory).listed
    #expect(number(folder, 4, 2) >> 8 == 3 && number(folder, 38, 4) == UInt64(0o040640) << 16 | 0x10)
    #expect(folder[46 + 4] == UInt8(ascii: "/"))
    let header = record(1).localHeader
    let owner = try #require(extra(0x7875, in: header, from: 30 + 4))
    #expect(number(owner, 2, 4) == 1000 && number(owner, 7, 4) == 70_000)
    let times = try #require(extra(0x5455, in: header, from: 30 + 4))
    #expect(times[0] == 7 && number(times, 1, 4) == UInt64(Self.time) && times.count == 13)
  }

  @Test func `times of the wall are there for others, from 1980 on`() {
    let offset = Int64(Clock.localOffset(at: Self.time))
    // 2023-11-14 22:13:21 in UTC; wherever this runs, the wall shows that at this moment.
    let wall = Self.time - offset
    guard Clock.localOffset(at: wall) == Int32(offset) else { return }
    let header = record(1, modified: wall).localHeader
    #expect(number(header, 10, 2) == 22 << 11 | 13 << 5 | 10)
    #expect(number(header, 12, 2) == 43 << 9 | 11 << 5 | 14)
    let old = record(1, modified: 5).localHeader
    #expect(number(old, 10, 2) == 0 && number(old, 12, 2) == 1 << 5 | 1)
  }
}
