import CoffreCore

/// A zip whose names libarchive takes as they are.
///
/// Names that are said to be UTF-8 it composes anew: an accent that stands behind its letter becomes one with it, and two names
/// one. And it looks in the wrong place for the system that an entry comes from: a backslash becomes a slash, which is right
/// for entries of DOS alone. So, as it reads the headers of such entries, it is told that their names are bytes, and the system
/// that the list at the archive's end tells of.
final class ZipNamesInput: ArchiveInput {
  /// An entry whose header is read otherwise.
  private struct Mark {
    /// Of the header, in the archive.
    let offset: Int64
    let system: UInt8
  }

  /// Where the system stands in a header, and where the second byte of its flags does.
  private static let systemOffset: Int64 = 5
  private static let flagsOffset: Int64 = 7
  /// Of that byte: the name is UTF-8.
  private static let isUTF8: UInt8 = 1 << 3

  private let input: any ArchiveInput
  private let marks: [Mark]

  /// - Returns: `nil` if it has no such names, or no list that can be found: then it is read as it is.
  init?(_ input: any ArchiveInput) throws {
    guard let list = try ZipList(input) else { return nil }
    var marks: [Mark] = []
    try list.forEach { entry in
      let isText = entry.name.contains { $0 >= 0x80 }
      let hasBackslash = entry.name.contains(UInt8(ascii: "\\")) && !entry.name.contains(UInt8(ascii: "/"))
      if isText || hasBackslash { marks.append(Mark(offset: entry.offset, system: entry.system)) }
    }
    guard !marks.isEmpty else { return nil }
    self.input = input
    self.marks = marks.sorted { $0.offset < $1.offset }
  }

  var size: Int64? { input.size }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    let count = try input.read(at: offset, into: &buffer)
    let range = offset..<(offset + Int64(count))
    var index = firstMark(from: offset - Self.flagsOffset)
    while index < marks.count, marks[index].offset < range.upperBound {
      let mark = marks[index]
      let (system, flags) = (mark.offset + Self.systemOffset, mark.offset + Self.flagsOffset)
      if range.contains(system) { buffer[Int(system - offset)] = mark.system }
      if range.contains(flags) { buffer[Int(flags - offset)] &= ~Self.isUTF8 }
      index += 1
    }
    return count
  }

  /// - Returns: the index of the first mark at `offset` or behind it.
  private func firstMark(from offset: Int64) -> Int {
    var (low, high) = (0, marks.count)
    while low < high {
      let middle = (low + high) / 2
      if marks[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
