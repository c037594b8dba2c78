import ArchiveKit
import CoffreCore
import Glibc
import Testing

/// What goes into libarchive and what comes out, byte by byte.
@Suite("Archive streams")
struct ArchiveStreamTests {
  private struct Full: Error, Equatable {}

  /// Everything that was written.
  private final class Bytes {
    var all: [UInt8] = []
    func take(_ bytes: Span<UInt8>) { for index in bytes.indices { all.append(bytes[index]) } }
    func contains(_ text: String) -> Bool { contains(Array(text.utf8)) }
    func contains(_ part: [UInt8]) -> Bool {
      all.indices.contains { all[$0...].starts(with: part) }
    }
  }

  private static func file(
    _ path: [UInt8], size: Int64 = 0, modified: Timestamp = Timestamp(seconds: 1_700_000_000, nanoseconds: 5)
  ) -> ArchiveEntry {
    ArchiveEntry(
      path: path, attributes: EntryAttributes(kind: .file, permissions: 0o644, size: size, modified: modified))
  }

  private func archive(_ format: ArchiveStream.Format, _ entries: [ArchiveEntry]) throws -> Bytes {
    let bytes = Bytes()
    var stream = try ArchiveStream(format) { bytes.take($0) }
    for entry in entries {
      try stream.begin(entry)
      if entry.attributes.kind == .file, entry.attributes.size > 0 {
        try stream.write([UInt8](repeating: 0x78, count: Int(entry.attributes.size)).span)
      }
    }
    try stream.finish()
    return bytes
  }

  @Test func `a tar ends on a whole record, a zip with its last byte`() throws {
    let tar = try archive(.pax, [Self.file(Array("a".utf8), size: 3)]).all
    #expect(tar.count == 10240 && tar.suffix(1024).allSatisfy { $0 == 0 })
    let zip = try archive(.zip(level: 6), [Self.file(Array("a".utf8), size: 3)]).all
    // The end of central directory record has 22 bytes.
    #expect(Array(zip.suffix(22).prefix(4)) == [0x50, 0x4B, 5, 6])
  }

  /// The library looks at what some earlier call left to tell whether a name could not be converted or memory is short.
  @Test func `an earlier lack of memory is not taken for one of now`() throws {
    var details = EntryDetails()
    details.linkTarget = [0xFF, 0x61]
    let link = ArchiveEntry(
      path: [0xFE, 0x62],
      attributes: EntryAttributes(
        kind: .symlink, permissions: 0o777, modified: Timestamp(seconds: 1_700_000_000, nanoseconds: 0)),
      details: details)
    let bytes = Bytes()
    var stream = try ArchiveStream(.pax) { bytes.take($0) }
    // The first look at the system's locales leaves something else.
    try stream.begin(link)
    errno = ENOMEM
    try stream.begin(link)
    try stream.finish()
    #expect(bytes.contains([0xFF, 0x61]))
  }

  @Test func `what the sink throws comes out, and nothing more goes in`() throws {
    var calls = 0
    var stream = try ArchiveStream(.pax) { _ in
      calls += 1
      throw Full()
    }
    let noise = [UInt8](repeating: 1, count: 1 << 20)
    var failures = 0
    do {
      try stream.begin(Self.file(Array("a".utf8), size: 4 << 20))
      for _ in 0..<4 { try stream.write(noise.span) }
      try stream.finish()
    } catch is Full {
      failures += 1
    }
    #expect(failures == 1 && calls == 1)
  }

  @Test func `an archive that was given up has no end`() throws {
    let bytes = Bytes()
    do {
      var stream = try ArchiveStream(.zip(level: 6)) { bytes.take($0) }
      try stream.begin(Self.file(Array("a".utf8), size: 300_000))
      try stream.write([UInt8](repeating: 0, count: 100).span)
    }
    #expect(!bytes.contains([0x50, 0x4B, 5, 6]), "it would pass for whole")
  }

  @Test func `content must be as long as was said`() throws {
    var short = try ArchiveStream(.pax) { _ in }
    try short.begin(Self.file(Array("a".utf8), size: 2))
    try short.write([1].span)
    var problems: [String] = []
    do { try short.begin(Self.file(Array("b".utf8))) } catch let error as ArchiveLibraryError {
      problems.append("\(error)")
    }
    do { try short.finish() } catch let error as ArchiveLibraryError { problems.append("\(error)") }
    do { try short.write([1, 2].span) } catch let error as ArchiveLibraryError { problems.append("\(error)") }
    #expect(problems.count == 3, "libarchive itself would fill up with zeros, or cut")
  }

  @Test(
    arguments: [
      (Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789), "mtime=1700000000.123456789"),
      (Timestamp(seconds: -2, nanoseconds: 500_000_000), "mtime=-1.5"),
      (Timestamp(seconds: -2, nanoseconds: 0), "mtime=-2"),
      (Timestamp(seconds: -157_496_155, nanoseconds: 123_456_789), "mtime=-157496154.876543211"),
      // The last second before 1970 has no decimal that libarchive can write: it is the ustar header's 0.
      (Timestamp(seconds: -1, nanoseconds: 1), nil),
      (Timestamp(seconds: 15_000_000_000, nanoseconds: 7), "mtime=15000000000.000000007"),
    ] as [(Timestamp, String?)])
  func `times are decimal numbers`(_ example: (time: Timestamp, record: String?)) throws {
    let tar = try archive(.pax, [Self.file(Array("a".utf8), modified: example.time)])
    let hasRecord = example.record.map { tar.contains(" \($0)\n") } ?? !tar.contains(" mtime=")
    #expect(hasRecord)
  }

  @Test func `names are kept byte by byte, and are text where they can be`() throws {
    let plain = try archive(.pax, [Self.file(Array("plain".utf8))])
    #expect(!plain.contains("hdrcharset") && !plain.contains(" path="))
    let text = try archive(.pax, [Self.file(Array("é 日本語".utf8))])
    #expect(text.contains(" path=é 日本語\n") && !text.contains("hdrcharset"))
    let odd: [UInt8] = [0x61, 0xFF, 0xC3]
    let bytes = try archive(.pax, [Self.file(odd), Self.file(Array("é".utf8))])
    #expect(bytes.contains(Array(" hdrcharset=BINARY\n".utf8)) && bytes.contains(Array(" path=".utf8) + odd + [0x0A]))
    let long = [UInt8](repeating: 0x62, count: 20_000)
    #expect(try archive(.pax, [Self.file(long)]).contains(Array(" path=".utf8) + long + [0x0A]))
  }

  @Test(
    arguments: [(Array("plain".utf8), false), (Array("é".utf8), true), ([0x61, 0xFF], false)] as [([UInt8], Bool)])
  func `zip calls names UTF-8 that are`(_ example: (name: [UInt8], isText: Bool)) throws {
    let zip = try archive(.zip(level: 6), [Self.file(example.name), Self.file(Array("ü".utf8))]).all
    // Bit 11 of the flags at offset 6 of the local header; the name follows at 30.
    #expect((zip[7] & 0x08 != 0) == example.isText)
    #expect(Array(zip[30..<(30 + example.name.count)]) == example.name)
  }

  @Test func `control lists are text, attributes are whole`() throws {
    let bytes = Bytes()
    var stream = try ArchiveStream(.pax) { bytes.take($0) }
    var entry = Self.file(Array("a".utf8))
    entry.details.extendedAttributes = [ExtendedAttribute(name: Array("user.x".utf8), value: [0, 0x0A, 0xFF])]
    try stream.begin(
      entry,
      access: [
        AccessControlEntry(.owner, permissions: 6), AccessControlEntry(.user(1234), permissions: 7),
        AccessControlEntry(.owningGroup, permissions: 4), AccessControlEntry(.mask, permissions: 7),
        AccessControlEntry(.other, permissions: 0),
      ])
    try stream.finish()
    #expect(bytes.contains(Array(" SCHILY.xattr.user.x=".utf8) + [0, 0x0A, 0xFF, 0x0A]))
    #expect(!bytes.contains("LIBARCHIVE.xattr"))
    #expect(bytes.contains("SCHILY.acl.access=user::rw-,group::r--,other::---,user:1234:rwx,mask::rwx\n"))
  }
}
