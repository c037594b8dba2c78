import CoffreCore
import MariaDBKit

/// Puts a database that was loaded aside in the place of one that exists.
///
/// No server of this kind renames a database, but one statement renames any number of tables, all or none. What hangs on
/// them (triggers, views, routines, events) is made again; until all of it stands, the former tables are kept aside.
struct TableSwap: Sendable {
  let target: MariaDBTarget
  /// The database that is replaced.
  let name: String
  /// The one that was loaded.
  let loaded: String
  let loading: DatabaseLoading

  func run(on connection: MariaDBConnection) throws(SourceError) {
    let kept = RestoreNames.aside(name)
    let former = try asked { () throws(MariaDBError) in try definitions(of: name, on: connection) }
    let made = try asked { () throws(MariaDBError) in try definitions(of: loaded, on: connection) }
    if let hidden = former.hidden.first {
      throw SourceError(
        .noPermission, "replace", Array(name.utf8),
        because: "it could not be put back: \(.verbatim(hidden.object)): \(hidden.reason)")
    }
    try asked { () throws(MariaDBError) in
      try connection.execute(#"CREATE DATABASE \#(MariaDBQuoting.identifier(kept))"#)
    }
    do throws(SourceError) {
      try asked { () throws(MariaDBError) in
        try Self.dropObjects(of: former, in: name, on: connection)
        try rename(Self.tables(of: former), from: name, to: kept, and: Self.tables(of: made), from: loaded, to: name) {
          command throws(MariaDBError) in try connection.execute(command)
        }
        try setProperties(DatabaseLoading.clauses(of: loading.database, for: target.facts), on: connection)
      }
      _ = try loading.makeObjects(in: name)
    } catch {
      throw putBack(former, from: kept, after: error)
    }
    // What it replaced is in the safety backup.
    for database in [kept, loaded] {
      try asked { () throws(MariaDBError) in
        try connection.execute(#"DROP DATABASE \#(MariaDBQuoting.identifier(database))"#)
      }
    }
  }

  private func definitions(
    of database: String, on connection: MariaDBConnection
  ) throws(MariaDBError) -> DatabaseDefinitions {
    try DatabaseDefinitions(
      of: database, facts: target.facts, on: connection, takes: { _ in true }, takesObjects: true)
  }

  private static func tables(of definitions: DatabaseDefinitions) -> [String] {
    definitions.tables.map(\.table.name) + definitions.sequences.keys
  }

  /// One statement: all of it happens, or nothing.
  private func rename(
    _ first: [String], from: String, to: String, and second: [String], from other: String, to end: String,
    by execute: (String) throws(MariaDBError) -> Void
  ) throws(MariaDBError) {
    func moves(_ names: [String], _ from: String, _ to: String) -> [String] {
      names.map { table in
        let name = MariaDBQuoting.identifier(table)
        return #"\#(MariaDBQuoting.identifier(from)).\#(name) TO \#(MariaDBQuoting.identifier(to)).\#(name)"#
      }
    }
    let all = moves(first, from, to) + moves(second, other, end)
    guard !all.isEmpty else { return }
    try execute(#"RENAME TABLE \#(all.joined(separator: ", "))"#)
  }

  private func setProperties(_ clauses: String, on connection: MariaDBConnection) throws(MariaDBError) {
    guard !clauses.isEmpty else { return }
    try connection.execute(#"ALTER DATABASE \#(MariaDBQuoting.identifier(name)) \#(clauses)"#)
  }

  private static func dropObjects(
    of definitions: DatabaseDefinitions, in database: String, on connection: MariaDBConnection
  ) throws(MariaDBError) {
    let kinds: [(StoredObject.Kind, String)] = [
      (.event, "EVENT"), (.trigger, "TRIGGER"), (.view, "VIEW"), (.packageBody, #"PACKAGE BODY"#),
      (.package, "PACKAGE"), (.procedure, "PROCEDURE"), (.function, "FUNCTION"),
    ]
    for (kind, word) in kinds {
      for object in definitions.objects where object.kind == kind {
        let quoted = "\(MariaDBQuoting.identifier(database)).\(MariaDBQuoting.identifier(object.name))"
        try connection.execute(#"DROP \#(word) IF EXISTS \#(quoted)"#)
      }
    }
  }

  /// Everything as it was, though the run may be cancelled.
  private func putBack(_ former: DatabaseDefinitions, from kept: String, after error: SourceError) -> SourceError {
    let clean = target.with(Cancellation())
    do throws(SourceError) {
      let connection = try clean.connect()
      try asked { () throws(MariaDBError) in
        let now = try definitions(of: name, on: connection)
        let aside = try definitions(of: kept, on: connection)
        try Self.dropObjects(of: now, in: name, on: connection)
        // The tables were renamed all, or none of them.
        let isSwapped = !Self.tables(of: aside).isEmpty || Self.tables(of: former).isEmpty
        if isSwapped {
          try rename(
            Self.tables(of: now), from: name, to: loaded, and: Self.tables(of: aside), from: kept, to: name
          ) { command throws(MariaDBError) in try connection.execute(command) }
        }
        try setProperties(
          #"CHARACTER SET \#(former.characterSet) COLLATE \#(former.collation)"#, on: connection)
        try connection.execute(#"USE \#(MariaDBQuoting.identifier(name))"#)
        let scripts = DefinitionScripts(definitions: former, structures: [], values: [:])
        for statement in scripts.routines().statements { try connection.execute(bytes: statement) }
        try connection.execute(#"DROP DATABASE \#(MariaDBQuoting.identifier(kept))"#)
      }
      return SourceError(
        error.reason, error.action, error.path, because: "\(error.cause); the database '\(name)' is as it was",
        advice: error.explanation.advice)
    } catch {
      return SourceError(
        .failed, "put back", Array(name.utf8),
        because: "\(error.cause); its former tables are in the database '\(kept)'",
        advice: "Restore the safety backup that was made first, or move the tables back with RENAME TABLE.")
    }
  }

  @discardableResult
  private func asked<Result>(_ body: () throws(MariaDBError) -> Result) throws(SourceError) -> Result {
    try MariaDBTarget.asked("replace", name, body)
  }
}
