import CoffreArchives
import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Testing

@Suite("Parts of an archive")
struct PatternExtractionTests {
  private let folder: TestFolder
  private let target: PathBytes

  init() throws {
    folder = try TestFolder()
    target = folder.path("target")
  }

  /// - Returns: the codes of what was told.
  private func extract(_ entries: [SampleEntry], _ includes: [String], again: Bool = true) throws -> [String] {
    let path = folder.path("a.tar.gz")
    try SampleArchive.write(entries, as: try #require(ArchiveFormats.named("tar.gz")), to: path)
    let place = try FolderRestore(FolderRestoreSettings(target: target), cancellation: Cancellation())
    defer { place.close() }
    var codes: [String] = []
    let extraction = ArchiveExtraction(
      try OpenArchive.read(path), choice: EntryChoice(includes: try PatternList(includes)),
      again: again ? { try OpenArchive.read(path) } : nil, note: { codes.append($0.code) })
    _ = try extraction.extract(into: place)
    return codes
  }

  private func content(_ name: String) throws -> [UInt8]? {
    let path = joined(target, Array(name.utf8))
    guard (try? FileDescriptor.attributes(ofPath: path)) != nil else { return nil }
    return try readFile(path, limit: 100)
  }

  private func links(_ name: String) throws -> UInt64 {
    UInt64(try FileDescriptor.attributes(ofPath: joined(target, Array(name.utf8))).links)
  }

  @Test func `names of a file that is not wanted come with its content`() throws {
    let told = try extract(
      [
        .folder("x"), .file("x/a", [1, 2]), .file("other", [9]), .hardLink("b", to: "x/a"), .hardLink("y/c", to: "x/a"),
        .hardLink("d", to: "b"),
      ], ["b", "c", "d"])
    #expect(told.isEmpty, "\(told)")
    for name in ["b", "y/c", "d"] { #expect(try content(name) == [1, 2], "\(name)") }
    #expect(try links("b") == 3)
    #expect(try content("x/a") == nil && content("other") == nil)
  }

  /// As `tar -r` makes them.
  @Test func `a name is that of the file before it`() throws {
    let told = try extract(
      [
        .file("a", [1]), .hardLink("b", to: "a"), .file("a", [2]), .hardLink("c", to: "a"), .file("a", [3]),
        .hardLink("b2", to: "a"), .file("c", [4]),
      ], ["b", "b2", "c"])
    #expect(told.isEmpty, "\(told)")
    #expect(try content("b") == [1] && content("b2") == [3] && content("c") == [4])
  }

  @Test func `a name of an unwanted name of a wanted file is linked`() throws {
    let told = try extract(
      [.file("f", [1]), .hardLink("l", to: "f"), .hardLink("m", to: "l")], ["f", "m"])
    #expect(told.isEmpty, "\(told)")
    #expect(try content("m") == [1] && links("f") == 2 && content("l") == nil)
  }

  @Test func `what cannot be had is told as it is`() throws {
    let entries: [SampleEntry] = [.file("a", [1]), .hardLink("b", to: "a"), .hardLink("lost", to: "nowhere")]
    #expect(try extract(entries, ["b"], again: false) == ["link-lost"])
    #expect(try extract(entries, ["lost"]) == ["link-lost"])
    #expect(try extract(entries, ["lost", "nowhere"]) == ["hostile-link"])
    #expect(try content("b") == nil && content("lost") == nil)
  }

  @Test func `patterns that match nothing are told`() throws {
    let entries: [SampleEntry] = [.folder("x"), .file("x/a", [1])]
    #expect(try extract(entries, ["nothing"]) == ["nothing-matched"])
    #expect(try extract(entries, ["x"]) == [])
    #expect(try extract(entries, []) == [])
  }
}
