package import CoffreCore
import SQLiteKit

extension SQLiteImage {
  /// What differs between a table here and in an older image.
  package struct Difference: Sendable, Hashable {
    package let outcome: RowDifference.Outcome
    /// What names a row: the primary key, or `rowid`.
    package let key: [String]
  }

  /// Another image, to be compared with this one.
  package final class Older {
    fileprivate let attached: SQLiteConnection.Attached

    fileprivate init(_ attached: SQLiteConnection.Attached) { self.attached = attached }
  }

  /// - Throws: also where the texts of the two are encoded in different ways.
  package func attach(older file: any SnapshotFile) throws -> Older {
    try asking { () throws(SQLiteError) in Older(try connection.attach(ImageInSnapshot(file), as: "older")) }
  }

  /// Compares the rows of a table of both images by their key, in SQLite's own way of finding rows.
  ///
  /// - Returns: `nil` if nothing tells its rows apart, or its columns are others.
  package func difference(of table: String, with older: Older, limit: Int) throws -> Difference? {
    do {
      return try asking { () throws(SQLiteError) in try compare(table, limit) }
    } catch {
      throw older.attached.failure ?? error
    }
  }

  private func compare(_ table: String, _ limit: Int) throws(SQLiteError) -> Difference? {
    func found(_ database: String) throws(SQLiteError) -> SQLiteTable? {
      try SQLiteSchema(of: connection, in: database).tables.first { $0.name.hasSameBytes(as: table) }
    }
    guard let new = try found("main"), let old = try found("older"), new.columns == old.columns, !new.isVirtual,
      let key = try key(of: new)
    else { return nil }
    let name = quoted(table)
    let same = key.map { "n.\($0.expression) IS o.\($0.expression)" }.joined(separator: " AND ")  // not for people
    let differs = new.columns.map { $0.difference("n", "o") }.joined(separator: " OR ")  // not for people
    func select(_ side: String) -> String {
      "SELECT " + key.map { "\(side).\($0.expression)" }.joined(separator: ", ")  // not for people
    }
    var rows: [RowDifference.Row] = []
    let changed = try collect(
      #"\#(select("n")) FROM main.\#(name) n JOIN older.\#(name) o ON \#(same) WHERE \#(differs)"#, .changed,
      limit, &rows)
    let removed = try collect(
      #"\#(select("o")) FROM older.\#(name) o WHERE NOT EXISTS (SELECT 1 FROM main.\#(name) n WHERE \#(same))"#,
      .removed, limit, &rows)
    let added = try collect(
      #"\#(select("n")) FROM main.\#(name) n WHERE NOT EXISTS (SELECT 1 FROM older.\#(name) o WHERE \#(same))"#,
      .added, limit, &rows)
    return Difference(
      outcome: RowDifference.Outcome(added: added, removed: removed, changed: changed, named: rows),
      key: key.map(\.name))
  }

  private struct KeyColumn {
    let name: String
    let expression: String
  }

  /// The primary key, unless there are rows without one: then, as without a key, the rows' numbers.
  private func key(of table: SQLiteTable) throws(SQLiteError) -> [KeyColumn]? {
    var hasGaps = table.key.isEmpty
    if !hasGaps {
      let empty = table.key.map { "\(quoted($0)) IS NULL" }.joined(separator: " OR ")  // not for people
      for database in ["main", "older"] {
        let found = try connection.value(
          "SELECT 1 FROM \(database).\(quoted(table.name)) WHERE \(empty) LIMIT 1")  // not for people
        if found != .null { hasGaps = true }
      }
    }
    guard hasGaps else { return table.key.map { KeyColumn(name: $0, expression: quoted($0)) } }
    return table.rowNumber.map { [KeyColumn(name: $0, expression: $0)] }
  }

  private func collect(
    _ command: String, _ kind: RowDifference.Kind, _ limit: Int, _ rows: inout [RowDifference.Row]
  ) throws(SQLiteError) -> Int64 {
    let statement = try SQLiteStatement(command, on: connection)
    var count: Int64 = 0
    while try statement.step() {
      count += 1
      guard count <= Int64(limit) else { continue }
      let values = (0..<statement.columnCount).map { column -> [UInt8]? in
        if case .blob = statement[column: column] { return SQLiteLiteral.bytes(of: statement[column: column]) }
        return statement.text(of: column)
      }
      rows.append(RowDifference.Row(kind: kind, key: values.map { CopyText.field(of: $0) }))
    }
    return count
  }
}
