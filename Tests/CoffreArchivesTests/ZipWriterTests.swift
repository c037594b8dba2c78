import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("Zips written by several threads", .timeLimit(.minutes(10)))
struct ZipWriterTests {
  private final class Bytes: ByteSink {
    private(set) var all: [UInt8] = []
    func write(_ bytes: Span<UInt8>) { append(bytes, to: &all) }
  }

  /// Around where samples, pieces and stored blocks end; entries without content between them.
  private static let samples: [SampleEntry] = {
    let sizes = [
      0, 1, 2, 5000, 16_384, 16_385, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 300_000, 524_288, 524_289,
      1_500_000,
    ]
    var samples: [SampleEntry] = []
    for (number, size) in sizes.enumerated() {
      samples.append(.folder("folder-\(number)"))
      samples.append(.file("folder-\(number)/text", SampleEntry.text(size)))
      samples.append(.link("folder-\(number)/link", to: "text"))
      samples.append(.file("folder-\(number)/noise", SampleEntry.bytes(size, seed: UInt64(number))))
      samples.append(.file("folder-\(number)/empty", []))
      samples.append(
        .file("folder-\(number)/both", SampleEntry.text(size) + SampleEntry.bytes(size, seed: UInt64(number + 99))))
    }
    return samples
  }()

  private func settings(_ level: Int? = nil, threads: Int = 2) -> ArchiveSettings {
    var settings = ArchiveSettings()
    if let level { settings.level = .exactly(level) }
    settings.threadCount = threads
    return settings
  }

  private func zip(_ samples: [SampleEntry], _ settings: ArchiveSettings = ArchiveSettings()) throws -> [UInt8] {
    let bytes = Bytes()
    let writer = try ZipFormat().makeWriter(into: bytes, settings)
    for sample in samples {
      try writer.begin(sample.entry)
      try writer.write(sample.content.span)
    }
    try writer.finish()
    return bytes.all
  }

  private func read(_ zip: [UInt8], _ folder: TestFolder) throws -> [SampleEntry] {
    let path = folder.path("a.zip")
    try writeFileAtomically(zip, path)
    return try SampleArchive.read(path)
  }

  @Test(arguments: [nil, 0, 1, 9])
  func `content of every size comes back, in order, at every level`(_ level: Int?) throws {
    let folder = try TestFolder()
    let found = try read(zip(Self.samples, settings(level)), folder)
    #expect(
      found.map { displayed($0.entry.path).split(separator: "/") }
        == Self.samples.map { displayed($0.entry.path).split(separator: "/") })
    #expect(SampleArchive.essence(found) == SampleArchive.essence(Self.samples))
  }

  /// In order, whatever the entries' sizes: with a password too, which `unzip -Z` and others would call AE-2.
  @Test(arguments: [nil, 0, 9])
  func `encrypted content of every size comes back, and no other password opens it`(_ level: Int?) throws {
    let folder = try TestFolder()
    var settings = settings(level)
    settings.password = Secret("a pässword")
    let path = folder.path("a.zip")
    try writeFileAtomically(try zip(Self.samples, settings), path)
    var keys = ArchiveKeys()
    keys.password = settings.password
    let found = try SampleArchive.read(path, keys)
    #expect(SampleArchive.essence(found) == SampleArchive.essence(Self.samples))
    keys.password = Secret("another")
    let wrong = #expect(throws: ArchiveError.self) { try SampleArchive.read(path, keys) }
    #expect(wrong?.reason == .wrongKey)
  }

  @Test func `equal contents are encrypted to others, and their checksum does not stand there`() throws {
    var settings = settings()
    settings.password = Secret("a password")
    let content = SampleEntry.bytes(1000, seed: 1)
    let bytes = try zip([.file("a", content), .file("b", content)], settings)
    // Behind a header of 30 bytes, the name, and extra fields of the length that stands at 28.
    let start = 31 + Int(bytes[28])
    let first = Array(bytes[start..<(start + 1028)])
    let second = Array(bytes[(2 * start + 1028)..<(2 * start + 2056)])
    #expect(bytes[8] == 99 && Array(bytes[14..<18]) == [0, 0, 0, 0])
    #expect(first[..<16] != second[..<16] && first[18...] != second[18...])
    #expect(first[18..<34] != content[..<16])
  }

  @Test func `a changed byte of what is encrypted is found`() throws {
    let folder = try TestFolder()
    var settings = settings()
    settings.password = Secret("a password")
    let bytes = try zip([.file("a", SampleEntry.bytes(300, seed: 1))], settings)
    var keys = ArchiveKeys()
    keys.password = settings.password
    let start = 31 + Int(bytes[28])
    for position in stride(from: start, to: start + 328, by: 5) {
      var changed = bytes
      changed[position] ^= 4
      let path = folder.path("a.zip")
      try writeFileAtomically(changed, path)
      #expect(throws: ArchiveError.self, "\(position)") { try SampleArchive.read(path, keys) }
    }
  }

  @Test func `the bytes do not depend on how many threads there are`() throws {
    let one = try zip(Self.samples, settings(threads: 1))
    #expect(try zip(Self.samples, settings(threads: 2)) == one)
    #expect(try zip(Self.samples, settings(threads: 7)) == one)
  }

  /// The method stands at offset 8 of an entry's header.
  @Test func `what does not shrink is stored, what does is compressed`() throws {
    for size in [100, 40_000, 200_000, 1_000_000] {
      let noise = try zip([.file("noise", SampleEntry.bytes(size, seed: 3))])
      #expect(noise[8] == 0 && noise.count < size + 400, "\(size)")
      let text = try zip([.file("text", SampleEntry.text(size))])
      #expect(text[8] == 8 && text.count < size / 2 + 250, "\(size)")
      let plain = try zip([.file("text", SampleEntry.text(size))], settings(0))
      #expect(plain[8] == 0 && plain.count > size, "\(size)")
    }
  }

  @Test(
    arguments: [
      (Array("plain".utf8), false), (Array("é 日本語".utf8), true), ([0x61, 0xFF, 0xC3], false),
      (Array("d/b\\c\n".utf8), false),
    ] as [([UInt8], Bool)])
  func `names are kept byte by byte, and called text where they are`(_ example: (name: [UInt8], isText: Bool)) throws {
    var sample = SampleEntry.file("x", [7])
    sample.entry.path = example.name
    let bytes = try zip([sample])
    // Bit 11 of the flags at offset 6; the name follows at 30.
    #expect((bytes[7] & 0x08 != 0) == example.isText)
    #expect(Array(bytes[30..<(30 + example.name.count)]) == example.name)
    let found = try read(bytes, TestFolder())
    #expect(found.map(\.entry.path) == [example.name] && found.map(\.content) == [[7]])
  }

  @Test func `more entries than a field of 16 bits counts`() throws {
    let samples = (0..<66_000).map { SampleEntry.file("\($0)", []) }
    let bytes = try zip(samples)
    // 64-bit end, its place, and the usual end, which says that the number is elsewhere.
    let end = Array(bytes.suffix(22 + 20 + 56))
    #expect(Array(end[..<4]) == [0x50, 0x4B, 6, 6] && Array(end[56..<60]) == [0x50, 0x4B, 6, 7])
    #expect(Array(end[76..<80]) == [0x50, 0x4B, 5, 6] && Array(end[84..<88]) == [255, 255, 255, 255])
    #expect(try read(bytes, TestFolder()).count == samples.count)
  }

  @Test func `an entry that is too long, or not whole, is an error`() throws {
    let writer = try ZipFormat().makeWriter(into: Bytes(), settings())
    try writer.begin(SampleEntry.file("short", [1, 2]).entry)
    let tooLong = #expect(throws: ArchiveError.self) { try writer.write([1, 2, 3].span) }
    #expect(tooLong?.path == Array("short".utf8))
    try writer.write([1].span)
    let notWhole = #expect(throws: ArchiveError.self) { try writer.begin(SampleEntry.file("next", []).entry) }
    #expect(notWhole?.path == Array("short".utf8))
  }

  @Test func `a sink that fails ends it, with its own error`() throws {
    struct Full: Error {}
    final class FullSink: ByteSink {
      func write(_ bytes: Span<UInt8>) throws { throw Full() }
    }
    let writer = try ZipFormat().makeWriter(into: FullSink(), settings())
    #expect(throws: Full.self) {
      for number in 0..<100 {
        let sample = SampleEntry.file("\(number)", SampleEntry.text(300_000))
        try writer.begin(sample.entry)
        try writer.write(sample.content.span)
      }
      try writer.finish()
    }
  }
}
