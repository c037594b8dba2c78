import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("Manifest of a point")
final class ShelfManifestTests {
  private let folder: TestFolder
  private let descriptor: FileDescriptor

  init() throws {
    folder = try TestFolder()
    descriptor = try FileDescriptor.openDirectory(path: folder.path)
  }

  private static let head = ShelfManifest(
    form: .file, variant: .incremental, parent: .init(name: [0x62, 0xFF], sha256: Digest(words: 1, 2, 3, 4)),
    takenAt: Timestamp(seconds: 1_795_344_300, nanoseconds: 5, utcOffset: 3600), host: "shop \"x\" \u{7}",
    sources: [Array("/srv".utf8), [0x2F, 0xFE]], tags: ["a", "é"], program: "coffre 0", isComplete: false,
    archive: .init(
      format: "tar.zst", lacks: ["hard-links"],
      files: [.init(name: Array("files.tar.zst".utf8), size: 9_000_000_000, sha256: Digest(words: 9, 0, 0, 0))],
      encryption: .init(kind: "age", recipients: ["age1b", "age1a"])),
    needs: [.init(PointPlace(Array("backup-1".utf8), .file), files: [])])

  private static func entries() -> [ShelfEntry] {
    var link = ShelfEntry(
      path: [0x61, 0x80], attributes: EntryAttributes(kind: .symlink, permissions: 0o777, modified: .missing))
    link.details.linkTarget = [0xC3, 0x28, 0x0A]
    var file = ShelfEntry(
      path: Array("line\nfeed \"quoted\" \\".utf8),
      attributes: EntryAttributes(
        kind: .file, permissions: 0o4755, userID: .max, groupID: 7, size: .max,
        modified: Timestamp(seconds: -1, nanoseconds: 999_999_999), inode: 1 << 62), userName: "ü", groupName: "g")
    file.details.extendedAttributes = [ExtendedAttribute(name: [0x75, 0x2E, 0xFF], value: [0, 255, 10])]
    file.content = .init(sha256: Digest(words: 5, 6, 7, 8), need: 0, name: [0x6F, 0xFF])
    file.attributes.changed = Timestamp(seconds: 77, nanoseconds: 1)
    let device = ShelfEntry(
      path: Array("null".utf8),
      attributes: EntryAttributes(
        kind: .characterDevice, permissions: 0o666, modified: .missing, deviceNumber: 0x103))
    let hard = ShelfEntry(
      path: Array("second".utf8), attributes: EntryAttributes(kind: .file, permissions: 0o644, modified: .missing),
      hardLinkOf: file.path)
    let directory = ShelfEntry(
      path: Array("z".utf8), attributes: EntryAttributes(kind: .directory, permissions: 0o755, modified: .missing))
    return [link, file, device, hard, directory]
  }

  private func write(_ head: ShelfManifest, _ entries: [ShelfEntry], deleted: [PathBytes], moves: [ShelfRenaming])
    throws -> ShelfManifest
  {
    let writer = try ShelfManifestWriter(in: descriptor)
    for entry in entries { try writer.add(entry) }
    for path in deleted { try writer.addDeleted(path) }
    try? descriptor.removeFile(ShelfManifest.fileName)
    let file = try MeasuredFile(
      ShelfManifest.fileName, in: descriptor, named: folder.path, cancellation: Cancellation())
    let written = try writer.finish(head, moves: moves, into: file)
    _ = try file.finish()
    return written
  }

  private func reader() throws -> ShelfManifestReader {
    try ShelfManifestReader(try descriptor.open(ShelfManifest.fileName, for: .reading))
  }

  @Test func `all that it holds is read again as it was`() throws {
    let old = Array("old".utf8)
    let written = try write(
      Self.head, Self.entries(), deleted: [[0xFF], old], moves: [.init(old: old, new: Array("second".utf8))])
    let reader = try reader()
    #expect(reader.head == written)
    #expect((written.counts.deleted, written.counts.renamed) == (1, 1))
    var entries: [ShelfEntry] = []
    while let entry = try reader.nextEntry() { entries.append(entry) }
    #expect(
      entries
        == Self.entries().map { entry in
          var entry = entry
          entry.attributes.accessed = entry.attributes.modified
          return entry
        })
    #expect(try reader.nextDeleted() == [0xFF])
    #expect(try reader.nextDeleted() == nil)
    #expect(try reader.nextRenaming() == ShelfRenaming(old: old, new: Array("second".utf8)))
    try reader.finish()
  }

  @Test func `it is one JSON text`() throws {
    _ = try write(Self.head, Self.entries(), deleted: [[0xFF], [0x61]], moves: [])
    let text = try readFile(folder.path("manifest.json"), limit: 1 << 20)
    var json = JSONReader(text)
    try json.skipValue()
    try json.finish()
  }

  @Test func `it keeps to the published schema, field by field`() throws {
    _ = try write(Self.head, Self.entries(), deleted: [[0xFF]], moves: [.init(old: [0xFF], new: [0xFE])])
    let check = try SchemaCheck(
      "shelf-point.schema.json", of: try readFile(folder.path("manifest.json"), limit: 1 << 20), named: "point")
    #expect(check.problems.isEmpty)
    for name in try #require(check.fields()) { #expect(check.met.contains("point.\(name)"), "\(name)") }
    for name in try #require(check.fields(of: "entry")) where name != "linkRaw" {
      #expect(check.met.contains("point.entries.\(name)"), "\(name)")
    }
  }

  @Test(arguments: ["../other", "/etc", "..", ""])
  func `a needed point outside the shelf is refused`(_ name: String) throws {
    var head = Self.head
    head.needs = [.init(PointPlace(Array(name.utf8), .folder), files: [])]
    _ = try write(head, [], deleted: [], moves: [])
    #expect(throws: ShelfError.self) { try self.reader() }
  }

  @Test func `one without entries is one too`() throws {
    _ = try write(Self.head, [], deleted: [], moves: [])
    let text = try readFile(folder.path("manifest.json"), limit: 1 << 20)
    var json = JSONReader(text)
    try json.skipValue()
    try json.finish()
    let reader = try reader()
    #expect(try reader.nextEntry() == nil)
    try reader.finish()
  }

  @Test func `wherever it is cut off, that is seen`() throws {
    _ = try write(Self.head, Self.entries(), deleted: [[0x61]], moves: [])
    let text = try readFile(folder.path("manifest.json"), limit: 1 << 20)
    for end in text.indices {
      try writeFileAtomically(Array(text[..<end]), folder.path("manifest.json"))
      #expect(throws: ShelfError.self, "cut at \(end)") { try self.reader().finish() }
    }
  }

  @Test func `a later version is refused by name`() throws {
    _ = try write(Self.head, [], deleted: [], moves: [])
    let text = displayed(try readFile(folder.path("manifest.json"), limit: 1 << 20))
    let later = text.replacing("\"version\":1", with: "\"version\":2")
    try writeFileAtomically(Array(later.utf8), folder.path("manifest.json"))
    #expect(throws: ShelfError.newerManifest(version: 2)) { try self.reader() }
  }

  @Test(arguments: ["../out", "/etc/passwd", "a//b", "a/./b", "a/..", "", "a\u{0}b"])
  func `paths that lead out are refused`(_ path: String) throws {
    var entry = Self.entries()[4]
    entry.path = Array(path.utf8)
    _ = try write(Self.head, [entry], deleted: [], moves: [])
    #expect(throws: ShelfError.self) { try self.reader().nextEntry() }
  }

  @Test func `an entry is found again by its offset`() throws {
    _ = try write(Self.head, Self.entries(), deleted: [], moves: [])
    let (first, second) = (try reader(), try reader())
    while let entry = try first.nextEntry() {
      #expect(try second.entry(at: first.entryOffset) == entry)
    }
  }

  /// A million entries are read and written a line at a time; here enough to fill the buffers many times over.
  @Test func `many entries pass through a buffer`() throws {
    let entries = (0..<20_000).map { number in
      ShelfEntry(
        path: Array("folder/file-\(1_000_000 + number)".utf8),
        attributes: EntryAttributes(kind: .fifo, permissions: 0o600, modified: .missing))
    }
    _ = try write(Self.head, entries, deleted: [], moves: [])
    let reader = try reader()
    var number = 0
    while let entry = try reader.nextEntry() {
      #expect(entry.path == entries[number].path)
      number += 1
    }
    #expect(number == entries.count)
  }
}

@Suite("Order of entries")
struct ShelfEntryOrderTests {
  /// As a walk meets them: a slash at the end is a directory.
  private static let ordered = [
    "a", "a!", "b.txt", "z", "A-dir/", "A-dir/x", "A-dir/sub/", "A-dir/sub/1", "a/", "a/b", "a/b/", "a/b/c", "a-dir/",
    "a-dir!/", "a-dir!/f", "a0/", "é/",
  ]

  @Test func `files come before folders, folders with all below them`() {
    let entries = Self.ordered.map { text in
      (path: Array(text.utf8.dropLast(text.hasSuffix("/") ? 1 : 0)), isDirectory: text.hasSuffix("/"))
    }
    for (left, one) in entries.enumerated() {
      for (right, other) in entries.enumerated() {
        let order = ShelfEntryOrder.compare(
          one.path, isDirectory: one.isDirectory, other.path, isDirectory: other.isDirectory)
        #expect(order.signum() == (left - right).signum(), "\(Self.ordered[left]) and \(Self.ordered[right])")
      }
    }
  }
}

@Suite("What is wanted from an archive")
struct WantedContentsTests {
  /// Each as long as its name.
  private func contents(_ names: [String]) throws -> WantedContents {
    var number = -1
    return try WantedContents {
      number += 1
      guard number < names.count else { return nil }
      let name = Array(names[number].utf8)
      return (
        name,
        PointArchives.Wanted(
          path: [], number: number, sha256: Digest(words: 0, 0, 0, 0), size: Int64(name.count))
      )
    }
  }

  private func take(_ name: String, size: Int64? = nil, from contents: WantedContents) throws -> [Int] {
    try contents.take(Array(name.utf8), size: size).map(\.wanted.number)
  }

  @Test func `in order and out of order, all are found`() throws {
    let contents = try contents(["a", "b", "c", "d"])
    #expect(try take("a", from: contents) == [0])
    #expect(try take("d", from: contents) == [3])
    #expect(try take("b", from: contents) == [1])
    #expect(try take("z", from: contents) == [])
    #expect(contents.rest.map(\.wanted.number) == [2] && contents.rest.map(\.isOther) == [false])
  }

  /// A zip that is read gives both as one character: only the content tells them apart.
  @Test func `of names that read the same all are asked, and asked again if it was another one's`() throws {
    let contents = try contents(["e\u{301}", "\u{E9}", "z"])
    #expect(try take("z", from: contents) == [2])
    let both = try contents.take([0xC3, 0xA9], size: nil)
    #expect(both.map(\.wanted.number) == [0, 1])
    contents.putBack(both[0])
    #expect(try take("\u{E9}", size: 9, from: contents) == [], "none is so long")
    #expect(contents.rest.map(\.wanted.number) == [0] && contents.rest.map(\.isOther) == [true])
    #expect(try take("\u{E9}", size: 3, from: contents) == [0])
    #expect(try !contents.hasMore())
  }

  @Test func `one content for two is asked for again`() throws {
    let contents = try contents(["a", "a", "b"])
    #expect(try take("a", from: contents) == [0])
    #expect(try take("b", from: contents) == [2])
    #expect(try contents.hasMore())
    #expect(try take("a", from: contents) == [1])
    #expect(try !contents.hasMore())
  }
}
