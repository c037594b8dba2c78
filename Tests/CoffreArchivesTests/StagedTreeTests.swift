import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("Files that wait for a program")
struct StagedTreeTests {
  /// Files on both sides of where pieces end, more than threads and memory take at once.
  private static let samples: [SampleEntry] =
    [.folder("top"), .folder("top/below")]
    + (0..<40).map { number in
      let size = [0, 1, 5000, 2 << 20, (2 << 20) + 1, 5_000_000][number % 6]
      return SampleEntry.file(
        "top/\(number % 2 == 0 ? "below/" : "")\(number)", SampleEntry.bytes(size, seed: UInt64(number)),
        permissions: number % 3 == 0 ? 0o400 : 0o755)
    } + [.link("top/link", to: "below")]

  @Test func `everything lies there when it is finished, as it should`() throws {
    let folder = try TestFolder()
    let tree = StagedTree(at: folder.path, cancellation: Cancellation())
    for sample in Self.samples {
      try tree.begin(sample.entry)
      if sample.entry.attributes.kind == .file { try tree.write(sample.content.span) }
    }
    try tree.finish()
    for sample in Self.samples {
      let path = joined(folder.path, sample.entry.path)
      let found = try FileDescriptor.attributes(ofPath: path)
      #expect(found.kind == sample.entry.attributes.kind && found.modified == SampleEntry.time, "\(displayed(path))")
      guard found.kind != .symlink else { continue }
      #expect(found.permissions == sample.entry.attributes.permissions, "\(displayed(path))")
      guard found.kind == .file else { continue }
      let isEqual = try readFile(path, limit: .max) == sample.content
      #expect(isEqual, "\(displayed(path))")
    }
    try tree.unlock()
    try removeTree(joined(folder.path, Array("top".utf8)))
  }

  @Test func `an entry that is too long, or not whole, is an error`() throws {
    let folder = try TestFolder()
    let tree = StagedTree(at: folder.path, cancellation: Cancellation())
    try tree.begin(SampleEntry.file("short", [1, 2]).entry)
    let tooLong = #expect(throws: ArchiveError.self) { try tree.write([1, 2, 3].span) }
    #expect(tooLong?.path == Array("short".utf8))
    try tree.write([1].span)
    let notWhole = #expect(throws: ArchiveError.self) { try tree.begin(SampleEntry.file("next", []).entry) }
    #expect(notWhole?.path == Array("short".utf8))
  }
}
