import CoffreCore
import CoffreSystem

/// Reads a point's manifest from front to back: its head, its entries, what it says of its parent's entries.
///
/// The file's lines are: the head, `"entries":[`, one entry each, `],"deleted":[`, one path each, `],"renamed":[`, one
/// pair each, `]}`. All together are one JSON text.
final class ShelfManifestReader {
  enum Section: Int, CaseIterable {
    case entries, deleted, renamed, end

    var opening: [UInt8] {
      switch self {
      case .entries: Array("\"entries\":[".utf8)
      case .deleted: Array("],\"deleted\":[".utf8)
      case .renamed: Array("],\"renamed\":[".utf8)
      case .end: Array("]}".utf8)
      }
    }
  }

  let head: ShelfManifest
  private let lines: LineReader
  private var section = Section.entries
  /// Where the entry read last begins, in bytes.
  private(set) var entryOffset: Int64 = 0
  private var isLastOfSection = false

  init(_ file: consuming FileDescriptor) throws {
    lines = LineReader(file)
    guard let line = try lines.next() else { throw ShelfError.foreignManifest }
    head = try ShelfManifest(decodingHead: line)
    guard try lines.next() == Section.entries.opening else { throw lines.malformed("no list of entries") }
  }

  /// - Returns: `nil` behind the last one.
  func nextEntry() throws -> ShelfEntry? {
    let start = lines.offset
    guard let line = try nextLine(of: .entries) else { return nil }
    entryOffset = start
    return try entry(of: line, at: start)
  }

  /// An entry again; `nextEntry` must not be called afterwards.
  func entry(at offset: Int64) throws -> ShelfEntry {
    try lines.seek(to: offset)
    guard var line = try lines.next() else { throw lines.malformed("the text ends too early") }
    if line.last == UInt8(ascii: ",") { line.removeLast() }
    return try entry(of: line, at: offset)
  }

  /// What is gone since the parent; entries that are left are passed over.
  func nextDeleted() throws -> PathBytes? {
    while try nextLine(of: .entries) != nil {}
    let start = lines.offset
    guard let line = try nextLine(of: .deleted) else { return nil }
    return try explained(at: start) { () throws(MalformedJSON) in try deletedPath(line) }
  }

  func nextRenaming() throws -> ShelfRenaming? {
    while try nextLine(of: .entries) != nil {}
    while try nextLine(of: .deleted) != nil {}
    let start = lines.offset
    guard let line = try nextLine(of: .renamed) else { return nil }
    return try explained(at: start) { () throws(MalformedJSON) in try ShelfRenaming(decoding: line) }
  }

  /// Reads on to the end.
  ///
  /// - Throws: if the text is not whole.
  func finish() throws {
    while try nextRenaming() != nil {}
    guard try lines.next() == nil else { throw lines.malformed("something follows the end") }
  }

  /// - Returns: `nil` where another section goes on, or none.
  private func nextLine(of wanted: Section) throws -> [UInt8]? {
    guard section == wanted, let following = Section(rawValue: wanted.rawValue + 1) else { return nil }
    guard var line = try lines.next() else { throw lines.malformed("the text ends too early") }
    if line == following.opening {
      section = following
      return nil
    }
    if line.last == UInt8(ascii: ",") { line.removeLast() }
    return line
  }

  private func entry(of line: [UInt8], at offset: Int64) throws -> ShelfEntry {
    try explained(at: offset) { () throws(MalformedJSON) in try ShelfEntry(decoding: line, needs: head.needs.count) }
  }

  private func explained<Result>(at offset: Int64, _ body: () throws(MalformedJSON) -> Result) throws -> Result {
    do throws(MalformedJSON) {
      return try body()
    } catch {
      throw ShelfError.malformedManifest(
        MalformedShelfManifest(offset: Int(clamping: offset) + error.offset, problem: error.problem))
    }
  }
}

extension LineReader {
  func malformed(_ problem: Message) -> ShelfError {
    .malformedManifest(MalformedShelfManifest(offset: Int(clamping: offset), problem: problem))
  }
}

/// An entry that is gone, as a line.
func deletedLine(_ path: PathBytes) -> [UInt8] {
  var json = JSONWriter()
  json.beginObject()
  json.bytes("path", path)
  json.endObject()
  return json.output
}

private enum DeletedField: String, CaseIterable, Sendable { case path, pathRaw }

func deletedPath(_ line: [UInt8]) throws(MalformedJSON) -> PathBytes {
  var reader = JSONReader(line)
  var fields = JSONFields<DeletedField>()
  var path = RawName()
  try reader.enterObject()
  while let field = try reader.nextField(&fields) {
    switch field {
    case .path: path.shown = try reader.string()
    case .pathRaw: path.raw = try reader.base64()
    }
  }
  guard let bytes = path.bytes else { throw reader.failure("a deletion without path", at: 0) }
  return bytes
}
