import CoffreArchives
import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Testing

/// What an archive may not do to the machine it is unpacked on.
@Suite("Hostile archives")
struct HostileArchiveTests {
  private let folder: TestFolder
  private let target: PathBytes

  init() throws {
    folder = try TestFolder()
    target = folder.path("target")
    try folder.write("outside/secret", Array("untouched".utf8))
  }

  private func archive(_ entries: [SampleEntry], as name: String) throws -> PathBytes {
    let path = folder.path("hostile.\(name)")
    try SampleArchive.write(entries, as: try #require(ArchiveFormats.named(name)), to: path)
    return path
  }

  private func extract(
    _ archive: PathBytes, _ limits: ArchiveExtraction.Limits = ArchiveExtraction.Limits(),
    _ overwrite: OverwriteRule = .always
  ) throws -> (counters: ArchiveExtraction.Counters, codes: [String]) {
    let cancellation = Cancellation()
    var settings = FolderRestoreSettings(target: target)
    settings.overwrite = overwrite
    let place = try FolderRestore(settings, cancellation: cancellation)
    defer { place.close() }
    var codes: [String] = []
    let extraction = ArchiveExtraction(
      try OpenArchive.read(archive, limits: limits), limits: limits, note: { codes.append($0.code) })
    return (try extraction.extract(into: place), codes)
  }

  /// Everything below the test's folder but the archive and the target.
  private func outside() throws -> [String] {
    let names = try FileDescriptor.openDirectory(path: folder.path).entryNames().map { displayed($0) }
    let secret = try readFile(folder.path("outside/secret"), limit: 100)
    let below = try FileDescriptor.openDirectory(path: folder.path("outside")).entryNames().map { displayed($0) }
    return (names.filter { !$0.hasPrefix("hostile") && $0 != "target" } + below + [displayed(secret)]).sorted()
  }

  private static let untouched = ["outside", "secret", "untouched"]
  private static let formats = ["tar", "zip"]

  @Test(arguments: formats)
  func `paths upwards are left out`(_ name: String) throws {
    let outcome = try extract(
      try archive(
        [
          .file("../evil", [1]), .file("a/../../evil", [1]), .file("a/../../outside/secret", [1]),
          .file("good", [1, 2]),
        ], as: name))
    #expect(try outside() == Self.untouched)
    #expect(outcome.counters.losses == 3 && outcome.codes == ["hostile-name", "hostile-name", "hostile-name"])
    #expect(try readFile(joined(target, Array("good".utf8)), limit: 10) == [1, 2])
  }

  @Test(arguments: formats)
  func `absolute paths count from the target`(_ name: String) throws {
    let secret = displayed(folder.path("outside/secret"))
    _ = try extract(try archive([.file(secret, [9])], as: name))
    #expect(try outside() == Self.untouched)
    #expect(try readFile(joined(target, Array(secret.utf8.dropFirst())), limit: 10) == [9])
  }

  @Test(arguments: formats)
  func `nothing is written through a link of the archive`(_ name: String) throws {
    let outcome = try extract(
      try archive(
        [
          .link("way", to: displayed(folder.path("outside"))), .file("way/secret", [1]), .file("way/new", [1]),
          .link("up", to: ".."), .file("up/evil", [1]),
        ], as: name))
    #expect(try outside() == Self.untouched)
    #expect(outcome.codes == ["hostile-path", "hostile-path", "hostile-path"])
  }

  @Test(arguments: formats)
  func `nothing is written through a link that was there`(_ name: String) throws {
    try makeDirectories(target)
    let there = try FileDescriptor.openDirectory(path: target)
    try there.makeSymlink(to: folder.path("outside"), named: Array("way".utf8))
    _ = try extract(try archive([.file("way/secret", [1]), .file("way/new", [1])], as: name))
    #expect(try outside() == Self.untouched)
  }

  @Test func `hard links lead to the archive's own files alone`() throws {
    let secret = displayed(folder.path("outside/secret"))
    let outcome = try extract(
      try archive(
        [
          .hardLink("stolen", to: secret), .hardLink("up", to: "../outside/secret"), .file("own", [5]),
          .hardLink("good", to: "own"), .link("way", to: secret), .hardLink("through", to: "way"),
        ], as: "tar"))
    #expect(outcome.counters.losses == 3)
    #expect(try readFile(joined(target, Array("good".utf8)), limit: 10) == [5])
    #expect(try FileDescriptor.attributes(ofPath: folder.path("outside/secret")).links == 1)
  }

  private func content(_ name: String) throws -> [UInt8]? {
    let path = joined(target, Array(name.utf8))
    guard (try? FileDescriptor.attributes(ofPath: path)) != nil else { return nil }
    return try readFile(path, limit: 100)
  }

  /// As `tar -r` makes them.
  @Test func `a further name of a file that a later one replaces is told, and gets no other content`() throws {
    let outcome = try extract(
      try archive(
        [.file("f", [1]), .hardLink("l", to: "f"), .hardLink("m", to: "l"), .file("f", [2, 2])], as: "tar"))
    #expect(outcome.codes == ["link-lost", "link-lost"] && outcome.counters.losses == 2)
    #expect(try content("f") == [2, 2])
    #expect(try content("l") == nil)
    #expect(try content("m") == nil)
  }

  @Test func `a tree that was added again comes back as it was then`() throws {
    let outcome = try extract(
      try archive(
        [
          .file("f", [1]), .hardLink("l", to: "f"), .file("f", [2]), .hardLink("l", to: "f"), .file("g", [3]),
          .hardLink("g", to: "f"), .hardLink("f", to: "f"),
        ], as: "tar"))
    #expect(outcome.codes.isEmpty && outcome.counters.losses == 0, "\(outcome.codes)")
    for name in ["f", "l", "g"] { #expect(try content(name) == [2], "\(name)") }
    #expect(try FileDescriptor.attributes(ofPath: joined(target, [UInt8(ascii: "f")])).links == 3)
  }

  @Test func `no name is linked to a file that was there and stays`() throws {
    try folder.write("target/f", Array("mine".utf8))
    let outcome = try extract(
      try archive([.file("f", [1]), .hardLink("l", to: "f"), .file("g", [3])], as: "tar"),
      ArchiveExtraction.Limits(), .never)
    #expect(outcome.codes == ["link-skipped"] && outcome.counters.losses == 0)
    #expect(try content("f") == Array("mine".utf8))
    #expect(try content("l") == nil)
    #expect(try content("g") == [3])
    #expect(try FileDescriptor.attributes(ofPath: joined(target, [UInt8(ascii: "f")])).links == 1)
  }

  /// The middle name was there and stays: the last one is still a name of the archive's own file.
  @Test func `a link to a link is one to the file`() throws {
    try folder.write("target/l", Array("mine".utf8))
    let outcome = try extract(
      try archive([.file("f", [1]), .hardLink("l", to: "f"), .hardLink("m", to: "l")], as: "tar"),
      ArchiveExtraction.Limits(), .never)
    #expect(outcome.counters.losses == 0, "\(outcome.codes)")
    #expect(try content("l") == Array("mine".utf8))
    #expect(try content("m") == [1])
  }

  @Test func `the later of two files of one name counts, and a folder's attributes may come late`() throws {
    var late = SampleEntry.folder("dir")
    late.entry.attributes.permissions = 0o711
    let outcome = try extract(
      try archive([.file("dir/a", [1]), .file("dir/a", [2, 2]), late, .file("dir/b", [3])], as: "tar"))
    #expect(outcome.counters.losses == 0)
    #expect(try readFile(joined(target, Array("dir/a".utf8)), limit: 10) == [2, 2])
    let attributes = try FileDescriptor.attributes(ofPath: joined(target, Array("dir".utf8)))
    #expect(attributes.permissions == 0o711 && attributes.modified.seconds == SampleEntry.time.seconds)
  }

  @Test(arguments: ["tar.gz", "tar.zst", "zip"])
  func `a bomb is stopped, and leaves nothing`(_ name: String) throws {
    let zeros = [UInt8](repeating: 0, count: 24 << 20)
    let path = try archive([.file("bomb", zeros)], as: name)
    var limits = ArchiveExtraction.Limits()
    limits.ratioFreeBytes = 1 << 20
    limits.mostRatio = 100
    let ratio = #expect(throws: ArchiveError.self) { try extract(path, limits) }
    #expect(ratio?.reason == .tooLarge)
    limits.mostBytes = 10 << 20
    let most = #expect(throws: ArchiveError.self) { try extract(path, limits) }
    #expect(most?.reason == .tooLarge)
    #expect(try FileDescriptor.openDirectory(path: target).entryNames() == [])
    limits.mostBytes = 24 << 20
    #expect(try extract(path, limits).counters.bytes == 24 << 20)
  }

  @Test func `a stream that does not say its length is stopped too`() throws {
    let path = try archive([.file("bomb", [UInt8](repeating: 0, count: 24 << 20))], as: "zst")
    var limits = ArchiveExtraction.Limits()
    limits.mostBytes = 3 << 20
    let error = #expect(throws: ArchiveError.self) { try extract(path, limits) }
    #expect(error?.reason == .tooLarge)
    #expect(try FileDescriptor.openDirectory(path: target).entryNames() == [])
  }

  @Test func `what stands behind a tar's end is no way around the limit`() throws {
    let tar = try archive([.file("small", [1])], as: "tar")
    let bytes = try readFile(tar, limit: 1 << 20) + [UInt8](repeating: 0, count: 24 << 20)
    let path = try archive([.file("hostile.tar", bytes)], as: "zst")
    var limits = ArchiveExtraction.Limits()
    limits.ratioFreeBytes = 1 << 20
    limits.mostRatio = 100
    let error = #expect(throws: ArchiveError.self) { try extract(path, limits) }
    #expect(error?.reason == .tooLarge)
    #expect(try FileDescriptor.openDirectory(path: target).entryNames() == [])
    limits.mostBytes = 30 << 20
    #expect(try extract(path, limits).counters.bytes == 1)
  }

  @Test func `a size that is a lie reserves nothing`() throws {
    let path = folder.path("hostile.tar")
    var lie = SampleEntry.file("huge", []).entry
    lie.attributes.size = 1 << 60
    let sink = Bytes()
    let writer = try #require(ArchiveFormats.named("tar")).makeWriter(into: sink)
    try writer.begin(lie)
    try writer.write([UInt8](repeating: 1, count: 1 << 20).span)
    try writeFileAtomically(sink.bytes, path)
    let error = #expect(throws: ArchiveError.self) { try extract(path) }
    #expect(error?.reason == .tooLarge)
    #expect(try FileDescriptor.openDirectory(path: target).entryNames() == [])
  }

  @Test func `a damaged archive shows none of its files, and an older one stays`() throws {
    try folder.write("target/text", Array("older".utf8))
    let path = try archive(
      [.file("text", SampleEntry.text(50_000)), .file("noise", SampleEntry.bytes(300_000, seed: 1))], as: "tar.gz")
    var bytes = try readFile(path, limit: 1 << 20)
    bytes[bytes.count - 6] ^= 1  // of the checksum
    try writeFileAtomically(bytes, path)
    #expect(throws: ArchiveError.self) { try extract(path) }
    #expect(try FileDescriptor.openDirectory(path: target).entryNames() == [Array("text".utf8)])
    #expect(try readFile(joined(target, Array("text".utf8)), limit: 100) == Array("older".utf8))
  }

  @Test func `a damaged file of a zip is named, and the others come`() throws {
    let path = try archive(
      [
        .file("first", SampleEntry.text(5_000)), .file("noise", SampleEntry.bytes(300_000, seed: 1)),
        .file("last", [3]),
      ],
      as: "zip")
    var bytes = try readFile(path, limit: 1 << 20)
    bytes[bytes.count / 2] ^= 1
    try writeFileAtomically(bytes, path)
    let outcome = try extract(path)
    #expect(outcome.codes == ["damaged"] && outcome.counters.losses == 1)
    let names = try FileDescriptor.openDirectory(path: target).entryNames().map { displayed($0) }.sorted()
    #expect(names == ["first", "last"])
  }
}

/// Everything that was written.
private final class Bytes: ByteSink {
  var bytes: [UInt8] = []
  func write(_ span: Span<UInt8>) { append(span, to: &bytes) }
}
