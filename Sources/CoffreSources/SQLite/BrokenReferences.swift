import CoffreCore
import SQLiteKit

/// Rows that refer to others which are not there. They are counted, not kept: there may be as many as there are rows.
struct BrokenReferences: Sendable, Hashable {
  private(set) var count = 0
  /// The table of the first one.
  private(set) var firstTable = ""

  /// - Parameter table: of the database `main`; `nil` for all of it.
  /// - Throws: also where a table is referred to that is not there at all (`failed`).
  init(in table: String? = nil, on connection: SQLiteConnection) throws(SQLiteError) {
    let command = table.map { #"PRAGMA main.foreign_key_check(\#(quoted($0)))"# } ?? #"PRAGMA foreign_key_check"#
    (count, firstTable) = try connection.interruptible { () throws(SQLiteError) -> (Int, String) in
      let statement = try SQLiteStatement(command, on: connection)
      var count = 0
      var first = ""
      while try statement.step() {
        if count == 0 { first = statement[column: 0].string ?? "" }
        count += 1
      }
      return (count, first)
    }
  }

  /// The tables of the database `main` whose rows refer to some of those named.
  static func tables(referringTo names: [String], on connection: SQLiteConnection) throws(SQLiteError) -> [String] {
    let wanted = Set(names.map(\.nameKey))
    var found: [String] = []
    for table in try SQLiteSchema(of: connection).tables where !table.isVirtual {
      let keys = try connection.run(#"PRAGMA main.foreign_key_list(\#(quoted(table.name)))"#)
      if keys.contains(where: { $0[2].string.map { wanted.contains($0.nameKey) } == true }) { found.append(table.name) }
    }
    return found
  }
}
