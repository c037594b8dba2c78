import CoffreCore
import CoffreSystem
import PostgresKit

/// Puts tables of the snapshot, under whatever names, into a database that exists and keeps all it has.
struct TableTransfer {
  let aside: AsideDatabase
  let tables: [ChosenTable]
  let target: String
  let tools: InstalledTools?

  /// - Precondition: the scratch database was made, and is empty.
  func run() throws(SourceError) -> [SourceNote] {
    let connection = try aside.server.connect(to: target)
    let taken = try namesOfTarget(connection)
    let maker = TableStructureMaker(aside: aside, tables: tables, tools: tools, taken: taken)
    let structure = try maker.make()
    let runner = try ScriptRunner(aside.source, on: connection, encoding: structure.encoding)
    let place = Array(target.utf8)
    try execute("BEGIN", on: connection)
    for table in tables where !table.schema.hasSameBytes(as: "public") {
      try wrapped { () throws(PostgresError) in
        try inUTF8(connection, structure.encoding) { () throws(PostgresError) in
          _ = try connection.execute(#"CREATE SCHEMA IF NOT EXISTS \#(quotedIdentifier(table.schema))"#)
        }
      }
    }
    for statement in structure.before {
      if let wanted = runner.filtered(statement) { try runner.run(wanted, of: place) }
    }
    let loaded = try aside.content == .structureOnly ? [] : load(connection)
    try LoadedTable.check(loaded, of: aside.content == .structureOnly ? [] : tables.map(\.table), in: target)
    for statement in structure.after {
      if let wanted = runner.filtered(statement) { try runner.run(wanted, of: place) }
    }
    try execute("SET client_encoding = 'UTF8'", on: connection)  // not for people
    for command in structure.sequences { try execute(command, on: connection) }
    for table in tables {
      try wrapped { () throws(PostgresError) in
        _ = try connection.execute(#"ANALYZE \#(quotedName(table.schema, table.name))"#)
      }
    }
    // For this commit the disk is waited for.
    try execute(#"SET LOCAL synchronous_commit = on"#, on: connection)
    try execute("COMMIT", on: connection)
    return notes(loaded) + runner.filter.notes
  }

  private func notes(_ loaded: [LoadedTable]) -> [SourceNote] {
    var notes = tables.map { table in
      SourceNote(
        subject: "table \(table.schema).\(table.name)",  // not for people
        message: "its foreign keys, triggers, rules, policies and grants were left out")
    }
    notes.append(
      SourceNote(
        subject: "database \(target)",  // not for people
        message: LoadedTable.summary(loaded), isGood: true))
    return notes
  }

  /// - Throws: if one of the tables is there already.
  private func namesOfTarget(_ connection: PostgresConnection) throws(SourceError) -> [String: Set<String>] {
    var taken: [String: Set<String>] = [:]
    for table in tables {
      let names = try wrapped { () throws(PostgresError) in
        try TableMove(table).names(of: table.schema, on: connection)
      }
      taken[table.schema] = names
      guard names.contains(table.name) else { continue }
      throw SourceError(
        .exists, "bring back", Array("\(table.schema).\(table.name)".utf8),
        because: "the database '\(target)' has something of this name",
        advice: "Give the table another name, as in --table \(table.table.name.text)=\(table.name)_old.")
    }
    return taken
  }

  /// The rows go from the snapshot right into the target, in the transaction that made the tables.
  private func load(_ connection: PostgresConnection) throws(SourceError) -> [LoadedTable] {
    let loading = RowLoading(source: aside.source, encoding: aside.encoding)
    var loaded: [LoadedTable] = []
    // Commands of ours are UTF-8; rows bring their own encoding.
    try execute("SET client_encoding = 'UTF8'", on: connection)  // not for people
    for table in tables {
      let name = DatabaseManifest.TableName(schema: table.schema, name: table.name)
      let target = LoadTarget(oid: 0, name: name, isPartitioned: false, isOfExtension: false)
      let step = LoadPlan.Step(table: table.table, target: target, isFrozen: true)
      loaded.append(try loading.load(step, by: connection, aside.server.cancellation))
    }
    try wrapped { () throws(PostgresError) in
      _ = try connection.execute(#"SET client_encoding = \#(quotedLiteral(aside.encoding))"#)
    }
    return loaded
  }

  private func inUTF8(
    _ connection: PostgresConnection, _ encoding: String, _ body: () throws(PostgresError) -> Void
  ) throws(PostgresError) {
    try connection.execute(#"SET client_encoding = 'UTF8'"#)
    try body()
    try connection.execute(#"SET client_encoding = \#(quotedLiteral(encoding))"#)
  }

  private func execute(_ command: String, on connection: PostgresConnection) throws(SourceError) {
    try wrapped { () throws(PostgresError) in _ = try connection.execute(command) }
  }

  private func wrapped<Result>(_ body: () throws(PostgresError) -> Result) throws(SourceError) -> Result {
    do throws(PostgresError) {
      return try body()
    } catch {
      throw SourceError(restoring: error, "restore tables to", target)
    }
  }
}
