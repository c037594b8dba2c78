import CoffreCore
import SQLiteKit

/// Makes a new database of the definitions that a snapshot's image has, without any row.
struct SchemaRestore {
  /// With the image attached as `backup`.
  let connection: SQLiteConnection

  /// - Returns: what was made.
  func run() throws -> [SourceNote] {
    let virtual = try VirtualTables(of: connection, in: "backup")
    // Tables first; the others in the order in which they were made, so that each finds what it speaks of.
    let tables = try definitions(#"type = 'table'"#)
    // A virtual table makes its own tables, with what they must hold from the beginning.
    let owned = tables.filter { virtual.owner(of: $0.name) != nil }
    var count = 0
    for one in tables where virtual.owner(of: one.name) == nil {
      do throws(SQLiteError) {
        try connection.run(one.sql)
      } catch {
        guard virtual.table(named: one.name) != nil else { throw error }
        throw VirtualTableCopy.cannotMake(one.name, error)
      }
      count += 1
    }
    // What none of them made is a table of the program, by a name that only looks like theirs.
    let made = Set(try VirtualTableCopy.tableNames(on: connection).map(\.nameKey))
    let others = try definitions(#"type <> 'table'"#)
    for one in owned.filter({ !made.contains($0.name.nameKey) }) + others {
      try connection.run(one.sql)
      count += 1
    }
    return [
      SourceNote(
        subject: "schema", message: "\(counted(count, "definition")) restored, without rows", isGood: true)
    ]
  }

  /// Of what a condition chooses, in the order in which it was made.
  private func definitions(_ condition: String) throws(SQLiteError) -> [(name: String, sql: String)] {
    let entries = try connection.run(
      #"""
      SELECT name, sql FROM backup.sqlite_master
      WHERE sql NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND \#(condition) ORDER BY rowid
      """#)
    var found: [(name: String, sql: String)] = []
    for entry in entries {
      guard let name = entry[0].string, let sql = entry[1].string else {
        throw SQLiteError(code: 1, text: #"a name or a definition is no text"#)
      }
      found.append((name, sql))
    }
    return found
  }
}
