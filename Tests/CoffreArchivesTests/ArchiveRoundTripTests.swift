import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("Archives, there and back")
struct ArchiveRoundTripTests {
  private static let folders = ArchiveFormats.forFolders.map(\.traits.name)
  private static let streams = ["gz", "zst", "xz"]

  private func format(_ name: String) throws -> any ArchiveFormat { try #require(ArchiveFormats.named(name)) }

  @Test(arguments: folders)
  func `what goes in comes out`(_ name: String) throws {
    let folder = try TestFolder()
    let path = folder.path("a.\(name)")
    try SampleArchive.write(SampleEntry.small, as: try format(name), to: path)
    let reader = try OpenArchive.read(path)
    #expect(reader.format == name)
    #expect(SampleArchive.essence(try SampleArchive.read(path)) == SampleArchive.essence(SampleEntry.small))
    #expect(try names(in: folder) == ["a.\(name)"], "no temporary is left")
  }

  @Test(arguments: folders, ["age", "aes"])
  func `an encrypted archive opens with its key alone`(_ name: String, _ kind: String) throws {
    let folder = try TestFolder()
    let path = folder.path("a.\(name).\(kind)")
    var keys = ArchiveKeys()
    let identity = try #require(AgeIdentity(AgeKeyTests.identity))
    let key = AESKey.random()
    let seal: ArchiveSeal = kind == "age" ? .age(recipients: [identity.recipient]) : .aes(key)
    try SampleArchive.write(SampleEntry.small, as: try format(name), to: path, sealedBy: seal)
    #expect(throws: ArchiveError.self) { try OpenArchive.read(path) }
    if kind == "age" { keys.identities = [identity] } else { keys.aesKey = key }
    #expect(SampleArchive.essence(try SampleArchive.read(path, keys)) == SampleArchive.essence(SampleEntry.small))
    keys = ArchiveKeys()
    keys.aesKey = AESKey.random()
    #expect(throws: ArchiveError.self) { try OpenArchive.read(path, keys: keys) }
  }

  @Test(arguments: ["zip", "7z"])
  func `a format's own password opens it, and no other`(_ name: String) throws {
    let folder = try TestFolder()
    let path = folder.path("a.\(name)")
    var settings = ArchiveSettings()
    settings.password = Secret("un mot de passe é")
    try SampleArchive.write(SampleEntry.small, as: try format(name), to: path, settings)
    var keys = ArchiveKeys()
    keys.password = settings.password
    #expect(SampleArchive.essence(try SampleArchive.read(path, keys)) == SampleArchive.essence(SampleEntry.small))
    keys.password = Secret("another")
    let wrong = #expect(throws: ArchiveError.self) { try SampleArchive.read(path, keys) }
    #expect(wrong?.reason == .wrongKey)
    let missing = #expect(throws: ArchiveError.self) { try SampleArchive.read(path) }
    #expect(missing?.reason == .keyMissing)
  }

  @Test(arguments: ["zip", "7z"])
  func `one password for the archive and for age around it opens both at once`(_ name: String) throws {
    let folder = try TestFolder()
    let path = folder.path("a.\(name).age")
    var settings = ArchiveSettings()
    let password = Secret("the same twice")
    settings.password = password
    try SampleArchive.write(
      SampleEntry.small, as: try format(name), to: path, settings, sealedBy: .agePassphrase(password))
    var keys = ArchiveKeys()
    keys.password = password
    #expect(SampleArchive.essence(try SampleArchive.read(path, keys)) == SampleArchive.essence(SampleEntry.small))
    settings.password = Secret("another one inside")
    try SampleArchive.write(
      SampleEntry.small, as: try format(name), to: path, settings, sealedBy: .agePassphrase(password))
    let wrong = #expect(throws: ArchiveError.self) { try SampleArchive.read(path, keys) }
    #expect(wrong?.reason == .wrongKey)
  }

  /// With a password of its own, a line feed in a name would not come back.
  @Test func `a passphrase of age alone does not pass for the password of the 7z in it`() throws {
    let folder = try TestFolder()
    let path = folder.path("a.7z.age")
    let password = Secret("of age alone")
    let samples = [SampleEntry.folder("top"), .file("top/two\nlines", SampleEntry.text(1000)), .file("empty", [])]
    try SampleArchive.write(samples, as: try format("7z"), to: path, sealedBy: .agePassphrase(password))
    var keys = ArchiveKeys()
    keys.password = password
    #expect(SampleArchive.essence(try SampleArchive.read(path, keys)) == SampleArchive.essence(samples))
  }

  @Test(arguments: streams, [0, 1, 1023, 262_143, 262_144, 262_145, 1_000_003])
  func `a stream holds the bytes of one file`(_ name: String, _ count: Int) throws {
    let folder = try TestFolder()
    let path = folder.path("data.bin.\(name)")
    // Half of it shrinks, half does not.
    let content = SampleEntry.text(count / 2) + SampleEntry.bytes(count - count / 2, seed: 9)
    try SampleArchive.write([.file("dir/data.bin", content)], as: try format(name), to: path)
    let found = try SampleArchive.read(path)
    #expect(found.map(\.content) == [content])
    #expect(found.map { displayed($0.entry.path) } == ["data.bin"])
  }

  /// A zst begins with the byte that a header of Tink begins with.
  @Test(arguments: ["tar.zst", "zst"])
  func `a key that is not needed does no harm`(_ name: String) throws {
    let folder = try TestFolder()
    let path = folder.path("data.\(name)")
    let key = AESKey.random()
    try SampleArchive.write([.file("data", SampleEntry.text(5000))], as: try format(name), to: path)
    var keys = ArchiveKeys()
    keys.aesKey = key
    #expect(try SampleArchive.read(path, keys).map(\.content) == [SampleEntry.text(5000)])
    let sealed = folder.path("data.\(name).aes")
    try SampleArchive.write(
      [.file("data", SampleEntry.text(5000))], as: try format(name), to: sealed, sealedBy: .aes(key))
    #expect(try SampleArchive.read(sealed, keys).map(\.content) == [SampleEntry.text(5000)])
  }

  @Test func `who stops the reading is not told of a wrong key`() throws {
    let folder = try TestFolder()
    let path = folder.path("data.tar.aes")
    var keys = ArchiveKeys()
    let key = AESKey.random()
    keys.aesKey = key
    try SampleArchive.write([.file("data", [1])], as: try format("tar"), to: path, sealedBy: .aes(key))
    let cancellation = Cancellation()
    let header = AESHeaderInput(try readFile(path, limit: 1 << 20), cancellation)
    #expect(throws: Cancelled.self) { try AESSealing.open(header, key) }
  }

  /// The library compares no checksum of what RAR 5 stores uncompressed: a changed byte is not noticed.
  @Test func `a rar is read, and refused if it was cut short`() throws {
    let folder = try TestFolder()
    let path = folder.path("a.bin")
    let files = [("dir/text", SampleEntry.text(300_000)), ("empty", []), ("é", SampleEntry.bytes(1000, seed: 4))]
    let rar = StoredRAR.archive(files)
    try writeFileAtomically(rar, path)
    let reader = try OpenArchive.read(path)
    #expect(reader.format == "rar" && reader.provesEntries)
    let found = try SampleArchive.read(path)
    #expect(found.map { displayed($0.entry.path) } == files.map(\.0))
    #expect(found.map(\.content) == files.map(\.1))
    #expect(found.map(\.entry.attributes.permissions) == [0o640, 0o640, 0o640])
    #expect(found.map(\.entry.attributes.modified.seconds) == [1_600_000_000, 1_600_000_000, 1_600_000_000])
    try writeFileAtomically(Array(rar.prefix(200_000)), path)
    let error = #expect(throws: ArchiveError.self) { try SampleArchive.read(path) }
    #expect(error?.reason == .damaged)
  }

  @Test func `what does not shrink is stored`() throws {
    let folder = try TestFolder()
    let noise = SampleEntry.bytes(2_000_000, seed: 11)
    for name in ["gz", "zip", "tar.gz", "tar.zst"] {
      let path = folder.path("a.\(name)")
      try SampleArchive.write([.file("noise", noise)], as: try format(name), to: path)
      let size = try FileDescriptor.attributes(ofPath: path).size
      #expect(size < 2_015_000, "\(name)")
    }
  }

  @Test(arguments: ["tar.gz", "tar.zst", "tar.xz", "zip", "7z"])
  func `levels outside the format's own are refused`(_ name: String) throws {
    let folder = try TestFolder()
    var settings = ArchiveSettings()
    settings.level = .exactly(99)
    let error = #expect(throws: ArchiveError.self) {
      try NewArchive(at: folder.path("a"), as: try format(name), settings)
    }
    #expect(error?.reason == .unsupported)
    #expect(try names(in: folder) == [])
  }

  @Test func `an archive that is given up leaves nothing`() throws {
    let folder = try TestFolder()
    // Often: threads of the writer may be just about to make something.
    for name in Self.folders + Array(repeating: "7z", count: 100) {
      let archive = try NewArchive(at: folder.path("a.\(name)"), as: try format(name))
      try archive.writer.begin(SampleEntry.file("a", SampleEntry.text(100)).entry)
      try archive.writer.write(SampleEntry.text(50).span)
      archive.abandon()
      _ = consume archive
      #expect(try names(in: folder) == [], "\(name)")
    }
  }

  @Test func `content of another length than was said is refused`() throws {
    let folder = try TestFolder()
    for name in Self.folders {
      let archive = try NewArchive(at: folder.path("a.\(name)"), as: try format(name))
      try archive.writer.begin(SampleEntry.file("a", [1, 2, 3]).entry)
      try archive.writer.write([1, 2].span)
      #expect(throws: ArchiveError.self, "\(name)") { try archive.finish() }
    }
  }

  @Test(arguments: [("a.tar.gz", "tar.gz"), ("a.TGZ", "tar.gz"), ("a.b.gz", "gz"), ("x.7z", "7z"), ("x.tar", "tar")])
  func `a file's name tells its format`(_ example: (name: String, format: String)) {
    #expect(ArchiveFormats.meant(by: Array(example.name.utf8))?.traits.name == example.format)
  }

  @Test func `a name without an end tells none`() {
    #expect(ArchiveFormats.meant(by: Array("targz".utf8)) == nil)
  }

  private func names(in folder: TestFolder) throws -> [String] {
    try FileDescriptor.openDirectory(path: folder.path).entryNames().map { displayed($0) }.sorted()
  }
}

/// Cancelled once the header was read.
private final class AESHeaderInput: ArchiveInput {
  private let bytes: [UInt8]
  private let cancellation: Cancellation

  init(_ bytes: [UInt8], _ cancellation: Cancellation) {
    self.bytes = bytes
    self.cancellation = cancellation
  }

  var size: Int64? { Int64(bytes.count) }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    try cancellation.check()
    cancellation.cancel(.interrupted)
    let count = max(0, min(buffer.count, bytes.count - Int(offset)))
    for index in 0..<count { buffer[index] = bytes[Int(offset) + index] }
    return count
  }
}
