import CoffreCore
import PostgresKit

/// Puts the rows of a snapshot in place of those that the tables of a database have, in one transaction: until it ends,
/// whoever wants one of these tables waits, and if it fails, the old rows are there again.
struct RowReplacement {
  let source: RestoreSource
  let database: DatabaseManifest.Database
  let server: RestoreServer
  let target: String
  /// None for all.
  let chosen: [ChosenTable]
  let disconnects: Bool

  private var encoding: String { database.properties["encoding"] ?? "UTF8" }
  /// For locks that somebody else holds.
  private static let patience = "60s"

  func run() throws(SourceError) -> [SourceNote] {
    let tables = try wantedTables()
    let connection = try server.connect(to: target)
    if disconnects { try endSessions(on: connection) }
    let plan = try asked { () throws(PostgresError) in
      LoadPlan(
        tables, targets: try LoadTarget.all(on: connection), references: try TableReference.all(on: connection))
    }
    if let missing = plan.missing.first {
      throw SourceError(
        .failed, "load the rows of", Array(missing.name.text.utf8),
        because: "the database '\(target)' has no such table",
        advice: "Restore the structure, too, by leaving out --data-only.")
    }
    let steps = plan.first + plan.parallel
    try begin(steps, on: connection)
    let loading = RowLoading(source: source, encoding: encoding)
    var loaded: [LoadedTable] = []
    for step in steps {
      let plain = LoadPlan.Step(table: step.table, target: step.target, isFrozen: false)
      loaded.append(try loading.load(plain, by: connection, server.cancellation))
    }
    try LoadedTable.check(loaded, of: tables, in: database.name)
    try checkKeys(of: steps, on: connection)
    var notes = [
      SourceNote(
        subject: "database \(target)",  // not for people
        message: LoadedTable.summary(loaded), isGood: true)
    ]
    notes += try loadTheRest(on: connection)
    try asked { () throws(PostgresError) in
      // For this commit the disk is waited for.
      try connection.execute(#"SET LOCAL synchronous_commit = on"#)
      try connection.execute("COMMIT")
    }
    // The rows are there, whatever becomes of what the planner knows of them.
    _ = try? connection.execute("ANALYZE")
    return notes
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

  private func endSessions(on connection: PostgresConnection) throws(SourceError) {
    try asked { () throws(PostgresError) in
      try connection.execute(
        #"""
        SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
        WHERE datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()
        """#)
    }
  }

  /// Empties the tables. Triggers and keys are off meanwhile: rows come as they were, in whatever order.
  private func begin(_ steps: [LoadPlan.Step], on connection: PostgresConnection) throws(SourceError) {
    do throws(PostgresError) {
      try connection.execute("BEGIN; SET LOCAL lock_timeout = '\(Self.patience)'")  // not for people
      try connection.execute("SET LOCAL session_replication_role = replica")  // not for people
      var names: [String] = []
      // Partitions that are loaded through their root are emptied one by one, like others.
      for step in steps {
        let own = step.table.name
        names.append("ONLY \(try quotedName(own.schema ?? "public", own.name))")  // not for people
      }
      guard !names.isEmpty else { return }
      try connection.execute(#"TRUNCATE \#(names.joined(separator: ", "))"#)
    } catch {
      throw SourceError(
        restoring: error, "replace the rows of", target, advice: Self.advice(for: error.state))
    }
  }

  private static func advice(for state: String) -> Message? {
    switch state {
    case "42501": "Restore as a superuser, who may load rows without the triggers and keys of their tables."
    case "0A000": "Restore the tables that refer to these, too."
    default: nil
    }
  }

  private func checkKeys(of steps: [LoadPlan.Step], on connection: PostgresConnection) throws(SourceError) {
    let checks = try asked { () throws(PostgresError) in
      try ForeignKeyCheck.all(of: steps.map(\.target.oid), on: connection)
    }
    for check in checks {
      let found = try asked { () throws(PostgresError) in try connection.execute(check.command).count }
      guard found == 0 else {
        throw SourceError(
          .failed, "load the rows of", Array(check.table.utf8),
          because: "a row refers by the key \(check.constraint) to another one that is not there",
          advice: "Restore the tables that refer to each other together.")
      }
    }
  }

  /// Large objects and sequences; the latter last, since no server takes their values back.
  private func loadTheRest(on connection: PostgresConnection) throws(SourceError) -> [SourceNote] {
    let files = try source.files(of: database)
    let runner = try ScriptRunner(source, on: connection, encoding: encoding)
    if chosen.isEmpty, files.has("large-objects.sql") {
      try asked { () throws(PostgresError) in
        try connection.execute(
          #"SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata"#)
      }
      try runner.run(source.path("large-objects.sql", of: database), batch: 1 << 20) { statement in
        // All is one transaction already.
        !statement.begins("begin") && !statement.begins("commit")
      }
    }
    if chosen.isEmpty, files.has("sequences.sql") {
      try runner.run(source.path("sequences.sql", of: database), batch: 64 << 10)
    } else if !chosen.isEmpty {
      try moveSequences(on: connection)
    }
    return runner.filter.notes
  }

  /// Sequences of the tables that were chosen: never back, as others may have values of theirs by now.
  private func moveSequences(on connection: PostgresConnection) throws(SourceError) {
    let values = Dictionary(database.sequences.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    try asked { () throws(PostgresError) in
      try connection.execute(#"SET client_encoding = 'UTF8'"#)
      for table in chosen {
        let owned = try connection.query(
          #"""
          SELECT n.nspname, c.relname FROM pg_catalog.pg_depend d
          JOIN pg_catalog.pg_class c ON c.oid = d.objid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid AND s.seqincrement > 0
          WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = d.classid
            AND d.refobjid = $1::pg_catalog.regclass AND d.deptype IN ('a', 'i')
          """#, [try quotedName(table.oldSchema, table.table.name.name)])
        for row in 0..<owned.count {
          guard let schema = owned[row, 0], let name = owned[row, 1],
            let value = values[DatabaseManifest.TableName(schema: schema, name: name)]
          else { continue }
          let quoted = try quotedName(schema, name)
          try connection.execute(
            #"SELECT pg_catalog.setval(\#(quotedLiteral(quoted)), \#(value.lastValue), \#(value.isCalled)) "#
              + #"FROM \#(quoted) WHERE last_value < \#(value.lastValue) "#
              + #"OR last_value = \#(value.lastValue) AND NOT is_called"#)
        }
      }
    }
  }

  @discardableResult
  private func asked<Result>(
    _ body: () throws(PostgresError) -> Result
  ) throws(SourceError) -> Result {
    do throws(PostgresError) {
      return try body()
    } catch {
      throw SourceError(restoring: error, "load rows into", target)
    }
  }
}
