import CoffreCore
import CoffreSources

/// Rows of a table as they are found, in the form that is asked for.
final class RowOutput {
  enum Format: String, Sendable, CaseIterable { case table, csv, json }

  /// So many rows are lined up together, and kept in memory for it.
  private static let batch = 200
  /// Of a value that is lined up with others, in characters.
  private static let longest = 60

  private let columns: [String]
  private let format: Format
  private let console: Console
  private let output: LineBuffer
  private var waiting: [[String]] = []
  private var isBegun = false

  init(_ columns: [String], as format: Format, _ console: Console) {
    self.columns = columns
    self.format = format
    self.console = console
    output = LineBuffer(console)
  }

  /// - Parameter values: one for each column; `nil` for NULL.
  func add(_ values: [[UInt8]?]) throws {
    let texts = values.map { value in value.map { CopyText.text(of: $0) } }
    switch format {
    case .json: try output.add(json(texts))
    case .csv:
      if !isBegun { try output.add(Self.csv(columns)) }
      try output.add(Self.csv(texts))
    case .table:
      waiting.append(texts.map { $0.map { Self.cell($0) } ?? "NULL" })  // not for people
      if waiting.count == Self.batch { try printTable() }
    }
    isBegun = true
  }

  func finish() throws {
    switch format {
    case .json: break
    case .csv: if !isBegun { try output.add(Self.csv(columns)) }
    case .table: if !waiting.isEmpty || !isBegun { try printTable() }
    }
    try output.flush()
  }

  // MARK: Forms

  private func printTable() throws {
    let lines = TextLayout.aligned([columns.map { visible($0) }] + waiting)
    waiting = []
    for line in lines { try output.add(line: line) }
    try output.flush()
  }

  private static func cell(_ text: String) -> String {
    let shown = visible(text)
    return shown.count > longest ? "\(shown.prefix(longest - 1))…" : shown
  }

  private func json(_ values: [String?]) -> [UInt8] {
    let write = { [columns] (json: inout JSONWriter) in
      for (column, value) in zip(columns, values) {
        json.key(escaping: column)
        if let value { json.string(value) } else { json.null() }
      }
    }
    if console.isJSON {
      return SnapshotJSON.line("row") { json in
        json.key("values")
        json.beginObject()
        write(&json)
        json.endObject()
      }
    }
    var json = JSONWriter()
    json.beginObject()
    write(&json)
    json.endObject()
    json.endLine()
    return json.output
  }

  /// RFC 4180; NULL is nothing at all, an empty text a pair of quotes.
  static func csv(_ values: [String?]) -> [UInt8] {
    let special = Set("\",\r\n".unicodeScalars)
    let cells = values.map { value in
      guard let value else { return "" }
      let isPlain = !value.isEmpty && !value.unicodeScalars.contains { special.contains($0) }
      if isPlain { return value }
      var quoted = "\""
      for scalar in value.unicodeScalars {
        if scalar == "\"" { quoted.unicodeScalars.append("\"") }
        quoted.unicodeScalars.append(scalar)
      }
      return quoted + "\""
    }
    return Array((cells.joined(separator: ",") + "\r\n").utf8)
  }
}
