import CoffreCore
import CoffreSystem
import MongoKit

/// One run of a restore, and what it made so far.
struct MongoRestoreWork {
  let settings: DatabaseRestoreSettings
  let source: RestoreSource
  let target: MongoTarget
  /// Databases that were not there before: what was made in them goes if the run fails, and so do they.
  private var madeDatabases: [String] = []
  private let made = MadeCollections()
  private var globals: MongoGlobalsRestore?
  /// Databases that are not as they were, and will not be.
  private var changed: [String] = []
  /// A collection that is just getting its name: whether it did shows on the server alone.
  private var renaming: (database: String, old: String, new: String)?

  init(settings: DatabaseRestoreSettings, source: RestoreSource, target: MongoTarget) {
    self.settings = settings
    self.source = source
    self.target = target
  }

  mutating func run(
    _ databases: [DatabaseManifest.Database], _ choice: TableChoice
  ) throws(SourceError) -> [SourceNote] {
    guard settings.content != .dataOnly else {
      throw SourceError(
        .failed, "restore to", Array(target.location.text.utf8),
        because: "no transaction of MongoDB is large enough to replace documents alone",
        advice: "Leave out --data-only: whole collections are loaded beside the old ones.")
    }
    let connection = try target.connect()
    let goals = try decide(databases, choice, on: connection)
    let log = RestoreLog(in: source)
    for goal in goals where goal.replaces { try makeSafe(goal) }
    var notes: [SourceNote] = []
    if settings.restoresGlobals {
      let globals = MongoGlobalsRestore(source: source)
      self.globals = globals
      notes += try globals.run(on: connection)
    }
    for goal in goals { notes += try run(goal, log, on: connection) }
    madeDatabases = []
    made.removeAll()
    return notes
  }

  /// Everything is looked at before anything happens.
  private func decide(
    _ databases: [DatabaseManifest.Database], _ choice: TableChoice, on connection: MongoConnection
  ) throws(SourceError) -> [RestoreGoal] {
    let existing = try MongoTarget.databases(on: connection)
    var goals: [RestoreGoal] = []
    for database in databases {
      let chosen = try choice.isEmpty ? [] : choice.tables(of: database)
      let goal = try RestoreGoal(database, settings, chosen) { name throws(SourceError) in
        existing.contains { $0.hasSameBytes(as: name) }
      }
      guard !["admin", "config", "local"].contains(goal.name) else {
        throw SourceError(
          .failed, "restore to", Array(goal.name.utf8), because: "the server keeps its own things in this database",
          advice: "Choose another name.")
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

  private func makeSafe(_ goal: RestoreGoal) throws(SourceError) {
    let identity = source.manifest.server.identity
    let isSame = identity != nil && target.facts.identity(at: target.location) == identity
    let known = isSame ? EscapedName.name(of: Array(source.manifest.server.name.utf8)) : nil
    do {
      try settings.safety?(goal.name, known)
    } catch {
      throw SourceError(
        target.cancellation.isCancelled ? .cancelled : .safety(of: error), "back up before it is replaced",
        Array(goal.name.utf8), because: shortText(of: error), advice: (error as? any Explained)?.explanation.advice)
    }
  }
}

// MARK: One database

extension MongoRestoreWork {
  private mutating func run(
    _ goal: RestoreGoal, _ log: RestoreLog?, on connection: MongoConnection
  ) throws(SourceError) -> [SourceNote] {
    let contents = try DatabaseContents(goal.database, in: source, settings.content, chosen: goal.chosen)
    let loading = MongoDatabaseLoading(
      source: source, log: log, origin: contents.name, target: target, database: goal.name, made: made)
    let subject = "database \(goal.name)"  // not for people
    let loaded: [LoadedTable]
    switch goal.way {
    case .new:
      madeDatabases.append(goal.name)
      let names = newNames(goal)
      loaded = try loading.load(contents.collections) { names[$0.name] ?? $0.name }
      try DatabaseContents.makeViews(contents.views, in: goal.name, on: connection, made: made)
    case .replace:
      let swap = CollectionSwap(source: source, target: target, name: goal.name, contents: contents, log: log)
      do throws(CollectionSwap.Failure) {
        loaded = try swap.run(on: connection)
      } catch {
        if !error.isUndone { changed.append(goal.name) }
        throw error.cause
      }
      changed.append(goal.name)
    case .tables: loaded = try add(goal, contents, loading, on: connection)
    case .rows: preconditionFailure("documents alone were refused")
    }
    var notes = [SourceNote(subject: subject, message: Self.summary(loaded), isGood: true)]
    if goal.way == .replace {
      notes.append(
        SourceNote(
          subject: subject, message: "it was restored; what it replaced is in the safety backup", isGood: true))
    }
    return notes
  }

  private static func summary(_ loaded: [LoadedTable]) -> Message {
    let rows = loaded.reduce(Int64(0)) { $0 + $1.taken }
    return
      "\(counted(loaded.count, "collection")) with \(counted(Int(rows), "document")) restored, read again and compared"
  }

  private func newNames(_ goal: RestoreGoal) -> [String: String] {
    var names: [String: String] = [:]
    for table in goal.chosen { names[table.table.name.name] = table.name }
    return names
  }

  /// Adds collections to a database that exists: loaded aside, compared, then renamed.
  private mutating func add(
    _ goal: RestoreGoal, _ contents: DatabaseContents, _ loading: MongoDatabaseLoading, on connection: MongoConnection
  ) throws(SourceError) -> [LoadedTable] {
    let names = newNames(goal)
    let existing = try MongoTarget.asked("ask about", goal.name) { () throws(MongoError) in
      try MongoCollection.all(of: goal.name, on: connection)
    }
    for table in goal.chosen where existing.contains(where: { $0.name.hasSameBytes(as: table.name) }) {
      throw SourceError(
        .exists, "restore to", Array("\(goal.name).\(table.name)".utf8), because: "the database has such a collection",
        advice:
          "Give it another name: --table \(table.table.name.text)=\(RestoreNames.limited(table.name, suffix: "_old")).")
    }
    // A time series cannot be renamed.
    let token = RestoreNames.token()
    var aside: [String: String] = [:]
    for (number, item) in contents.collections.enumerated() {
      let name = names[item.definition.name] ?? item.definition.name
      let isMovable = CollectionSwap.isMovable(item.definition)
      aside[item.definition.name] = isMovable ? "coffre_\(token)_\(number)" : name
    }
    let places = aside
    let loaded = try loading.load(contents.collections) { places[$0.name] ?? $0.name }
    for item in contents.collections where CollectionSwap.isMovable(item.definition) {
      guard let old = aside[item.definition.name] else { continue }
      let name = names[item.definition.name] ?? item.definition.name
      renaming = (goal.name, old, name)
      try CollectionSwap.rename(old, to: name, in: goal.name, on: connection)
      renaming = nil
      made.add(name, in: goal.name)
      made.remove(old, in: goal.name)
    }
    return loaded
  }

  /// Removes what was made, though the run may be cancelled.
  ///
  /// - Returns: the error, and what became of the rest.
  mutating func undone(after error: SourceError) -> SourceError {
    guard !madeDatabases.isEmpty || !made.all.isEmpty || globals != nil else { return error }
    let connection = reconnected()
    var left = findRenamed(on: connection)
    if let connection {
      for (database, names) in made.all {
        for name in names where Self.isGone(name, from: database, on: connection) { made.remove(name, in: database) }
      }
      let made = made
      madeDatabases.removeAll { Self.isGone($0, made, on: connection) }
    }
    left += madeDatabases + made.all.flatMap { made in made.names.map { "\(made.database).\($0)" } }
    left += globals?.undo(on: connection) ?? []
    let outcome: Message =
      if !left.isEmpty {
        "what the restore had made could not be removed: \(left.joined(separator: ", "))"
      } else if !changed.isEmpty {
        "what else the restore had made was removed; no longer as before: \(conjunctionOfSome(changed))"
      } else {
        "what the restore had made was removed, and nothing else was changed"
      }
    return SourceError(
      !left.isEmpty && error.reason == .cancelled ? .failed : error.reason, error.action, error.path,
      because: "\(error.cause); \(outcome)",
      advice: left.isEmpty ? error.explanation.advice : "Drop them by hand once the server answers again.")
  }

  /// Looks what a collection is called whose renaming got no answer.
  ///
  /// - Returns: the name that it may have, if nobody can tell.
  private mutating func findRenamed(on connection: MongoConnection?) -> [String] {
    guard let (database, old, new) = renaming else { return [] }
    renaming = nil
    let found = connection.flatMap { connection in try? MongoCollection.all(of: database, on: connection).map(\.name) }
    guard let found else { return ["\(database).\(new)"] }
    if !found.contains(old), found.contains(new) {
      made.remove(old, in: database)
      made.add(new, in: database)
    }
    return []
  }

  /// Drops a collection or view.
  private static func isGone(_ name: String, from database: String, on connection: MongoConnection) -> Bool {
    do throws(MongoError) {
      try connection.run(["drop": .string(name)], in: database)
      return true
    } catch {
      return error.code == MongoError.noSuchCollection
    }
  }

  /// Drops a database that has nothing in it any more but what cannot be dropped alone.
  private static func isGone(_ database: String, _ made: MadeCollections, on connection: MongoConnection) -> Bool {
    do throws(MongoError) {
      let left = try MongoCollection.all(of: database, on: connection)
      // With its last collection a database goes by itself; what is left besides is somebody else's by now.
      if left.map(\.name) == [MongoCollection.functions] {
        try connection.run(["dropDatabase": 1], in: database)
        made.remove(MongoCollection.functions, in: database)
      }
      return true
    } catch {
      return false
    }
  }

  /// A connection, though the run may be cancelled, and the server just about to start again after a crash.
  private func reconnected() -> MongoConnection? {
    let clean = target.with(Cancellation())
    for attempt in 1...Self.reconnections {
      do throws(SourceError) {
        return try clean.connect()
      } catch {
        guard error.reason == .unreachable, attempt < Self.reconnections else { return nil }
        try? pause(for: .seconds(1), unless: clean.cancellation)
      }
    }
    return nil
  }

  /// A crashed server is back within seconds, unless it is gone.
  private static let reconnections = 15
}
