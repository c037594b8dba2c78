package import CoffreCore
import CoffreSystem

/// An inventory in a file that a spreadsheet program wrote: CSV (RFC 4180), values between `,`, `;` or tabs.
package enum SpreadsheetList {
  /// - Parameters:
  ///   - content: UTF-8, without a byte order mark.
  ///   - place: how messages call the file.
  /// - Throws: for anything that is not plain: a value in the wrong column would be another file.
  package static func read(_ content: [UInt8], place: String) throws(InventoryError) -> InventoryTable {
    var records = try records(of: content, place)
    guard !records.isEmpty else {
      throw .unreadable(place, because: "it has no line with the names of the columns")
    }
    let titles = records.removeFirst()
    for record in records where record.values.count != titles.values.count {
      throw .unreadable(
        place,
        because: "line \(record.line): it has \(record.values.count) values, and line \(titles.line) names "
          + "\(titles.values.count) columns",
        advice: "Put values that hold a '\(separatorName(titles.separator))' between double quotes.")
    }
    return InventoryTable(
      columns: titles.values.map { trimmedTitle($0) }, rows: records.map { $0.values.map { $0 } })
  }

  /// Makes a file with the columns and an example row of each type.
  package static func make(_ path: PathBytes) throws(InventoryError) {
    let place = displayed(path)
    do throws(SystemError) {
      try writeFileAtomically(TableDefinition.spreadsheet, path, replacing: false)
    } catch {
      guard error.isExisting else { throw .unmakable(place, because: error.cause) }
      throw InventoryError(
        .exists, "the file '\(place)' is there already; it is left as it is",
        advice: "Give another name, or look at this one with `coffre inventory check`.")
    }
  }

  private struct Record {
    /// Where it begins, from 1.
    let line: Int
    let separator: UInt8
    var values: [[UInt8]]
  }

  private static func records(of content: [UInt8], _ place: String) throws(InventoryError) -> [Record] {
    guard String(validating: content, as: UTF8.self) != nil else {
      let line = content[..<firstBadLine(content)].count { $0 == 0x0A } + 1
      throw .unreadable(
        place, because: "line \(line): it is not UTF-8",
        advice: "Save it as 'CSV UTF-8' in the spreadsheet program.")
    }
    guard !content.contains(0) else { throw .unreadable(place, because: "there is a zero byte in it") }
    var reader = RecordReader(content)
    var records: [Record] = []
    while !reader.isAtEnd {
      let line = reader.line
      do throws(RecordReader.Problem) {
        let values = try reader.next()
        // Spreadsheets write lines of nothing below the last row.
        if !values.allSatisfy(\.isEmpty) {
          records.append(Record(line: line, separator: reader.separator, values: values))
        }
      } catch {
        throw .unreadable(place, because: "line \(error.line): \(error.message)")
      }
    }
    return records
  }

  /// Where the first line begins that is no UTF-8: no character goes over a line's end.
  private static func firstBadLine(_ content: [UInt8]) -> Int {
    let lines = content.split(separator: 0x0A, omittingEmptySubsequences: false)
    return lines.first { String(validating: $0, as: UTF8.self) == nil }?.startIndex ?? 0
  }

  private static func trimmedTitle(_ title: [UInt8]) -> String {
    let words = displayed(title).split(whereSeparator: \.isWhitespace)
    return words.joined(separator: " ")
  }

  private static func separatorName(_ separator: UInt8) -> String {
    separator == 0x09 ? #"\t"# : String(UnicodeScalar(separator))
  }
}

/// Records of a CSV file, one after the other.
private struct RecordReader {
  struct Problem: Error {
    let line: Int
    let message: Message
  }

  private let content: [UInt8]
  private var position = 0
  private(set) var line = 1
  let separator: UInt8

  private static let quote = UInt8(ascii: "\"")

  init(_ content: [UInt8]) {
    self.content = content
    // The first line may name the separator itself, as some programs write it.
    let named = Array("sep=".utf8)
    if content.starts(with: named), content.count > 4,
      content.count == 5 || content[5] == 0x0A || content[5] == 0x0D
    {
      separator = content[4]
      position = 5
      skipLineEnd()
    } else {
      separator = Self.separator(of: content)
    }
  }

  var isAtEnd: Bool { position >= content.count }

  /// Of the titles, the one that stands there most often; a comma if there is none.
  private static func separator(of content: [UInt8]) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for byte in content {
      if byte == quote { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == 0x0A || byte == 0x0D {
        if counts.isEmpty { continue }
        break
      }
      if byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") || byte == 0x09 { counts[byte, default: 0] += 1 }
    }
    let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
    return best?.key ?? UInt8(ascii: ",")
  }

  /// The values of the next record, and what ends it.
  mutating func next() throws(Problem) -> [[UInt8]] {
    var values: [[UInt8]] = []
    while true {
      values.append(try value())
      guard !isAtEnd, content[position] == separator else { break }
      position += 1
    }
    skipLineEnd()
    return values
  }

  private mutating func value() throws(Problem) -> [UInt8] {
    guard !isAtEnd, content[position] == Self.quote else {
      let start = position
      while !isAtEnd, content[position] != separator, content[position] != 0x0A, content[position] != 0x0D {
        guard content[position] != Self.quote else {
          throw Problem(
            line: line, message: "a double quote stands within a value; put the value between quotes, doubled")
        }
        position += 1
      }
      return Array(content[start..<position])
    }
    return try quotedValue()
  }

  private mutating func quotedValue() throws(Problem) -> [UInt8] {
    let start = line
    var value: [UInt8] = []
    position += 1
    while !isAtEnd {
      let byte = content[position]
      position += 1
      if byte == 0x0A { line += 1 }
      guard byte == Self.quote else {
        value.append(byte)
        continue
      }
      if !isAtEnd, content[position] == Self.quote {
        value.append(byte)
        position += 1
        continue
      }
      guard isAtEnd || content[position] == separator || content[position] == 0x0A || content[position] == 0x0D else {
        throw Problem(line: line, message: "something follows the closing quote")
      }
      return value
    }
    throw Problem(line: start, message: "a double quote is not closed")
  }

  private mutating func skipLineEnd() {
    guard !isAtEnd else { return }
    if content[position] == 0x0D {
      position += 1
      if !isAtEnd, content[position] == 0x0A { position += 1 }
      line += 1
    } else if content[position] == 0x0A {
      position += 1
      line += 1
    }
  }
}
