import CoffreCore
import CoffreSystem
import MariaDBKit

/// Gives a database that was loaded aside its name, or puts it in the place of the one that has it.
///
/// No server of this kind renames a database, but one statement renames any number of tables, all or none. What hangs on
/// them (triggers, views, routines, events) is made again; until all of it stands, the former tables are kept aside.
struct TableSwap: Sendable {
  let target: MariaDBTarget
  /// What it shall be called.
  let name: String
  /// The one that was loaded.
  let loaded: String
  /// Where the tables of a database that is replaced are until all is done; somebody who ends the restore by force finds
  /// them there. `nil` where nothing has the name.
  let kept: String?
  /// What the database has of its own, for `CREATE DATABASE` and `ALTER DATABASE`.
  let clauses: String
  /// Makes what hangs on the tables, in the database that has the name by then.
  let makeObjects: @Sendable (MariaDBTarget) throws(SourceError) -> [SourceNote]

  /// - Parameters:
  ///   - connection: is left in one of the databases.
  ///   - isLost: becomes true if the database could not be put back, or half a new one is left; the error tells.
  /// - Returns: what people should know.
  func run(on connection: MariaDBConnection, isLost: inout Bool) throws(SourceError) -> [SourceNote] {
    var notes: [SourceNote] = []
    if let kept {
      notes += try replace(keeping: kept, on: connection, isLost: &isLost)
    } else {
      notes += try place(on: connection, isLost: &isLost)
    }
    return notes + dropRests(on: connection)
  }

  private func replace(
    keeping kept: String, on connection: MariaDBConnection, isLost: inout Bool
  ) throws(SourceError) -> [SourceNote] {
    let former = try asked { () throws(MariaDBError) in try definitions(of: name, on: connection) }
    try check(former, on: connection)
    let rights = try asked { () throws(MariaDBError) in try RoutineRights(of: former, on: connection) }
    let made = try asked { () throws(MariaDBError) in try definitions(of: loaded, on: connection) }
    try asked { () throws(MariaDBError) in
      try connection.execute(#"CREATE DATABASE \#(MariaDBQuoting.identifier(kept))"#)
    }
    do throws(SourceError) {
      try asked { () throws(MariaDBError) in
        try FormerObjects(definitions: made).dropTriggers(from: loaded, on: connection)
        try FormerObjects(definitions: former).dropAll(from: name, on: connection)
        try Self.rename(
          moves(Self.tables(of: former), name, kept) + moves(Self.tables(of: made), loaded, name), on: connection)
        try SequenceDefaults(made).follow(from: loaded, to: name, on: connection)
        try setProperties(clauses, on: connection)
      }
      return try finish() + give(rights)
    } catch {
      throw putBack(former, rights, from: kept, after: error, isLost: &isLost)
    }
  }

  /// Where nothing is in the way.
  private func place(
    on connection: MariaDBConnection, isLost: inout Bool
  ) throws(SourceError) -> [SourceNote] {
    let made = try asked { () throws(MariaDBError) in
      let made = try definitions(of: loaded, on: connection)
      // Somebody else may have made one of this name meanwhile: then this fails.
      try connection.execute(#"CREATE DATABASE \#(MariaDBQuoting.identifier(name)) \#(clauses)"#)
      return made
    }
    do throws(SourceError) {
      try asked { () throws(MariaDBError) in
        try FormerObjects(definitions: made).dropTriggers(from: loaded, on: connection)
        try Self.rename(moves(Self.tables(of: made), loaded, name), on: connection)
        try SequenceDefaults(made).follow(from: loaded, to: name, on: connection)
      }
      return try finish()
    } catch {
      throw takeBack(after: error, isLost: &isLost)
    }
  }

  /// Nothing had the name before: nothing has it afterwards, though the run may be cancelled.
  private func takeBack(after error: SourceError, isLost: inout Bool) -> SourceError {
    if let clean = target.reconnected() {
      try? target.endSessions(in: [loaded], by: clean)
      if (try? clean.execute(#"DROP DATABASE IF EXISTS \#(MariaDBQuoting.identifier(name))"#)) != nil { return error }
    }
    isLost = true
    return SourceError(
      error.reason == .cancelled ? .failed : error.reason, error.action, error.path,
      because: "\(error.cause); half of the database is in '\(name)', and what is left of it may be in '\(loaded)'",
      advice: "Drop both once the server answers again, then run the command once more.")
  }

  /// Short statements, which are done before anybody hears of a cancellation: none of them goes on behind our back.
  private func finish() throws(SourceError) -> [SourceNote] {
    let notes = try makeObjects(target.with(Cancellation()))
    guard !target.cancellation.isCancelled else {
      throw SourceError(.cancelled, "replace", Array(name.utf8), because: "the run was cancelled")
    }
    return notes
  }

  /// Nothing is undone for them: all else stands by then.
  private func give(_ rights: RoutineRights) -> [SourceNote] {
    do throws(SourceError) {
      let connection = try target.with(Cancellation()).connect()
      return try asked { () throws(MariaDBError) in try rights.give(on: connection) }
    } catch {
      return [
        SourceNote(
          subject: "database \(name)",  // not for people
          message: "rights on single routines could not be given again: \(error.cause)")
      ]
    }
  }

  /// What it replaced is in the safety backup.
  private func dropRests(on connection: MariaDBConnection) -> [SourceNote] {
    var left: [String] = []
    for database in [kept, loaded].compactMap(\.self) {
      do throws(MariaDBError) {
        try connection.execute(#"DROP DATABASE IF EXISTS \#(MariaDBQuoting.identifier(database))"#)
      } catch {
        left.append(database)
      }
    }
    return left.map { database in
      SourceNote(
        subject: "database \(database)",  // not for people
        message: "a rest of the restore that could not be dropped; nobody needs it any more")
    }
  }

  private func definitions(
    of database: String, on connection: MariaDBConnection
  ) throws(MariaDBError) -> DatabaseDefinitions {
    try DatabaseDefinitions(
      of: database, facts: target.facts, on: connection, takes: { _ in true }, takesObjects: true)
  }

  private static func tables(of definitions: DatabaseDefinitions) -> [String] {
    definitions.tables.map(\.table.name) + definitions.sequences.keys.sorted()
  }

  private func moves(_ names: [String], _ from: String, _ to: String) -> [String] {
    names.map { table in
      let name = MariaDBQuoting.identifier(table)
      return #"\#(MariaDBQuoting.identifier(from)).\#(name) TO \#(MariaDBQuoting.identifier(to)).\#(name)"#
    }
  }

  /// One statement: all of it happens, or nothing.
  private static func rename(_ moves: [String], on connection: MariaDBConnection) throws(MariaDBError) {
    guard !moves.isEmpty else { return }
    try connection.execute(#"RENAME TABLE \#(moves.joined(separator: ", "))"#)
  }

  private func setProperties(_ clauses: String, on connection: MariaDBConnection) throws(MariaDBError) {
    guard !clauses.isEmpty else { return }
    try connection.execute(#"ALTER DATABASE \#(MariaDBQuoting.identifier(name)) \#(clauses)"#)
  }

  @discardableResult
  private func asked<Result>(_ body: () throws(MariaDBError) -> Result) throws(SourceError) -> Result {
    try MariaDBTarget.asked("replace", name, body)
  }
}

// MARK: Before anything changes

extension TableSwap {
  /// Looks whether all that is there could be put back.
  private func check(_ former: DatabaseDefinitions, on connection: MariaDBConnection) throws(SourceError) {
    if let hidden = former.hidden.first {
      throw SourceError(
        .noPermission, "replace", Array(name.utf8),
        because: "it could not be put back: \(.verbatim(hidden.object)): \(hidden.reason)")
    }
    let definers = Set(former.objects.compactMap(\.definer)).subtracting([target.facts.account])
    if let other = definers.min(), !target.facts.rights.makesForOthers {
      throw SourceError(
        .noPermission, "replace", Array(name.utf8),
        because: "it could not be put back: '\(target.facts.account)' may not make what belongs to '\(other)'",
        advice: "Restore as a user who may create databases, and objects that others define.")
    }
    let rows = try asked { () throws(MariaDBError) in
      try connection.execute(
        #"""
        SELECT DISTINCT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) FROM information_schema.KEY_COLUMN_USAGE
        WHERE REFERENCED_TABLE_SCHEMA = \#(MariaDBQuoting.literal(name)) AND TABLE_SCHEMA <> REFERENCED_TABLE_SCHEMA
        """#)
    }
    let others = (0..<rows.count).compactMap { rows[$0, 0] }.sorted()
    guard others.isEmpty else {
      throw SourceError(
        .exists, "replace", Array(name.utf8),
        because: "foreign keys of other databases lead to it: \(conjunctionOfSome(others))",
        advice: "Drop these keys and make them again afterwards, or restore under another name.")
    }
  }
}

// MARK: After a failure

extension TableSwap {
  /// Everything as it was, though the run may be cancelled.
  private func putBack(
    _ former: DatabaseDefinitions, _ rights: RoutineRights, from kept: String, after error: SourceError,
    isLost: inout Bool
  ) -> SourceError {
    do throws(SourceError) {
      var notes: [SourceNote] = []
      guard let connection = target.reconnected() else {
        throw SourceError(
          .unreachable, "put back", Array(name.utf8), because: "the server does not answer in time")
      }
      try asked { () throws(MariaDBError) in
        // What was sent may still be at work though nobody waits for it.
        try target.endSessions(in: [loaded, kept], by: connection)
        let now = try definitions(of: name, on: connection)
        let aside = try definitions(of: kept, on: connection)
        try FormerObjects(definitions: now).dropAll(from: name, on: connection)
        // The tables were renamed all, or none of them.
        let isSwapped = !Self.tables(of: aside).isEmpty || Self.tables(of: former).isEmpty
        if isSwapped {
          try Self.rename(
            moves(Self.tables(of: now), name, loaded) + moves(Self.tables(of: aside), kept, name), on: connection)
        }
        try setProperties(
          DatabaseLoading.clauses(
            characterSet: former.characterSet, collation: former.collation, comment: former.comment,
            for: target.facts), on: connection)
        try connection.execute(#"USE \#(MariaDBQuoting.identifier(name))"#)
        let scripts = DefinitionScripts(definitions: former, structures: [], values: [:])
        for statement in scripts.routines().statements { try connection.execute(bytes: statement) }
        notes = try rights.give(on: connection)
        try connection.execute(#"DROP DATABASE IF EXISTS \#(MariaDBQuoting.identifier(kept))"#)
      }
      let outcome: Message =
        if let note = notes.first {
          "\(error.cause); the database '\(name)' is as it was, but \(note.message)"
        } else {
          "\(error.cause); the database '\(name)' is as it was"
        }
      return SourceError(error.reason, error.action, error.path, because: outcome, advice: error.explanation.advice)
    } catch let second {
      isLost = true
      return SourceError(
        .failed, "put back", Array(name.utf8),
        because: "\(error.cause); \(second.cause); if its former tables are not there, they are in '\(kept)'",
        advice: "Restore the safety backup that was made first, or move the tables back with RENAME TABLE.")
    }
  }
}

/// What hangs on the tables of a database, and must go before these move.
struct FormerObjects: Sendable {
  let definitions: DatabaseDefinitions

  private static let kinds: [(StoredObject.Kind, String)] = [
    (.event, "EVENT"), (.trigger, "TRIGGER"), (.view, "VIEW"), (.package, "PACKAGE"), (.procedure, "PROCEDURE"),
    (.function, "FUNCTION"),
  ]

  func dropAll(from database: String, on connection: MariaDBConnection) throws(MariaDBError) {
    for (kind, word) in Self.kinds { try drop(kind, word, from: database, on: connection) }
  }

  func dropTriggers(from database: String, on connection: MariaDBConnection) throws(MariaDBError) {
    try drop(.trigger, "TRIGGER", from: database, on: connection)
  }

  private func drop(
    _ kind: StoredObject.Kind, _ word: String, from database: String, on connection: MariaDBConnection
  ) throws(MariaDBError) {
    let own = definitions.objects.filter { $0.kind == kind }
    guard !own.isEmpty else { return }
    // Only in this mode older servers know packages; their bodies go with them.
    let isPackage = kind == .package
    if isPackage { try connection.execute(#"SET sql_mode = 'ORACLE'"#) }
    for object in own {
      let quoted = "\(MariaDBQuoting.identifier(database)).\(MariaDBQuoting.identifier(object.name))"
      try connection.execute(#"DROP \#(word) IF EXISTS \#(quoted)"#)
    }
    if isPackage { for setting in DefinitionScripts.settings { try connection.execute(setting) } }
  }
}
