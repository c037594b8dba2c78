import CoffreCore
import SQLiteKit

/// The rows of an ordinary table of a snapshot.
struct TableRows {
  /// As the snapshot has it.
  let table: SQLiteTable
  private let connection: SQLiteConnection

  /// - Parameter connection: with the snapshot's image attached as `backup`.
  init(named name: String, on connection: SQLiteConnection) throws(SQLiteError) {
    guard
      let table = try SQLiteSchema(of: connection, in: "backup").tables.first(where: { $0.name.hasSameBytes(as: name) })
    else { throw SQLiteError(code: 1, text: #"there is no table \#(name)"#) }
    self.table = table
    self.connection = connection
  }

  /// The columns that hold something of their own.
  static func names(of table: SQLiteTable) -> [String] { table.columns.filter { !$0.isGenerated }.map(\.name) }

  /// Adds them to a table of the database that has the same columns.
  ///
  /// - Returns: how many that table has afterwards.
  func copy(to name: String) throws(SQLiteError) -> Int64 {
    var names = Self.names(of: table).map(quoted)
    // The rows' numbers stay: programs may have noted them. A key that is the number itself comes by its own name.
    let isNumbered = table.key.count == 1 && table.columns.contains { $0.keyPlace == 1 && $0.type == "INTEGER" }
    if let number = table.rowNumber, !isNumbered { names.insert(number, at: 0) }
    let list = names.joined(separator: ", ")
    let (old, new) = (quoted(table.name), quoted(name))
    try connection.run("INSERT INTO main.\(new)(\(list)) SELECT \(list) FROM backup.\(old)")  // not for people
    try setCounter(of: name)
    return try connection.value("SELECT count(*) FROM main.\(new)").integer ?? 0  // not for people
  }

  /// The largest number that was ever given out, of a table that gives none out again.
  private func setCounter(of name: String) throws(SQLiteError) {
    let counters = try connection.value(
      #"SELECT count(*) FROM backup.sqlite_master WHERE name = 'sqlite_sequence'"#)
    guard counters.integer == 1 else { return }
    let found = try connection.value(
      #"SELECT seq FROM backup.sqlite_sequence WHERE name = ?1"#, [SQLiteValue(table.name)])
    guard found != .null else { return }
    // A table of the same columns may give numbers out again.
    let own = try connection.value(#"SELECT count(*) FROM main.sqlite_master WHERE name = 'sqlite_sequence'"#)
    guard own.integer == 1 else { return }
    try connection.run(#"DELETE FROM main.sqlite_sequence WHERE name = ?1"#, [SQLiteValue(name)])
    try connection.run(
      #"INSERT INTO main.sqlite_sequence(name, seq) VALUES(?1, ?2)"#, [SQLiteValue(name), found])
  }
}
