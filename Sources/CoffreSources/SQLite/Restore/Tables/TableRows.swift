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
  private var columns: [SQLiteColumn] { table.columns.filter { !$0.isGenerated } }

  /// Whether another table has the same columns, in any order, and numbers its rows in the same way. Their types must be
  /// equal, too: SQLite makes of what is put into a column what its type says (sqlite.org/datatype3.html).
  func fit(_ other: SQLiteTable) -> Bool {
    func shape(_ table: SQLiteTable) -> [[UInt8]: String] {
      var types: [[UInt8]: String] = [:]
      for column in table.columns where !column.isGenerated { types[column.name.nameKey] = column.type }
      return types
    }
    return shape(table) == shape(other) && (table.rowNumber == nil) == (other.rowNumber == nil)
      && table.numberColumn?.nameKey == other.numberColumn?.nameKey
  }

  /// Adds them to a table of the database that has the same columns.
  ///
  /// - Returns: how many that table has afterwards.
  func copy(to name: String) throws(SQLiteError) -> Int64 {
    var names = columns.map { quoted($0.name) }
    // The rows' numbers stay: programs may have noted them. A key that is the number itself comes by its own name.
    if let number = table.rowNumber, table.numberColumn == nil { names.insert(number, at: 0) }
    let list = names.joined(separator: ", ")
    let (old, new) = (quoted(table.name), quoted(name))
    try connection.run("INSERT INTO main.\(new)(\(list)) SELECT \(list) FROM backup.\(old)")  // not for people
    try setCounter(of: name)
    return try connection.value("SELECT count(*) FROM main.\(new)").integer ?? 0  // not for people
  }

  /// Whether every row is there as the snapshot has it, in kind and value: a table of other rules than the snapshot's may
  /// make something else of what is put into it.
  func areEqual(in name: String) throws(SQLiteError) -> Bool {
    let key = table.rowNumber.map { [$0] } ?? table.key.map(quoted)
    // Nothing tells such rows apart.
    guard !key.isEmpty else { return true }
    let same = key.map { #"n.\#($0) = o.\#($0)"# }.joined(separator: #" AND "#)
    // A key may have gaps, and rows with them cannot be found again.
    let isKnown = key.map { #"o.\#($0) IS NOT NULL"# }.joined(separator: #" AND "#)
    let isMissing = #"n.\#(key[0]) IS NULL"#
    // SQLite takes conditions up to a depth of 1000.
    for start in stride(from: 0, to: columns.count, by: Self.mostAtOnce) {
      let some = columns[start..<min(start + Self.mostAtOnce, columns.count)]
      let differs = ([isMissing] + some.map { $0.difference("n", "o") }).joined(separator: #" OR "#)
      let found = try connection.value(
        #"""
        SELECT 1 FROM backup.\#(quoted(table.name)) o LEFT JOIN main.\#(quoted(name)) n ON \#(same)
        WHERE \#(isKnown) AND (\#(differs)) LIMIT 1
        """#)
      guard found == .null else { return false }
    }
    return true
  }

  private static let mostAtOnce = 200

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
