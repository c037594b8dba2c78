import CoffreCore
import CoffreSystem

/// The statements of a script that `mariadb-dump` or `mysqldump` wrote, one after the other, as the program `mariadb` would
/// find them: by their delimiter, which the script may change, but for texts, names and remarks.
///
/// The program's other commands, which could run programs or read files, are none here: the server is asked, and refuses.
final class DumpScript {
  private static let markRoom = 4096
  private static let newline = UInt8(ascii: "\n")

  let file: PathBytes
  private let reader: any ByteReader
  /// Of a statement, in bytes: a server takes no longer one, and nobody must keep more of it.
  private let longest: Int
  private let progress: (Int64) -> Void
  private var bytes: [UInt8] = []
  private var delimiter = [UInt8(ascii: ";")]
  private var isAtEnd = false
  private var head: [UInt8] = []
  private var tail: [UInt8] = []

  /// - Parameter longest: which statement the server takes, in bytes.
  init(
    _ reader: any ByteReader, named file: PathBytes, longest: Int, progress: @escaping (Int64) -> Void
  ) {
    self.reader = reader
    self.longest = longest
    self.file = file
    self.progress = progress
  }

  /// Where a look at the bytes stands; it goes on when more of them are there.
  private struct Place {
    var position = 0
    /// The quote of a text or name that is not closed yet.
    var quote: UInt8?
    /// Within a remark: up to the line's end, or up to `*/`.
    var isLineRemark = false
    var isRemark = false
    /// Whether anything but remarks and spaces stands before.
    var isBegun = false
  }

  /// - Parameter reading: how the session reads by now.
  /// - Returns: `nil` behind the last one.
  func next(_ reading: DumpWords.Reading) throws(SourceError) -> [UInt8]? {
    var place = Place()
    while true {
      switch step(&place, reading) {
      case .end(let end, let next):
        let statement = Array(bytes[..<end])
        bytes.removeFirst(next)
        if place.isBegun { return statement }
        place = Place()
      case .more:
        guard try fill() else {
          defer { bytes = [] }
          guard place.isBegun else { return nil }
          throw SourceError(
            .notWhole, "bring back", file, because: "it ends within a statement",
            advice: "It is not whole: take another copy of it, or an older one.")
        }
      case .command(let end):
        obey(Array(bytes[place.position..<end]))
        bytes.removeFirst(min(end + 1, bytes.count))
        place = Place()
      }
    }
  }

  private enum Found {
    /// A statement ends; the next one begins there.
    case end(Int, next: Int)
    case more
    /// A line that changes the delimiter.
    case command(end: Int)
  }

  /// So many bytes tell what stands at a place.
  private static let ahead = 16

  private func step(_ place: inout Place, _ reading: DumpWords.Reading) -> Found {
    while place.position < bytes.count {
      // What stands there must be seen whole.
      guard isAtEnd || place.position + max(Self.ahead, delimiter.count) <= bytes.count else { return .more }
      let byte = bytes[place.position]
      if let quote = place.quote {
        if byte == UInt8(ascii: "\\"), reading.hides(within: quote) {
          place.position += 2
          continue
        }
        // A doubled one closes and opens again.
        if byte == quote { place.quote = nil }
        place.position += 1
      } else if place.isLineRemark {
        place.isLineRemark = byte != Self.newline
        place.position += 1
      } else if place.isRemark {
        let isOver = stands("*/", at: place.position)
        place.isRemark = !isOver
        place.position += isOver ? 2 : 1
      } else if byte == delimiter[0], bytes[place.position...].starts(with: delimiter) {
        return .end(place.position, next: place.position + delimiter.count)
      } else if !place.isBegun, isDelimiterCommand(at: place.position) {
        guard let end = bytes[place.position...].firstIndex(of: Self.newline) ?? (isAtEnd ? bytes.count : nil) else {
          return .more
        }
        return .command(end: end)
      } else {
        read(byte, &place)
      }
    }
    return .more
  }

  /// Anything that is no text, remark or delimiter.
  private func read(_ byte: UInt8, _ place: inout Place) {
    let position = place.position
    place.position += 1
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
      place.quote = byte
      place.isBegun = true
    case UInt8(ascii: "#"):
      place.isLineRemark = true
    case UInt8(ascii: "-") where stands("--", at: position) && opensRemark(position + 2):
      place.isLineRemark = true
    case UInt8(ascii: "/")
    where stands("/*", at: position) && !stands("/*!", at: position) && !stands("/*M!", at: position):
      place.isRemark = true
      place.position += 1
    default:
      if !isSpace(position) { place.isBegun = true }
    }
  }

  private func stands(_ text: String, at position: Int) -> Bool { bytes[position...].starts(with: text.utf8) }

  /// Also behind the last byte.
  private func isSpace(_ position: Int) -> Bool { position >= bytes.count || bytes[position] <= UInt8(ascii: " ") }

  private func opensRemark(_ position: Int) -> Bool {
    position >= bytes.count || DumpWords.Reading.opensRemark(bytes[position])
  }

  private func isDelimiterCommand(at position: Int) -> Bool {
    let word = Array(#"DELIMITER"#.utf8)
    let found = bytes[position...].prefix(word.count).map { $0 & 0xDF }
    return found == word && isSpace(position + word.count)
  }

  private func obey(_ line: [UInt8]) {
    let words = line.split { $0 <= UInt8(ascii: " ") }
    if words.count > 1 { delimiter = Array(words[1]) }
  }

  /// - Returns: `false` at the end.
  private func fill() throws(SourceError) -> Bool {
    guard !isAtEnd else { return false }
    guard bytes.count <= longest + Self.markRoom else {
      throw SourceError(
        .notWhole, "bring back", file,
        because: "a statement of it does not end within \(longest) bytes, and the server takes none that is longer",
        advice: "If it is a whole dump, raise max_allowed_packet on the server; else take another copy of it.")
    }
    var piece = makeBuffer(256 << 10)
    var span = piece.mutableSpan
    let count = try reader.read(into: &span)
    progress(Int64(count))
    if count == 0 {
      isAtEnd = true
      return true
    }
    append(piece.span.extracting(0..<count), to: &bytes)
    if head.count < Self.markRoom { head += piece[..<min(count, Self.markRoom - head.count)] }
    tail += piece[..<count].suffix(Self.markRoom)
    tail.removeFirst(max(0, tail.count - Self.markRoom))
    return true
  }
}

// MARK: What the whole of it is

extension DumpScript {
  /// - Returns: a remark if it cannot be known whether the file is whole.
  /// - Throws: if it is not.
  func proveEnd() throws(SourceError) -> SourceNote? {
    let begin = displayed(head)
    guard begin.contains(#"-- MariaDB dump"#) || begin.contains(#"-- MySQL dump"#) else {
      return SourceNote(
        subject: displayed(file), message: "its end does not say that it is whole; look whether anything is missing")
    }
    guard displayed(tail).contains(#"-- Dump completed"#) else {
      throw SourceError(
        .notWhole, "bring back", file, because: "its end is missing: the line '-- Dump completed'",
        advice: "It is not whole: take another copy of it, or an older one.")
    }
    return nil
  }
}
