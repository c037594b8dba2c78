import CoffreCore
import CoffreSystem
import PostgresKit

/// One run of a restore, and what it made so far.
struct RestoreWork {
  let settings: DatabaseRestoreSettings
  let source: RestoreSource
  let server: RestoreServer
  private var made: MadeDatabases
  private var globals: GlobalsRestore?

  init(settings: DatabaseRestoreSettings, source: RestoreSource, server: RestoreServer) {
    self.settings = settings
    self.source = source
    self.server = server
    made = MadeDatabases(on: server)
  }

  mutating func run(_ databases: [DatabaseManifest.Database], _ choice: TableChoice) throws(SourceError) -> [SourceNote]
  {
    let goals = try decide(databases, choice)
    var notes = try leftovers()
    let known = try goals.contains(where: \.replaces) ? nameInSnapshots() : nil
    for goal in goals where goal.replaces {
      try DatabaseReplacement(name: goal.name, settings: settings, server: server, nameInSnapshots: known)
        .makeSafe(demandingThat: goal.way == .replace)
    }
    if settings.restoresGlobals {
      let globals = GlobalsRestore(source, on: try server.maintain(outside: []))
      self.globals = globals
      notes += try globals.run()
    }
    var steps: [DatabaseSwap.Step] = []
    for goal in goals { notes += try run(goal, addingTo: &steps) }
    notes += try made.finish(steps, disconnecting: settings.disconnects)
    return notes
  }

  /// Everything is looked at before anything happens.
  private func decide(
    _ databases: [DatabaseManifest.Database], _ choice: TableChoice
  ) throws(SourceError) -> [RestoreGoal] {
    let connection = try server.maintain(outside: [])
    var goals: [RestoreGoal] = []
    for database in databases {
      let chosen = try choice.isEmpty ? [] : choice.tables(of: database)
      let goal = try RestoreGoal(database, settings, chosen) { name throws(SourceError) in
        try DatabaseReplacement.asked(name) { () throws(PostgresError) in try DatabaseSwap.exists(name, on: connection)
        }
      }
      // Names that were cut may be equal.
      guard !goals.contains(where: { $0.name.hasSameBytes(as: goal.name) }) else {
        throw SourceError(
          .exists, "restore to", Array(goal.name.utf8), because: "two databases of the snapshot would be called so",
          advice: "Restore them one by one with --database, each to a name in the address.")
      }
      goals.append(goal)
    }
    return goals
  }

  /// A backup of the server that the snapshot was made of belongs with its others: `latest` would mean two servers.
  private func nameInSnapshots() throws(SourceError) -> String? {
    guard let identity = source.manifest.server.identity else { return nil }
    let connection = try server.maintain(outside: [])
    let facts = try DatabaseReplacement.asked(settings.location.text) { () throws(PostgresError) in
      try ServerFacts.read(on: connection)
    }
    guard facts.identity(at: settings.location) == identity else { return nil }
    return EscapedName.name(of: Array(source.manifest.server.name.utf8))
  }

  /// What killed restores left behind: databases of names that only restores give, and that nobody uses.
  private func leftovers() throws(SourceError) -> [SourceNote] {
    let connection = try server.maintain(outside: [])
    let rows = try DatabaseReplacement.asked("databases") { () throws(PostgresError) in
      try connection.execute(
        #"""
        SELECT d.datname FROM pg_catalog.pg_database d WHERE d.datname ~ '_coffre_[0-9a-f]{12}$'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datname = d.datname) ORDER BY 1
        """#)
    }
    return (0..<rows.count).compactMap { rows[$0, 0] }.map { name in
      SourceNote(
        subject: "database \(name)",  // not for people
        message: "half a restore that was killed; drop it, unless another restore is running")
    }
  }
}

// MARK: One database

extension RestoreWork {
  private mutating func run(
    _ goal: RestoreGoal, addingTo steps: inout [DatabaseSwap.Step]
  ) throws(SourceError) -> [SourceNote] {
    if goal.way == .rows {
      return try RowReplacement(
        source: source, database: goal.database, server: server, target: goal.name, chosen: goal.chosen,
        disconnects: settings.disconnects
      ).run()
    }
    let database = AsideDatabase(
      source: source, database: goal.database, server: server, name: RestoreNames.aside(goal.name),
      content: settings.content, chosen: goal.chosen)
    let maintenance = try server.maintain(outside: [goal.name])
    made.note(database.name)
    var notes = try database.create(on: maintenance)
    if goal.way == .tables {
      notes += try TableTransfer(aside: database, tables: goal.chosen, target: goal.name, tools: settings.tools).run()
      try made.drop(database.name, on: maintenance)
      return notes
    }
    notes += try database.load()
    notes += try database.setProperties(by: maintenance)
    let before = goal.way == .replace ? RestoreNames.before(goal.name, at: settings.now) : nil
    steps.append(DatabaseSwap.Step(loaded: database.name, name: goal.name, replaced: before))
    return notes
  }

  /// Removes what was made, though the run may be cancelled.
  ///
  /// - Returns: the error, and what became of the rest.
  mutating func undo(after error: SourceError) -> SourceError {
    guard let globals else { return made.undone(after: error) }
    return made.undone(after: error) { globals.undo(on: $0) }
  }
}
