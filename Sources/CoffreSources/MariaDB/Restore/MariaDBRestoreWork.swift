import CoffreCore
import CoffreSystem
import MariaDBKit

/// One run of a restore, and what it made so far.
struct MariaDBRestoreWork {
  let settings: DatabaseRestoreSettings
  let source: RestoreSource
  let target: MariaDBTarget
  /// Databases that were made and have not got their end yet: they go if the run fails.
  private var made: [String] = []
  /// Databases that existed before, and have got their new content, or their new tables, already.
  private var changed: [String] = []
  private var grants: GrantRestore?
  /// Whether a database could not be put back, and the error tells where its tables are.
  private var isLost = false

  init(settings: DatabaseRestoreSettings, source: RestoreSource, target: MariaDBTarget) {
    self.settings = settings
    self.source = source
    self.target = target
  }

  mutating func run(
    _ databases: [DatabaseManifest.Database], _ choice: TableChoice
  ) throws(SourceError) -> [SourceNote] {
    let connection = try target.connect()
    let goals = try decide(databases, choice, on: connection)
    var notes = try leftovers(on: connection)
    for goal in goals where goal.replaces { try makeSafe(goal) }
    if settings.restoresGlobals {
      let statements = try source.statements(of: "grants.sql", in: "")
      let grants = GrantRestore(statements, on: connection, target.facts.version)
      self.grants = grants
      notes += try grants.makeAccounts()
    }
    for goal in goals {
      notes += try run(goal, on: connection)
      if goal.way != .new { changed.append(goal.name) }
    }
    if let grants {
      let renamed = goals.filter { !$0.name.hasSameBytes(as: $0.database.name) }
        .map { (Array($0.database.name.utf8), $0.name) }
      notes += try grants.giveRights(renamed: Dictionary(renamed, uniquingKeysWith: { first, _ in first }))
    }
    notes += try missingDefiners(of: databases, on: connection)
    made = []
    return notes
  }

  /// Everything is looked at before anything happens.
  private func decide(
    _ databases: [DatabaseManifest.Database], _ choice: TableChoice, on connection: MariaDBConnection
  ) throws(SourceError) -> [RestoreGoal] {
    var goals: [RestoreGoal] = []
    for database in databases {
      let chosen = try choice.isEmpty ? [] : choice.tables(of: database)
      let goal = try RestoreGoal(database, settings, chosen) { name throws(SourceError) in
        try MariaDBTarget.asked("ask about", name) { () throws(MariaDBError) in
          try MariaDBTarget.exists(name, on: connection)
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

  /// What killed restores left behind: databases of names that only restores give.
  private func leftovers(on connection: MariaDBConnection) throws(SourceError) -> [SourceNote] {
    let rows = try MariaDBTarget.asked("ask about", "databases") { () throws(MariaDBError) in
      try connection.execute(
        #"""
        SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME REGEXP '_coffre_[0-9a-f]{12}$' ORDER BY 1
        """#)
    }
    return (0..<rows.count).compactMap { rows[$0, 0] }.map { name in
      SourceNote(
        subject: "database \(name)",  // not for people
        message: "half a restore that was killed; drop it, unless another restore is running")
    }
  }

  private func makeSafe(_ goal: RestoreGoal) throws(SourceError) {
    let identity = source.manifest.server.identity
    let isSame = identity != nil && target.facts.identity(at: settings.location) == identity
    let known = isSame ? EscapedName.name(of: Array(source.manifest.server.name.utf8)) : nil
    try target.makeSafe(goal.name, settings, known: known)
  }

  private func missingDefiners(
    of databases: [DatabaseManifest.Database], on connection: MariaDBConnection
  ) throws(SourceError) -> [SourceNote] {
    let named = Set(databases.flatMap(\.roles))
    guard !named.isEmpty, settings.content != .dataOnly, settings.tables.isEmpty else { return [] }
    // Who may not read the list of users learns nothing.
    guard let rows = try? connection.execute(#"SELECT CONCAT(User, '@', Host) FROM mysql.user"#) else { return [] }
    let known = Set((0..<rows.count).compactMap { rows[$0, 0] })
    let missing = named.subtracting(known).sorted()
    guard !missing.isEmpty else { return [] }
    return [
      SourceNote(
        subject: "users",  // not for people
        message: "views, routines, triggers and events of these fail until they exist: \(conjunctionOfSome(missing))")
    ]
  }
}

// MARK: One database

extension MariaDBRestoreWork {
  private mutating func run(
    _ goal: RestoreGoal, on connection: MariaDBConnection
  ) throws(SourceError) -> [SourceNote] {
    let subject = "database \(goal.name)"  // not for people
    switch goal.way {
    case .new, .replace:
      let isNew = goal.way == .new
      let aside = RestoreNames.aside(goal.name)
      let loading = loading(goal, into: aside)
      made.append(aside)
      try loading.create(on: connection)
      var notes = try loading.load(on: connection)
      // What would fail at the end fails here, where nothing was changed yet.
      if !isNew { _ = try loading.makeObjects(rehearses: true) }
      let swap = TableSwap(
        target: target, name: goal.name, loaded: aside,
        kept: isNew ? nil : RestoreNames.before(goal.name, at: settings.now),
        clauses: DatabaseLoading.clauses(of: goal.database, for: target.facts)
      ) { server throws(SourceError) in try loading.makeObjects(in: goal.name, on: server) }
      notes += try swap.run(on: connection, isLost: &isLost)
      made.removeAll { $0 == aside }
      if isNew { made.append(goal.name) }
      let outcome: Message =
        isNew ? "it was restored" : "it was restored; what it replaced is in the safety backup"
      return notes + [SourceNote(subject: subject, message: outcome, isGood: true)]
    case .tables:
      let aside = RestoreNames.aside(goal.name)
      made.append(aside)
      let adding = TableAdding(
        loading: loading(goal, into: aside), target: target, name: goal.name, chosen: goal.chosen)
      let notes = try adding.run(on: connection, isLost: &isLost)
      made.removeAll { $0 == aside }
      return notes
    case .rows:
      return try MariaDBRowReplacement(
        source: source, database: goal.database, target: target, name: goal.name, chosen: goal.chosen
      ).run()
    }
  }

  private func loading(_ goal: RestoreGoal, into name: String) -> DatabaseLoading {
    DatabaseLoading(
      source: source, database: goal.database, target: target, name: name, content: settings.content,
      chosen: goal.chosen)
  }

  /// Removes what was made, though the run may be cancelled.
  ///
  /// - Returns: the error, and what became of the rest.
  mutating func undone(after error: SourceError) -> SourceError {
    guard !made.isEmpty || grants != nil || !changed.isEmpty else { return error }
    if let connection = target.reconnected() {
      try? target.endSessions(in: made, by: connection)
      made.removeAll { name in
        (try? connection.execute(#"DROP DATABASE IF EXISTS \#(MariaDBQuoting.identifier(name))"#)) != nil
      }
      grants?.undo(on: connection)
    }
    if isLost { return error }
    let left = made + (grants?.made ?? [])
    let reason = !left.isEmpty && error.reason == .cancelled ? .failed : error.reason
    return SourceError(
      reason, error.action, error.path, because: "\(error.cause); \(outcome(left))",
      advice: left.isEmpty ? error.explanation.advice : advice)
  }

  /// - Parameter left: what was made and is there still.
  private func outcome(_ left: [String]) -> Message {
    let lost = left.joined(separator: ", ")
    guard !changed.isEmpty else {
      return left.isEmpty
        ? "what the restore had made was removed, and nothing else was changed"
        : "what the restore had made could not be removed: \(lost)"
    }
    let kept = conjunctionOfSome(changed)
    guard !left.isEmpty else {
      return "what the restore had made was removed; these were restored before that, and stay so: \(kept)"
    }
    return
      "what the restore had made could not be removed: \(lost); these were restored before that, and stay so: \(kept)"
  }

  private var advice: Message {
    made.isEmpty
      ? "Drop the users that are named by hand once the server answers again."
      : "Drop \(counted(made.count, "database")) by hand once the server answers again."
  }
}
