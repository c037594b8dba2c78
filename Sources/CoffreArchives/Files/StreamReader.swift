import CoffreCore

/// A file that was compressed, or only encrypted, alone: it has neither name nor attributes in it.
final class StreamReader: ArchiveReader {
  let format: String
  let provesEntries = true
  private let file: FileInput
  private let input: any ArchiveInput
  private let path: PathBytes
  private let modified: Timestamp
  private var isGiven = false
  private var offset: Int64 = 0

  /// What the end of a name says of bytes that are neither archive nor compressed.
  static let raw = "raw"

  static func isRaw(_ name: PathBytes) -> Bool { displayed(name).lowercased().hasSuffix("." + raw) }

  /// - Parameters:
  ///   - name: of the file; without the format's end it is what the content is called.
  ///   - compression: `nil` for bytes as they are (`raw`).
  init(_ file: FileInput, _ input: any ArchiveInput, _ compression: Decompression?, named name: PathBytes) throws {
    self.file = file
    self.input = input
    format = compression?.rawValue ?? Self.raw
    let end = "." + format
    let isNamed = name.count > end.utf8.count && displayed(name).lowercased().hasSuffix(end.lowercased())
    path = isNamed ? Array(name.dropLast(end.utf8.count)) : name
    modified = try file.modified()
  }

  var size: Int64 { file.length }
  var bytesRead: Int64 { file.bytesRead }

  func next() throws -> ArchiveEntry? {
    guard !isGiven else {
      // Passed over, it is read all the same: there may be damage in it.
      var buffer = [UInt8](repeating: 0, count: 256 << 10)
      while true {
        var span = buffer.mutableSpan
        guard try read(into: &span) > 0 else { return nil }
      }
    }
    isGiven = true
    var entry = ArchiveEntry(
      path: path, attributes: EntryAttributes(kind: .file, permissions: 0o644, modified: modified))
    entry.hasSize = false
    return entry
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
    let count = try input.read(at: offset, into: &buffer)
    offset += Int64(count)
    return count
  }
}
