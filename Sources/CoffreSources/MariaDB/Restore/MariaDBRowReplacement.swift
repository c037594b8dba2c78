import CoffreCore
import MariaDBKit

/// Puts the rows of a snapshot in place of those that the tables of a database have, in one transaction: if it fails, the
/// old rows are there again.
struct MariaDBRowReplacement: Sendable {
  let source: RestoreSource
  let database: DatabaseManifest.Database
  let target: MariaDBTarget
  let name: String
  /// None for all.
  let chosen: [ChosenTable]

  func run() throws(SourceError) -> [SourceNote] {
    let tables = try wantedTables()
    let connection = try target.connect(to: name)
    try check(tables, on: connection)
    try checkTriggers(of: tables, on: connection)
    let loading = RowsLoading(source: source, target: target)
    try asked { () throws(MariaDBError) in try connection.execute(#"START TRANSACTION"#) }
    var loaded: [LoadedTable] = []
    // No TRUNCATE: it could not be taken back.
    for table in tables {
      try asked { () throws(MariaDBError) in
        try connection.execute(#"DELETE FROM \#(MariaDBQuoting.identifier(table.name.name))"#)
      }
    }
    for table in tables { loaded.append(try loading.send(table, by: connection, target.cancellation)) }
    try LoadedTable.check(loaded, of: tables, in: database.name)
    try checkKeys(of: tables, on: connection)
    try asked { () throws(MariaDBError) in try connection.execute(#"COMMIT"#) }
    return [
      SourceNote(
        subject: "database \(name)",  // not for people
        message: LoadedTable.summary(loaded), isGood: true)
    ]
  }

  private func wantedTables() throws(SourceError) -> [DatabaseManifest.Table] {
    if let renamed = chosen.first(where: \.isRenamed) {
      throw SourceError(
        .failed, "load the rows of", Array(renamed.table.name.text.utf8),
        because: "rows alone go into the table they were taken from",
        advice: "Leave out the new name, or --data-only.")
    }
    return chosen.isEmpty ? database.tables : chosen.map(\.table)
  }

  private func check(_ tables: [DatabaseManifest.Table], on connection: MariaDBConnection) throws(SourceError) {
    let existing = try asked { () throws(MariaDBError) in try MariaDBTable.all(of: name, on: connection) }
    for table in tables {
      guard let found = existing.first(where: { $0.name.hasSameBytes(as: table.name.name) && $0.holdsRows }) else {
        throw SourceError(
          .failed, "load the rows of", Array(table.name.text.utf8),
          because: "the database '\(name)' has no such table",
          advice: "Restore the structure, too, by leaving out --data-only.")
      }
      guard target.facts.transactional.contains(found.engine), found.kind == .table else {
        throw SourceError(
          .failed, "load the rows of", Array(table.name.text.utf8),
          because: "its old rows could not be put back if the restore failed",
          advice: "Restore the whole database, or this table under another name with --table.")
      }
    }
  }

  /// Nothing turns triggers off: they would change rows, or write others, while these are loaded.
  private func checkTriggers(
    of tables: [DatabaseManifest.Table], on connection: MariaDBConnection
  ) throws(SourceError) {
    guard target.facts.rights.has("TRIGGER", on: name) else {
      throw SourceError(
        .noPermission, "load rows into", Array(name.utf8),
        because: "the account '\(target.facts.account)' may not see whether its tables have triggers: grant TRIGGER")
    }
    let rows = try asked { () throws(MariaDBError) in
      try connection.execute(
        #"""
        SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS
        WHERE EVENT_OBJECT_SCHEMA = \#(MariaDBQuoting.literal(name)) ORDER BY 1, 2
        """#)
    }
    for row in 0..<rows.count {
      guard let table = rows[row, 0], let trigger = rows[row, 1],
        tables.contains(where: { $0.name.name.hasSameBytes(as: table) })
      else { continue }
      throw SourceError(
        .failed, "load the rows of", Array(table.utf8), because: "the trigger '\(trigger)' would act on each of them",
        advice: "Restore the whole database, or this table under another name with --table.")
    }
  }

  /// Rows were loaded with the server's own checks off: whether each refers to one that is there, nobody else would look;
  /// nor whether those are left that rows of other databases refer to.
  private func checkKeys(of tables: [DatabaseManifest.Table], on connection: MariaDBConnection) throws(SourceError) {
    let keys = try asked { () throws(MariaDBError) in try ForeignKeyPairs.all(of: name, on: connection) }
    let loaded = Set(tables.map(\.name.name))
    for key in keys where key.concerns(loaded, of: name) {
      let count = try asked { () throws(MariaDBError) in try connection.execute(key.command).count }
      guard count == 0 else {
        throw SourceError(
          .failed, "load the rows of", Array(key.table.title(in: name).utf8),
          because: "a row refers by the key \(key.name) to another one that is not there",
          advice: "Restore the tables that refer to each other together.")
      }
    }
  }

  @discardableResult
  private func asked<Result>(_ body: () throws(MariaDBError) -> Result) throws(SourceError) -> Result {
    try MariaDBTarget.asked("load rows into", name, body)
  }
}
