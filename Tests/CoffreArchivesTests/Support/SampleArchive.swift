import CoffreArchives
import CoffreCore
import CoffreSystem
import CoffreTestKit

/// An entry with its content, to be written and found again.
struct SampleEntry: Equatable {
  var entry: ArchiveEntry
  var content: [UInt8] = []

  static let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 0)

  static func file(_ path: String, _ content: [UInt8], permissions: UInt16 = 0o640) -> SampleEntry {
    SampleEntry(
      entry: ArchiveEntry(
        path: Array(path.utf8),
        attributes: EntryAttributes(
          kind: .file, permissions: permissions, size: Int64(content.count), modified: time)),
      content: content)
  }

  static func folder(_ path: String) -> SampleEntry {
    SampleEntry(
      entry: ArchiveEntry(
        path: Array(path.utf8), attributes: EntryAttributes(kind: .directory, permissions: 0o750, modified: time)))
  }

  static func link(_ path: String, to target: String) -> SampleEntry {
    var entry = ArchiveEntry(
      path: Array(path.utf8), attributes: EntryAttributes(kind: .symlink, permissions: 0o777, modified: time))
    entry.details.linkTarget = Array(target.utf8)
    return SampleEntry(entry: entry)
  }

  static func hardLink(_ path: String, to original: String) -> SampleEntry {
    var sample = file(path, [])
    sample.entry.hardLinkOf = Array(original.utf8)
    return sample
  }

  /// Of any length, and the same at each run.
  static func bytes(_ count: Int, seed: UInt64) -> [UInt8] { seededBytes(seed, count: count) }

  /// As text is: it shrinks.
  static func text(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var number = 0
    while bytes.count < count {
      bytes += Array("line \(number) of some text\n".utf8)
      number += 1
    }
    return Array(bytes.prefix(count))
  }

  /// A folder with something of every kind, and of lengths on both sides of where pieces end.
  static let small: [SampleEntry] = [
    folder("top"), file("top/empty", []), file("top/one", [7]), file("top/text", text(70_000)),
    file("top/noise", bytes(150_001, seed: 5), permissions: 0o755), folder("top/below"),
    file("top/below/é", Array("accent\n".utf8)), link("top/link", to: "below/é"),
  ]
}

enum SampleArchive {
  static func write(
    _ entries: [SampleEntry], as format: any ArchiveFormat, to path: PathBytes,
    _ settings: ArchiveSettings = ArchiveSettings(), sealedBy seal: ArchiveSeal = .none
  ) throws {
    let archive = try NewArchive(at: path, as: format, settings, sealedBy: seal)
    for sample in entries {
      try archive.writer.begin(sample.entry)
      // Not in one piece, and not in pieces of one size.
      var start = 0
      var step = 1
      while start < sample.content.count {
        let end = min(sample.content.count, start + step)
        try archive.writer.write(Array(sample.content[start..<end]).span)
        start = end
        step = min(step * 7, 300_000)
      }
    }
    _ = try archive.finish()
    try archive.show(replacing: true)
  }

  static func read(_ path: PathBytes, _ keys: ArchiveKeys = ArchiveKeys()) throws -> [SampleEntry] {
    let reader = try OpenArchive.read(path, keys: keys)
    var found: [SampleEntry] = []
    while let entry = try reader.next() { found.append(SampleEntry(entry: entry, content: try content(of: reader))) }
    return found
  }

  static func content(of reader: any ArchiveReader) throws -> [UInt8] {
    var content: [UInt8] = []
    var buffer = makeBuffer(10_007)
    while true {
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      guard count > 0 else { return content }
      content += buffer[..<count]
    }
  }

  /// Path, content and what every format holds.
  static func essence(_ samples: [SampleEntry]) -> Set<[String]> {
    Set(
      samples.map { sample in
        let attributes = sample.entry.attributes
        var path = displayed(sample.entry.path)
        if path.hasSuffix("/") { path.removeLast() }
        return [
          path, "\(attributes.kind)", attributes.kind == .symlink ? "" : String(attributes.permissions, radix: 8),
          "\(attributes.modified.seconds)", displayed(sample.entry.details.linkTarget),
          "\(sample.content.count) \(sample.content.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) })",
        ]
      })
  }
}
