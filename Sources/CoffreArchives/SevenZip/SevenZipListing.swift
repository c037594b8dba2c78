import CoffreCore

/// An entry as `7zz l -slt` tells of it.
struct SevenZipEntry: Sendable {
  var entry: ArchiveEntry
  /// Of the content; `nil` where there is none.
  var sum: UInt32?

  /// Entries in the order of the archive, in which their contents come.
  static func all(in listing: [UInt8]) throws(ArchiveError) -> [SevenZipEntry] {
    var entries: [SevenZipEntry] = []
    var fields: [String: [UInt8]] = [:]
    for line in listing.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if line.isEmpty || line == [0x0D] {
        if fields["Path"] != nil { entries.append(try entry(fields)) }
        fields = [:]
        continue
      }
      guard let end = line.firstIndex(of: UInt8(ascii: "=")), end > line.startIndex else { continue }
      let key = displayed(line[..<end].dropLast())
      fields[key] = Array(line[(end + 1)...].dropFirst())
    }
    if fields["Path"] != nil { entries.append(try entry(fields)) }
    return entries
  }

  private static func entry(_ fields: [String: [UInt8]]) throws(ArchiveError) -> SevenZipEntry {
    let path = fields["Path"] ?? []
    func damage() -> ArchiveError {
      ArchiveError(.damaged, format: "7z", path: path, because: "what it says of the entry is not understood")
    }
    // `D drwxr-xr-x`, `A -rw-r--r--`, or the first part alone where Windows made it.
    let words = displayed(fields["Attributes"] ?? []).split(separator: " ")
    let mode = words.last { $0.utf8.count == 10 }.flatMap { UnixMode(String($0)) }
    let isFolder = words.first?.contains("D") == true && words.first?.utf8.count != 10
    let kind = mode?.kind ?? (isFolder ? .directory : .file)
    let sizeText = displayed(fields["Size"] ?? [])
    guard let size = sizeText.isEmpty ? 0 : Int64(sizeText), size >= 0 else { throw damage() }
    var attributes = EntryAttributes(
      kind: kind, permissions: mode?.permissions ?? (isFolder ? 0o755 : 0o644), size: size,
      modified: time(displayed(fields["Modified"] ?? [])) ?? Timestamp(seconds: 0, nanoseconds: 0))
    attributes.accessed = attributes.modified
    let sum = displayed(fields["CRC"] ?? [])
    return SevenZipEntry(entry: ArchiveEntry(path: path, attributes: attributes), sum: UInt32(sum, radix: 16))
  }

  /// `2026-11-22 10:44:26.1234567`, in UTC.
  private static func time(_ text: String) -> Timestamp? {
    Timestamp(rfc3339: text.split(separator: " ").joined(separator: "T") + "Z")
  }
}
