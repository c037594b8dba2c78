import CoffreCore
import CoffreRepository
import CoffreSources

/// What differs between two backups of databases, line by line.
final class TableDiffOutput {
  private let console: Console
  private let before: DatabaseBackup
  private let after: DatabaseBackup
  private let output: LineBuffer
  private var rows = (added: Int64(0), removed: Int64(0), changed: Int64(0))

  init(_ console: Console, before: DatabaseBackup, after: DatabaseBackup) {
    self.console = console
    self.before = before
    self.after = after
    output = LineBuffer(console)
  }

  // MARK: Tables

  /// Tables that are as they were are passed over.
  func add(_ table: ManifestComparison.Table) throws {
    guard let modifier = TableChange.modifier(of: table) else { return }
    if console.isJSON {
      return try output.add(
        SnapshotJSON.line("table-change") { json in
          TableChange.write(table, to: &json)
          json.field("modifier") { $0.string(modifier) }
          if let before = table.before { json.field("rowsBefore") { $0.number(before.rows) } }
          if let after = table.after { json.field("rowsAfter") { $0.number(after.rows) } }
          json.field("sameShape") { $0.bool(table.hasSameShape) }
        })
    }
    guard !console.isQuiet else { return }
    let padding = String(repeating: " ", count: 5 - modifier.count)
    try output.add("\(modifier)\(padding)\(Self.name(of: table))  (\(TableChange.text(of: table)))")
  }

  private static func name(of table: ManifestComparison.Table) -> String { "\(table.database).\(table.text)" }

  // MARK: Rows

  /// - Parameter names: what names a row: the columns of its key, or all of them.
  func add(_ outcome: RowDifference.Outcome, of table: ManifestComparison.Table, names: [String]) throws {
    rows.added += outcome.added
    rows.removed += outcome.removed
    rows.changed += outcome.changed
    for row in outcome.named { try add(row, of: table, names) }
    if console.isJSON {
      return try output.add(
        SnapshotJSON.line("row-changes") { json in
          TableChange.write(table, to: &json)
          Self.write(outcome.added, outcome.removed, outcome.changed, to: &json)
        })
    }
    guard !console.isQuiet else { return }
    try output.add(
      "       \(counted(Int(clamping: outcome.added), "row")) added, \(outcome.removed) removed, "
        + "\(outcome.changed) changed")
  }

  private func add(
    _ row: RowDifference.Row, of table: ManifestComparison.Table, _ names: [String]
  ) throws {
    let values = row.key.map { field in CopyText.value(of: field).map { CopyText.text(of: $0) } }
    if console.isJSON {
      return try output.add(
        SnapshotJSON.line("row-change") { json in
          TableChange.write(table, to: &json)
          json.field("change") { $0.string(row.kind.rawValue) }
          json.key("key")
          json.beginObject()
          for (name, value) in zip(names, values) {
            json.key(escaping: name)
            if let value { json.string(value) } else { json.null() }
          }
          json.endObject()
        })
    }
    guard !console.isQuiet else { return }
    let modifier =
      switch row.kind {
      case .added: "+"
      case .removed: "-"
      case .changed: "M"
      }
    let key = zip(names, values).map { name, value in
      let shown = value ?? "NULL"  // not for people
      return "\(name)=\(shown)"
    }.joined(separator: ", ")
    try output.add(line: "    \(modifier)  \(visible(key))")
  }

  /// - Parameter word: stable, for programs.
  func notCompared(_ table: ManifestComparison.Table, _ word: String, because reason: Message) throws {
    if console.isJSON {
      return try output.add(
        SnapshotJSON.line("not-compared") { json in
          TableChange.write(table, to: &json)
          json.field("reason") { $0.string(word) }
        })
    }
    try output.add("       its rows are not compared: \(reason)")
  }

  private static func write(_ added: Int64, _ removed: Int64, _ changed: Int64, to json: inout JSONWriter) {
    json.field("added") { $0.number(added) }
    json.field("removed") { $0.number(removed) }
    json.field("changed") { $0.number(changed) }
  }

  // MARK: The end

  func finish(_ comparison: ManifestComparison) throws {
    let count = { (change: ManifestComparison.Change) -> Int in
      comparison.tables.count(where: { $0.change == change })
    }
    if console.isJSON {
      try output.add(
        SnapshotJSON.line("statistics") { json in
          json.field("exitCode") { $0.number(UInt64(0)) }
          json.field("sourceSnapshot") { $0.digest(before.stored.id) }
          json.field("targetSnapshot") { $0.digest(after.stored.id) }
          json.key("tables")
          json.beginObject()
          Self.write(Int64(count(.added)), Int64(count(.removed)), Int64(count(.changed)), to: &json)
          json.endObject()
          json.key("rows")
          json.beginObject()
          Self.write(rows.added, rows.removed, rows.changed, to: &json)
          json.endObject()
        })
    } else if count(.unchanged) == comparison.tables.count {
      try output.add("no table differs")
    }
    try output.flush()
  }
}
