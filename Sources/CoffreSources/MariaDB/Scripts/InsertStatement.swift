import CoffreCore
import CoffreSystem

/// Statements that put rows of a file into a table, many at once, where a server takes no `LOAD DATA LOCAL`.
///
/// What stands in a file behind a backslash stands so in a text of SQL, too: values are copied, only their quotes are
/// hidden.
struct InsertStatement {
  private let head: [UInt8]
  /// Whether a column takes no bytes, but a text.
  private let isText: [Bool]
  /// Bytes that a statement has at most, unless one row is longer.
  private let limit: Int
  private var bytes: [UInt8] = []
  private(set) var rows: Int64 = 0

  private static let tab = UInt8(ascii: "\t")
  private static let quote = UInt8(ascii: "'")
  private static let backslash = UInt8(ascii: "\\")
  private static let introducer = Array("_binary'".utf8)
  private static let null = Array("NULL".utf8)

  /// - Parameters:
  ///   - table: quoted.
  ///   - texts: columns of a type that takes no bytes.
  init(table: String, columns: [String], texts: Set<String> = [], limit: Int) {
    head = Array(#"INSERT INTO \#(table) (\#(MariaDBQuoting.list(columns))) VALUES "#.utf8)
    isText = columns.map(texts.contains)
    self.limit = limit
    bytes = head
  }

  /// Whether it would be too long with that row.
  func isFull(for row: Span<UInt8>) -> Bool { rows > 0 && bytes.count + row.count * 2 + 16 * isText.count > limit }

  /// - Parameter row: a line of the file, with its newline.
  mutating func add(_ row: Span<UInt8>) {
    if rows > 0 { bytes.append(UInt8(ascii: ",")) }
    rows += 1
    bytes.append(UInt8(ascii: "("))
    // A table of nothing but generated columns has rows, too.
    if !isText.isEmpty {
      var start = 0
      for column in isText.indices {
        if column > 0 { bytes.append(UInt8(ascii: ",")) }
        var end = start
        while end < row.count, row[end] != Self.tab, row[end] != UInt8(ascii: "\n") { end += 1 }
        addValue(row.extracting(start..<end), isText: isText[column])
        start = min(end + 1, row.count)
      }
    }
    bytes.append(UInt8(ascii: ")"))
  }

  private mutating func addValue(_ value: Span<UInt8>, isText: Bool) {
    if value.count == 2, value[0] == Self.backslash, value[1] == UInt8(ascii: "N") {
      bytes += Self.null
      return
    }
    if isText { bytes.append(Self.quote) } else { bytes += Self.introducer }
    var start = 0
    for position in 0..<value.count where value[position] == Self.quote {
      append(value.extracting(start..<position), to: &bytes)
      bytes.append(Self.backslash)
      start = position
    }
    append(value.extracting(start..<value.count), to: &bytes)
    bytes.append(Self.quote)
  }

  /// The statement; the next one begins.
  mutating func take() -> [UInt8] {
    defer {
      bytes = head
      rows = 0
    }
    return bytes
  }
}
