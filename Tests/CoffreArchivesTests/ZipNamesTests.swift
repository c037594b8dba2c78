import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

/// What libarchive would change of them.
@Suite("Names in zips")
struct ZipNamesTests {
  private static let composed = Array("sam\u{E9}".utf8)
  private static let decomposed = Array("same\u{301}".utf8)
  private static let names: [PathBytes] = [
    composed, decomposed, Array("d/".utf8) + composed, Array("d/".utf8) + decomposed, Array("one\\back".utf8),
    Array("two\\back\\slashes".utf8), Array("d\\e/f".utf8), Array("plain".utf8), [0x61, 0xFF, 0xC3],
  ]

  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func samples(_ names: [PathBytes]) -> [SampleEntry] {
    names.enumerated().map { number, name in
      var sample = SampleEntry.file("x", SampleEntry.text(100 + number))
      sample.entry.path = name
      return sample
    }
  }

  private func write(_ names: [PathBytes], _ password: Secret? = nil) throws -> PathBytes {
    let path = folder.path("a.zip")
    var settings = ArchiveSettings()
    settings.password = password
    try SampleArchive.write(samples(names), as: ZipFormat(), to: path, settings)
    return path
  }

  private func expect(_ path: PathBytes, _ names: [PathBytes], _ keys: ArchiveKeys = ArchiveKeys()) throws {
    let found = try SampleArchive.read(path, keys)
    #expect(found.map(\.entry.path) == names)
    #expect(found.map(\.content) == samples(names).map(\.content))
  }

  @Test func `names come back byte by byte, however they write an accent, and with backslashes`() throws {
    try expect(write(Self.names), Self.names)
  }

  @Test func `so they do with a password`() throws {
    var keys = ArchiveKeys()
    keys.password = Secret("a password")
    try expect(write(Self.names, keys.password), Self.names, keys)
  }

  @Test func `two files whose names read the same are two files on the disk`() throws {
    let names = [Self.composed, Self.decomposed]
    let reader = try OpenArchive.read(write(names))
    let target = folder.path("out")
    let place = try FolderRestore(FolderRestoreSettings(target: target), cancellation: Cancellation())
    defer { place.close() }
    let counters = try ArchiveExtraction(reader).extract(into: place)
    #expect(counters.files == 2 && counters.losses == 0)
    #expect(Set(try FileDescriptor.openDirectory(path: target).entryNames()) == Set(names))
  }

  /// A program that unpacks it stands before, a comment behind.
  @Test(arguments: [0, 1, 70_000], [0, 1, 10_000])
  func `they do in a zip that is part of something else`(_ before: Int, _ behind: Int) throws {
    let path = try write(Self.names)
    var bytes = try readFile(path, limit: .max)
    bytes[bytes.count - 2] = UInt8(behind & 0xFF)
    bytes[bytes.count - 1] = UInt8(behind >> 8)
    let all = [UInt8](repeating: 0x4D, count: before) + bytes + [UInt8](repeating: 0x20, count: behind)
    try writeFileAtomically(all, path)
    try expect(path, Self.names)
  }

  /// More than is read at once, and a list in fields of 64 bits.
  @Test func `they do in a long list`() throws {
    let names = (0..<66_000).map { Array("\($0) e\u{301} \(String(repeating: "-", count: $0 % 40))".utf8) }
    let path = folder.path("a.zip")
    let archive = try NewArchive(at: path, as: ZipFormat())
    for name in names {
      var sample = SampleEntry.file("x", [])
      sample.entry.path = name
      try archive.writer.begin(sample.entry)
    }
    _ = try archive.finish()
    try archive.show(replacing: false)
    #expect(try SampleArchive.read(path).map(\.entry.path) == names)
  }

  @Test func `what DOS wrote has slashes in the place of backslashes`() throws {
    let name = Array("folder\\file".utf8)
    let path = try write([name])
    var bytes = try readFile(path, limit: .max)
    // The system in the list: behind the header and its content.
    let list = try #require(bytes.indices.first { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    bytes[list + 5] = 0
    try writeFileAtomically(bytes, path)
    #expect(try SampleArchive.read(path).map(\.entry.path) == [Array("folder/file".utf8)])
  }

  /// A zip may be the last thing in an archive that is not compressed.
  @Test func `a zip in another archive stays as it is`() throws {
    let zip = try readFile(write(Self.names), limit: .max)
    let path = folder.path("a.cpio")
    try writeFileAtomically(Self.cpio("a.zip", zip), path)
    let reader = try OpenArchive.read(path)
    #expect(reader.format == "cpio")
    #expect(try SampleArchive.read(path).map(\.content) == [zip])
  }

  /// One file, as cpio's newc format has it.
  private static func cpio(_ name: String, _ content: [UInt8]) -> [UInt8] {
    func entry(_ name: String, _ content: [UInt8]) -> [UInt8] {
      let fields = [1, 0o100644, 0, 0, 1, 0, content.count, 0, 0, 0, 0, name.utf8.count + 1, 0]
      let digits = fields.map { number in
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 8 - text.count) + text
      }
      func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4) }
      return padded(Array(("070701" + digits.joined() + name).utf8) + [0]) + padded(content)
    }
    return entry(name, content) + entry("TRAILER!!!", [])
  }

  /// Whatever the list says, reading ends with an error or the entries.
  @Test func `a list that was changed does no harm`() throws {
    let path = try write(Self.names)
    let bytes = try readFile(path, limit: .max)
    let list = try #require(bytes.indices.first { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    for position in list..<bytes.count {
      for value: UInt8 in [0, 0xFF] {
        var changed = bytes
        changed[position] = value
        try writeFileAtomically(changed, path)
        do {
          _ = try SampleArchive.read(path)
        } catch is ArchiveError {
        }
      }
    }
  }
}
