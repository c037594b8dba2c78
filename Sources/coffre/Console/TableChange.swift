import CoffreCore
import CoffreSources

/// What happened to a table between two backups, for people and for programs.
enum TableChange {
  static func text(of table: ManifestComparison.Table) -> Message {
    switch table.change {
    case .added: "new table"
    case .removed: "gone"
    case .unchanged: "no change"
    case .changed where table.rowDelta > 0: "+\(counted(Int(clamping: table.rowDelta), "row"))"
    case .changed where table.rowDelta < 0: "-\(counted(Int(clamping: table.rowDelta.magnitude), "row"))"
    case .changed: "other content"
    }
  }

  /// Stable words for JSON.
  static func word(for table: ManifestComparison.Table) -> String {
    switch table.change {
    case .added: "added"
    case .removed: "removed"
    case .unchanged: "unchanged"
    case .changed: "changed"
    }
  }

  /// As `snapshot diff` marks files; `nil` where nothing happened.
  static func modifier(of table: ManifestComparison.Table) -> String? {
    switch table.change {
    case .added: "+"
    case .removed: "-"
    case .changed: "M"
    case .unchanged: nil
    }
  }

  /// The fields that name a table.
  static func write(_ table: ManifestComparison.Table, to json: inout JSONWriter) {
    json.field("database") { $0.string(table.database) }
    if let schema = table.name.schema { json.field("schema") { $0.string(schema) } }
    json.field("name") { $0.string(table.name.name) }
  }
}
