import CoffreCore
import CoffreSystem
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreArchives

/// A file that is there already becomes the archive, as if its bytes had been written.
@Suite("Files that become archives")
final class AdoptedFileTests {
  private static let place = Array("archive".utf8)
  private static let other = Array("made".utf8)
  private let folder: TestFolder
  private let descriptor: FileDescriptor

  init() throws {
    folder = try TestFolder()
    descriptor = try FileDescriptor.openDirectory(path: folder.path)
  }

  private func make(_ permissions: UInt16 = 0o600) throws -> MeasuredFile {
    try MeasuredFile(
      Self.place, in: descriptor, named: folder.path("shown"), permissions: permissions, cancellation: Cancellation())
  }

  /// Sizes on both sides of what is read at once.
  @Test(arguments: [0, 1, 1 << 20, 3_000_001])
  func `it is taken as it is, with the permissions that the archive should have`(_ count: Int) throws {
    let content = SampleEntry.bytes(count, seed: 3)
    try folder.write("below/made", content)
    let below = try FileDescriptor.openDirectory(path: folder.path("below"))
    try below.setPermissions(0o666, of: Self.other)
    let inode = try below.attributes(of: Self.other).inode
    let file = try make()
    #expect(try UnchangedSink(file).adopt(Self.other, in: below))
    let sum = try file.finish()
    #expect(sum == ArchiveSum(size: Int64(count), digest: SHA256Hasher().hash(content.span)))
    let found = try descriptor.attributes(of: Self.place)
    #expect(found.inode == inode && found.permissions == 0o600 && found.size == Int64(count))
    #expect(try below.entryNames() == [])
  }

  @Test func `an encryption around it takes no file`() throws {
    try folder.write("made", [1])
    let identity = try #require(AgeIdentity(AgeKeyTests.identity))
    let file = try make()
    let sealed = try ArchiveSeal.age(recipients: [identity.recipient]).sink(into: file, cancellation: Cancellation())
    #expect(!(sealed is any AdoptingSink))
    #expect(try descriptor.entryNames().count == 2)
  }

  @Test func `a link is not taken`() throws {
    try folder.write("secret", [1])
    try descriptor.makeSymlink(to: Array("secret".utf8), named: Self.other)
    let file = try make()
    let error = #expect(throws: SystemError.self) { _ = try file.adopt(Self.other, in: descriptor) }
    #expect(error?.isLoop == true)
  }

  @Test func `a file on another file system stays there`() throws {
    let elsewhere = joined(Array("/dev/shm".utf8), Array("coffre-test-".utf8) + temporaryName())
    try makeDirectories(elsewhere)
    defer { try? removeTree(elsewhere) }
    let source = try FileDescriptor.openDirectory(path: elsewhere)
    let made = try source.open(Self.other, for: .writing, [.create, .exclusive])
    try made.write([1, 2].span)
    guard try made.attributes().device != descriptor.attributes().device else { return }
    let file = try make()
    #expect(try !file.adopt(Self.other, in: source))
    #expect(try source.attributes(of: Self.other).size == 2)
    try file.write([3].span)
    let sum = try file.finish()
    #expect(sum.size == 1 && sum.digest == SHA256Hasher().hash([3].span))
  }

  @Test(arguments: [nil, "a password"])
  func `a 7z has the sum that is told, and nothing else is left`(_ password: String?) throws {
    var settings = ArchiveSettings()
    settings.password = password.map { Secret($0) }
    let path = folder.path("a.7z")
    let archive = try NewArchive(at: path, as: try #require(ArchiveFormats.named("7z")), settings)
    let sample = SampleEntry.file("text", SampleEntry.text(100_000))
    try archive.writer.begin(sample.entry)
    try archive.writer.write(sample.content.span)
    let sum = try archive.finish()
    #expect(try archive.readsBack(as: sum, Cancellation()))
    try archive.show(replacing: false)
    let bytes = try readFile(path, limit: .max)
    #expect(sum == ArchiveSum(size: Int64(bytes.count), digest: SHA256Hasher().hash(bytes.span)))
    #expect(try descriptor.attributes(of: Array("a.7z".utf8)).permissions == 0o600)
    #expect(try descriptor.entryNames() == [Array("a.7z".utf8)])
  }
}
