import CoffreCore
import CoffreSources

/// Which rows of a table are wanted, and what of them.
struct RowQuery: Sendable {
  private struct Condition: Sendable {
    let column: Int
    /// `nil` for NULL.
    let value: [UInt8]?
  }

  private let columnCount: Int
  private let conditions: [Condition]
  /// Positions of the columns that are shown, in their order.
  private let shown: [Int]
  /// Their names.
  let columns: [String]
  /// The conditions by the columns' names.
  let comparisons: [(column: String, value: [UInt8]?)]
  /// Whether no more than one row can be meant: all of the key is given.
  let namesOneRow: Bool

  /// - Parameters:
  ///   - conditions: each `column=value`; `\N` for NULL.
  ///   - columns: names joined by commas; `nil` for all.
  init(_ table: DatabaseManifest.Table, where conditions: [[UInt8]], columns: String?) throws(UsageError) {
    columnCount = table.columns.count
    var found: [Condition] = []
    for condition in conditions { found.append(try Self.condition(condition, on: table)) }
    self.conditions = found
    comparisons = found.map { (table.columns[$0.column], $0.value) }
    var shown: [Int] = []
    if let columns {
      for name in columns.split(separator: ",") { shown.append(try Self.position(of: String(name), in: table)) }
    } else {
      shown = Array(table.columns.indices)
    }
    self.shown = shown
    self.columns = shown.map { table.columns[$0] }
    let given = found.map { table.columns[$0.column] }
    namesOneRow = !table.key.isEmpty && table.key.allSatisfy { name in given.contains { $0.hasSameBytes(as: name) } }
  }

  /// Whether every row is wanted.
  var isOpen: Bool { conditions.isEmpty }

  private static func condition(_ text: [UInt8], on table: DatabaseManifest.Table) throws(UsageError) -> Condition {
    guard let separator = text.firstIndex(of: UInt8(ascii: "=")), separator > 0 else {
      throw UsageError(
        "'\(displayed(text))' of '--where' is no condition", advice: "Write it as --where COLUMN=VALUE; \\N is NULL.")
    }
    let value = Array(text[(separator + 1)...])
    return Condition(
      column: try position(of: displayed(text[..<separator]), in: table),
      value: value == Array("\\N".utf8) ? nil : value)
  }

  private static func position(of name: String, in table: DatabaseManifest.Table) throws(UsageError) -> Int {
    guard let position = table.columns.firstIndex(where: { $0.hasSameBytes(as: name) }) else {
      throw UsageError(
        "the table '\(table.name.text)' has no column '\(name)'",
        advice: "It has \(conjunction(table.columns)).")
    }
    return position
  }

  /// - Returns: what is shown of a row, `nil` in it for NULL; `nil` if the row is not wanted.
  func selected(from line: Span<UInt8>) throws(MalformedRow) -> [[UInt8]?]? {
    guard let fields = CopyText.fields(of: line, columns: columnCount) else { throw MalformedRow() }
    for condition in conditions {
      guard CopyText.value(of: fields[condition.column]) == condition.value else { return nil }
    }
    return shown.map { CopyText.value(of: fields[$0]) }
  }

  /// A line with more or fewer values than the manifest says.
  struct MalformedRow: Error, Sendable, Hashable {}
}
