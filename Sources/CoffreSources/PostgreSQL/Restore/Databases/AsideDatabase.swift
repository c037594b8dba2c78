import CoffreCore
import PostgresKit

/// A database that is loaded under a name nobody knows, beside the one it will replace.
struct AsideDatabase: Sendable {
  let source: RestoreSource
  let database: DatabaseManifest.Database
  let server: RestoreServer
  /// What it is called while it is loaded.
  let name: String
  /// What of it is wanted.
  let content: ObjectPatterns.Content
  /// The tables whose rows are wanted; empty for all.
  let chosen: [ChosenTable]

  var encoding: String { database.properties["encoding"] ?? "UTF8" }
  private var takesRows: Bool { content != .structureOnly }

  /// Makes it, empty.
  func create(on connection: PostgresConnection) throws(SourceError) -> [SourceNote] {
    do throws(PostgresError) {
      let rows = try connection.execute("SELECT spcname FROM pg_catalog.pg_tablespace")  // not for people
      let creation = DatabaseCreation(
        properties: database.properties, majorVersion: connection.serverVersion / 10_000,
        tablespaces: Set((0..<rows.count).compactMap { rows[$0, 0] }))
      try connection.execute(try creation.command(for: name))
      return creation.missingTablespace.map { missing in
        [
          SourceNote(
            subject: "tablespace \(missing)",  // not for people
            message: "it does not exist here; the database '\(database.name)' lies in the server's own")
        ]
      } ?? []
    } catch {
      throw SourceError(restoring: error, "create", name)
    }
  }

  /// Fills it, and compares what came with the manifest.
  func load() throws(SourceError) -> [SourceNote] {
    let files = try source.files(of: database)
    guard files.has("pre-data.sql"), files.has("post-data.sql") else {
      throw SourceError(
        .failed, "bring back", Array(database.name.utf8), because: "the snapshot has its rows alone",
        advice: "Restore them into a database that has the tables, with --data-only.")
    }
    guard !takesRows || files.has("sequences.sql") else {
      throw SourceError(
        .failed, "bring back", Array(database.name.utf8), because: "the snapshot has its structure alone",
        advice: "Restore it with --schema-only.")
    }
    var notes: [SourceNote] = []
    let leader = try server.connect(to: name)
    let runner = try ScriptRunner(source, on: leader, encoding: encoding)
    try runner.run(source.path("pre-data.sql", of: database))
    if takesRows {
      notes += try loadRows(by: runner, files)
    }
    notes += try makeIndexes(by: runner)
    try renameTables(by: leader)
    notes += try gatherStatistics(of: database.name, in: name, on: server)
    return notes + runner.filter.notes
  }

  private func loadRows(by runner: ScriptRunner, _ files: Set<PathBytes>) throws(SourceError) -> [SourceNote] {
    var notes: [SourceNote] = []
    let tables = chosen.isEmpty ? database.tables : chosen.map(\.table)
    let plan: LoadPlan
    do throws(PostgresError) {
      // What is asked here comes as UTF-8, whatever the scripts are written in.
      try runner.connection.execute("SET client_encoding = 'UTF8'")  // not for people
      plan = LoadPlan(
        tables, targets: try LoadTarget.all(on: runner.connection),
        references: try TableReference.all(on: runner.connection), connectionCount: server.connectionCount)
      try runner.connection.execute("SET client_encoding = \(quotedLiteral(encoding))")  // not for people
    } catch {
      throw SourceError(restoring: error, "ask about the tables of", name)
    }
    let loaded = try RowLoading(source: source, encoding: encoding).load(plan, into: name, on: server)
    try LoadedTable.check(loaded, of: tables, in: database.name)
    notes.append(
      SourceNote(
        subject: "database \(database.name)",  // not for people
        message: LoadedTable.summary(loaded), isGood: true))
    if files.has("large-objects.sql") {
      if chosen.isEmpty {
        try runner.run(source.path("large-objects.sql", of: database), batch: 1 << 20)
      } else {
        notes.append(
          SourceNote(
            subject: "database \(database.name)",  // not for people
            message: "large objects belong to no table and were left out"))
      }
    }
    try runner.run(source.path("sequences.sql", of: database), batch: 64 << 10)
    return notes
  }

  private func makeIndexes(by runner: ScriptRunner) throws(SourceError) -> [SourceNote] {
    let file = source.path("post-data.sql", of: database)
    let script = try source.script(file)
    var statements: [SQLStatement] = []
    var leftOut: [String] = []
    let rows = Set(chosen.map { [Array($0.oldSchema.utf8), Array($0.table.name.name.utf8)] })
    while let next = try script.nextOfDump() {
      if !chosen.isEmpty, takesRows, let key = PostDataPlan.foreignKey(next),
        !rows.contains(key.table) || !rows.contains(key.referenced)
      {
        leftOut.append(next.title)
      } else if let statement = runner.filtered(next) {
        statements.append(statement)
      }
    }
    let plan = PostDataPlan(statements)
    for statement in plan.preamble { try runner.run(statement, of: file) }
    try server.work(
      plan.groups.count, in: name,
      preparing: { connection throws(SourceError) in
        for statement in plan.preamble { try Self.run(statement, of: file, on: connection) }
      },
      doing: { number, connection, _ throws(SourceError) in
        for statement in plan.groups[number] { try Self.run(statement, of: file, on: connection) }
      })
    for statement in plan.rest { try runner.run(statement, of: file) }
    guard !leftOut.isEmpty else { return [] }
    return [
      SourceNote(
        subject: "database \(database.name)",  // not for people
        message: "foreign keys were left out where the rows of one of the two tables were not wanted: "
          + "\(conjunctionOfSome(leftOut))")
    ]
  }

  private static func run(
    _ statement: SQLStatement, of file: PathBytes, on connection: PostgresConnection
  ) throws(SourceError) {
    do throws(PostgresError) {
      try connection.execute(bytes: statement.bytes)
    } catch {
      throw SourceError(restoring: error, "run", displayed(file), at: "\(statement.title)")
    }
  }

  private func renameTables(by connection: PostgresConnection) throws(SourceError) {
    do throws(PostgresError) {
      try connection.execute("SET client_encoding = 'UTF8'")  // not for people
      for table in chosen where table.isRenamed { try TableMove(table).rename(on: connection) }
    } catch {
      throw SourceError(restoring: error, "finish", name)
    }
  }

  /// Owner, limits, settings and rights of the database itself: last, as they may keep even us out.
  func setProperties(by connection: PostgresConnection) throws(SourceError) -> [SourceNote] {
    guard content != .dataOnly, try source.files(of: database).has("restore.sql") else { return [] }
    let file = source.path("restore.sql", of: database)
    let quotedName: String
    do throws(PostgresError) {
      quotedName = try quotedIdentifier(name)
    } catch {
      throw SourceError(restoring: error, "use the name", name)
    }
    let commands = try DatabaseOwnCommands.read(from: try source.script(file), for: quotedName)
    do throws(PostgresError) {
      var filter = try ScriptFilter(on: connection, encoding: "UTF8")
      for command in commands {
        guard let statement = filter.filtered(command) else { continue }
        try connection.execute(bytes: statement.bytes)
      }
      if database.properties["isTemplate"] == "true" {
        try connection.execute("ALTER DATABASE \(quotedName) IS_TEMPLATE true")  // not for people
      }
      return filter.notes
    } catch {
      throw SourceError(restoring: error, "run", displayed(file))
    }
  }
}
