import CoffreCore
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreArchives

/// What is read again, and what is stored again.
@Suite("Changes since the parent")
struct ShelfChangeTests {
  private let workshop: ShelfWorkshop
  /// Long before any backup.
  private static let old = Timestamp(seconds: 1_600_000_000, nanoseconds: 5)

  init() throws { workshop = try ShelfWorkshop() }

  private func file(_ name: String, _ content: String, modified: Timestamp = old, inode: UInt64) -> MemoryEntry {
    .file(name, Array(content.utf8), modified: modified, inode: inode)
  }

  private func stored(_ point: ShelfPoint) throws -> [String] {
    var stored: [String] = []
    try workshop.shelf.contents(of: point).forEachEntry { entry, owner in
      if owner == point.name { stored.append(displayed(entry.path)) }
    }
    return stored
  }

  @Test func `equal size, times and inode are believed, and nothing is read`() throws {
    try workshop.backUp(of: MemorySession([file("a", "one", inode: 1), file("b", "two", inode: 2)]))
    let session = MemorySession([file("a", "one", inode: 1), file("b", "TWO", inode: 3)])
    let point = try workshop.backUp(.incremental, of: session).point
    #expect(session.counts.readings == ["/b": 1])
    #expect(try stored(point) == ["b"])
    #expect(session.counts.closings == 1)
  }

  @Test func `where they cannot decide the content does`() throws {
    try workshop.backUp(of: MemorySession([file("a", "one", inode: 1)]))
    let later = Timestamp(seconds: 1_600_000_100, nanoseconds: 0)
    let session = MemorySession([file("a", "one", modified: later, inode: 7)])
    let point = try workshop.backUp(.incremental, of: session).point
    #expect(session.counts.readings == ["/a": 1])
    #expect(try stored(point).isEmpty)
    #expect(point.needs.count == 1)
  }

  @Test func `what was changed just before the parent was taken is read again`() throws {
    let just = Timestamp(seconds: 1_700_000_000, nanoseconds: 0)
    try workshop.backUp(of: MemorySession([file("a", "one", modified: just, inode: 1)])) {
      $0.time = just.adding(seconds: 1)
    }
    // The clock of the file system did not tick between the two.
    let session = MemorySession([file("a", "ONE", modified: just, inode: 1)])
    let point = try workshop.backUp(.incremental, of: session).point
    #expect(try stored(point) == ["a"])
  }

  @Test func `a renamed file is not stored again`() throws {
    try workshop.backUp(of: MemorySession([file("a", "content", inode: 1), file("c", "other", inode: 2)]))
    let session = MemorySession([file("b", "content", inode: 1), file("c", "other", inode: 2)])
    let point = try workshop.backUp(.incremental, of: session).point
    #expect(try stored(point).isEmpty)
    #expect(point.manifest.counts.renamed == 1 && point.manifest.counts.deleted == 0)
    var renamings: [ShelfRenaming] = []
    try workshop.shelf.contents(of: point).forEachRenaming { renamings.append($0) }
    #expect(renamings == [ShelfRenaming(old: [0x61], new: [0x62])])
    // And again: what was taken over is taken over from where it really lies.
    let third = try workshop.backUp(
      .incremental, of: MemorySession([file("d", "content", inode: 1), file("c", "other", inode: 2)])
    ).point
    #expect(third.needs == [try workshop.shelf.points().points[0].name])
    try workshop.inspect(third, .allContents)
  }

  @Test func `an inode that was given to another file is no renaming`() throws {
    try workshop.backUp(of: MemorySession([file("a", "content", inode: 1)]))
    let point = try workshop.backUp(.incremental, of: MemorySession([file("b", "CONTENT", inode: 1)])).point
    #expect(try stored(point) == ["b"])
    #expect(point.manifest.counts.renamed == 0 && point.manifest.counts.deleted == 1)
  }

  private func linked(_ name: String, _ content: String, device: UInt64) -> MemoryEntry {
    file(name, content, inode: 2).with { entry in
      entry.attributes.device = device
      entry.attributes.links = device == 2 ? 2 : 1
    }
  }

  /// Two file systems below one source, each with an inode 2: the manifest names no device.
  @Test func `a further name takes over the content of its own first name`() throws {
    let other = MemoryEntry.directory("a", [linked("x", "WRONG", device: 1)])
    func names(_ names: [String], _ content: String = "right") -> MemoryEntry {
      .directory("b", names.map { linked($0, content, device: 2) })
    }
    try workshop.backUp(of: MemorySession([other, names(["y", "z"])]))
    let session = MemorySession([other, names(["z"])])
    let point = try workshop.backUp(.incremental, of: session).point
    #expect(session.counts.readings.isEmpty, "what is unchanged is not read")
    try workshop.inspect(point, .allContents)
    var contents: [String: Digest] = [:]
    try workshop.shelf.contents(of: point).forEachEntry { entry, _ in
      contents[displayed(entry.path)] = entry.content?.sha256
    }
    #expect(contents["b/z"] == SHA256Hasher().hash(Array("right".utf8).span))
    #expect(contents["a/x"] == SHA256Hasher().hash(Array("WRONG".utf8).span))
  }

  @Test func `a source without inodes is compared by content`() throws {
    func session(_ content: String) -> MemorySession {
      MemorySession([
        file("dump.sql", content, inode: 0).with { $0.isComparable = false }, file("same", "same", inode: 0),
      ])
    }
    try workshop.backUp(of: session("one"))
    let point = try workshop.backUp(.incremental, of: session("two")).point
    #expect(try stored(point) == ["dump.sql"])
  }

  @Test func `what cannot be read is named and missing, all else is there`() throws {
    let session = MemorySession([
      file("bad", "secret", inode: 1).failing { $0.open = .noPermission }, file("good", "good", inode: 2),
      .directory("closed", [file("in", "in", inode: 3)]).failing { $0.open = .noPermission },
      file("breaks", String(repeating: "x", count: 5000), inode: 4).failing { $0.readAfter = (100, .failed) },
    ])
    let log = EventLog()
    let point = try workshop.backUp(of: session, log: log).point
    #expect(!point.manifest.isComplete && point.manifest.counts.losses == 3)
    #expect(try stored(point) == ["good"])
    #expect(log.has("unreadable", "/bad") && log.has("unreadable", "/closed") && log.has("unreadable", "/breaks"))
    // And nobody follows it.
    #expect(try workshop.backUp(.incremental, of: MemorySession([file("a", "a", inode: 9)])).parent == nil)
  }

  /// In a format without hard links each name is read for itself.
  @Test func `a further name that vanishes is one warning`() throws {
    let zip = try ShelfWorkshop("zip")
    func name(_ name: String) -> MemoryEntry { linked(name, "content", device: 2) }
    let log = EventLog()
    let session = MemorySession([name("a"), name("b").failing { $0.open = .vanished }, name("c")])
    let point = try zip.backUp(of: session, log: log).point
    #expect(log.has("vanished", "/b") && log.losses.isEmpty, "\(log.text)")
    try zip.inspect(point, .allContents)
    var names: [String] = []
    try zip.shelf.contents(of: point).forEachEntry { entry, _ in names.append(displayed(entry.path)) }
    #expect(names == ["a", "c"])
  }

  /// Around what is read into memory at once, and around the pieces that are copied.
  @Test(arguments: [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (16 << 20) - 1, 16 << 20, (16 << 20) + 1, 40 << 20])
  func `files of every length come back`(_ size: Int) throws {
    let content = seededBytes(7, count: size)
    var other = content
    if size > 0 { other[size - 1] ^= 1 }
    for (number, bytes) in [content, content, other].enumerated() {
      try workshop.change("rm -f file")
      try writeRealFile("\(workshop.tree)/file", bytes)
      let point = try workshop.backUp(number == 0 ? .full : .incremental).point
      #expect(
        try stored(point) == (number == 1 || (size == 0 && number == 2) ? [] : ["\(workshop.tree.dropFirst())/file"]))
      try workshop.inspect(point, .allContents)
      #expect(try readRealFile("\(workshop.restore(point))/file") == bytes)
    }
  }

  @Test func `a view that was not whole makes no point`() throws {
    let session = MemorySession([file("a", "a", inode: 1)], finishing: .notWhole)
    #expect(throws: SourceError.self) { try workshop.backUp(of: session) }
    #expect(workshop.names.isEmpty)
    #expect(session.counts.closings == 1)
  }
}
