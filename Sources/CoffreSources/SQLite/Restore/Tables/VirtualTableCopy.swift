import CoffreCore
import SQLiteKit

/// Puts a virtual table of a snapshot (full text, R-Tree) into a database: its module makes it anew, with its own tables,
/// and what these held comes from the snapshot. So nothing has to be indexed again, and also what keeps no text of its own
/// comes back.
struct VirtualTableCopy {
  /// Of the snapshot.
  let table: VirtualTables.Table
  let target: SQLiteTarget
  /// With the snapshot's image attached as `backup`.
  let connection: SQLiteConnection

  private static let textModules: Set<String> = ["fts3", "fts4", "fts5"]

  /// Makes it under a name that is free.
  ///
  /// - Parameter taken: the names that the database uses already.
  /// - Returns: what people should know.
  func make(_ name: String, _ taken: [String], withRows: Bool) throws -> [SourceNote] {
    let taken = Set(taken.map { $0.lowercased() })
    for part in table.parts where taken.contains(VirtualTables.part(part, of: name).lowercased()) {
      throw SourceError(
        .exists, "restore to", target.path,
        because: "the database has a table '\(VirtualTables.part(part, of: name))', whose name '\(name)' needs itself",
        advice: "Choose a name that is free: --table \(table.name)=NEW.")
    }
    guard let command = SchemaCommand(table.sql) else {
      throw SQLiteError(code: 1, text: "the definition of \(table.name) is not to be understood")  // not for people
    }
    let isRenamed = !name.hasSameBytes(as: table.name)
    do throws(SQLiteError) {
      try connection.run(isRenamed ? command.text(named: name) : table.sql)
    } catch {
      throw Self.cannotMake(name, error)
    }
    guard withRows else { return [] }
    let after = try Self.tableNames(on: connection).filter { !taken.contains($0.lowercased()) }
    let prefix = VirtualTables.part("", of: name)
    let made = after.filter { $0.lowercased().hasPrefix(prefix.lowercased()) }.map {
      String($0.dropFirst(prefix.count))
    }
    return try fill(name, made)
  }

  static func cannotMake(_ name: String, _ error: SQLiteError) -> SourceError {
    guard error.reason == .failed else { return SourceError(restoring: error, Array(name.utf8)) }
    return SourceError(
      .failed, "make", Array(name.utf8), because: error.message,
      advice: "Virtual tables need the module that made them, which SQLite has not here: restore the whole database.")
  }

  /// Puts the snapshot's contents in the place of those that a virtual table of the same definition has.
  func replaceRows() throws -> [SourceNote] {
    let notes = try fill(table.name, table.parts)
    // Programs that have it open look at it anew.
    let version = try connection.value(#"PRAGMA main.schema_version"#).integer ?? 0
    try connection.run(#"PRAGMA main.schema_version = \#(Int32(truncatingIfNeeded: version &+ 1))"#)
    return notes
  }

  static func tableNames(on connection: SQLiteConnection) throws(SQLiteError) -> [String] {
    try connection.run(#"SELECT name FROM main.sqlite_master WHERE type = 'table'"#).compactMap { $0.first?.string }
  }

  // MARK: Contents

  private func fill(_ name: String, _ parts: [String]) throws -> [SourceNote] {
    if let lost = table.parts.first(where: { part in !parts.contains { $0.lowercased() == part } }) {
      throw SourceError(
        .failed, "restore to", target.path,
        because: "SQLite makes the table '\(name)' without its part '\(lost)' here",
        advice: "Restore the whole database with another version of SQLite.")
    }
    for part in parts {
      let (old, new) = (VirtualTables.part(part, of: table.name), VirtualTables.part(part, of: name))
      guard try columns(of: old, in: "backup") == columns(of: new, in: "main") else {
        throw SourceError(
          .failed, "restore to", target.path, because: "the table '\(new)' has other columns than in the snapshot",
          advice: "Restore the whole database.")
      }
      try connection.run(#"DELETE FROM main.\#(quoted(new))"#)
      try connection.run(#"INSERT INTO main.\#(quoted(new)) SELECT * FROM backup.\#(quoted(old))"#)
      let counts = try [("main", new), ("backup", old)].map { place, table throws(SQLiteError) in
        try connection.value(#"SELECT count(*) FROM \#(place).\#(quoted(table))"#).integer
      }
      guard counts[0] == counts[1] else {
        throw SQLiteError(code: 11, text: #"rows of \#(new) are missing"#)
      }
    }
    // Its module knows it as it was made: the nodes of an R-Tree may have another size now.
    try connection.run(#"PRAGMA writable_schema = RESET"#)
    return try check(name)
  }

  private func columns(of name: String, in database: String) throws(SQLiteError) -> [[SQLiteValue]] {
    // Name, type and place in the key.
    try connection.run(#"PRAGMA \#(database).table_info(\#(quoted(name)))"#).map { [$0[1], $0[2], $0[5]] }
  }

  /// The module looks whether all of it fits together.
  private func check(_ name: String) throws -> [SourceNote] {
    do throws(SQLiteError) {
      if Self.textModules.contains(table.module) {
        let text = quoted(name)
        // Only this way it also looks at text that lies in another table.
        let isDeep = table.module == "fts5" && refersToAnother
        try connection.run(
          isDeep
            ? #"INSERT INTO main.\#(text)(\#(text), rank) VALUES('integrity-check', 1)"#
            : #"INSERT INTO main.\#(text)(\#(text)) VALUES('integrity-check')"#)
      } else if table.module.hasPrefix("rtree") {
        let found = try connection.value(#"SELECT rtreecheck('main', ?1)"#, [SQLiteValue(name)])
        guard found.string == "ok" else { throw SQLiteError(code: 11, text: found.string ?? "") }
      }
      return []
    } catch {
      // The text may lie in another table, which this restore does not touch.
      guard error.reason != .cancelled, refersToAnother else { throw error }
      return [
        SourceNote(
          subject: TableCopy.subject(name), message: "it does not agree with the table whose text it indexes")
      ]
    }
  }

  /// Whether the text that it indexes lies in a table of its program.
  private var refersToAnother: Bool { table.content?.isEmpty == false }
}
