package import CoffreCore

extension ManifestComparison {
  /// Tables that have lost all their rows: somebody may have emptied them by mistake, and the backups that have the rows
  /// will be forgotten one day.
  package var emptiedTables: [SourceNote] {
    tables.compactMap { table in
      guard let before = table.before, before.rows > 0, table.after?.rows == 0 else { return nil }
      return SourceNote(
        subject: "table \(table.database).\(table.text)",  // not for people
        message: "it is empty, and had \(counted(Int(clamping: before.rows), "row")) in the backup before")
    }
  }
}
