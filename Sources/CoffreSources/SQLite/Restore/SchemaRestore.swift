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
    let entries = try connection.run(
      #"""
      SELECT name, sql FROM backup.sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
      ORDER BY type = 'table' DESC, rowid
      """#)
    var count = 0
    for entry in entries {
      guard let name = entry[0].string, let sql = entry[1].string else {
        throw SQLiteError(code: 1, text: #"a name or a definition is no text"#)
      }
      // A virtual table makes its own tables, with what they must hold from the beginning.
      guard virtual.owner(of: name) == nil else { continue }
      do throws(SQLiteError) {
        try connection.run(sql)
      } catch {
        guard virtual.table(named: name) != nil else { throw error }
        throw VirtualTableCopy.cannotMake(name, error)
      }
      count += 1
    }
    return [
      SourceNote(
        subject: "schema", message: "\(counted(count, "definition")) restored, without rows", isGood: true)
    ]
  }
}
