import CoffreCore
import MariaDBKit

/// A foreign key, with the columns that it holds against each other.
struct ForeignKeyPairs: Sendable {
  /// A table of any database.
  struct Table: Sendable {
    let database: String
    let name: String

    var quoted: String { "\(MariaDBQuoting.identifier(database)).\(MariaDBQuoting.identifier(name))" }

    func isSame(as other: Table) -> Bool {
      database.hasSameBytes(as: other.database) && name.hasSameBytes(as: other.name)
    }

    /// As people know it who work on a database.
    func title(in known: String) -> String { database.hasSameBytes(as: known) ? name : "\(database).\(name)" }
  }

  let name: String
  let table: Table
  let referenced: Table
  private var columns: [(own: String, other: String)]

  /// Those within a database, those that lead out of it, and those that lead into it.
  static func all(of database: String, on connection: MariaDBConnection) throws(MariaDBError) -> [ForeignKeyPairs] {
    let name = MariaDBQuoting.literal(database)
    let rows = try connection.execute(
      #"""
      SELECT CONSTRAINT_NAME, TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME,
        REFERENCED_COLUMN_NAME
      FROM information_schema.KEY_COLUMN_USAGE
      WHERE REFERENCED_TABLE_SCHEMA IS NOT NULL AND (TABLE_SCHEMA = \#(name) OR REFERENCED_TABLE_SCHEMA = \#(name))
      ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION
      """#)
    var keys: [ForeignKeyPairs] = []
    for row in 0..<rows.count {
      let texts = (0..<7).compactMap { rows[row, $0] }
      guard texts.count == 7 else { continue }
      let table = Table(database: texts[1], name: texts[2])
      if let last = keys.last, last.name == texts[0], last.table.isSame(as: table) {
        keys[keys.count - 1].columns.append((texts[3], texts[6]))
      } else {
        keys.append(
          ForeignKeyPairs(
            name: texts[0], table: table, referenced: Table(database: texts[4], name: texts[5]),
            columns: [(texts[3], texts[6])]))
      }
    }
    return keys
  }

  /// Whether one of some tables has it, or is referred to by it.
  func concerns(_ tables: Set<String>, of database: String) -> Bool {
    [table, referenced].contains { $0.database.hasSameBytes(as: database) && tables.contains($0.name) }
  }

  /// Brings a row if there is one that refers to none.
  var command: String {
    let pairs = columns.map { (MariaDBQuoting.identifier($0.own), MariaDBQuoting.identifier($0.other)) }
    let match = pairs.map { #"p.\#($0.1) = f.\#($0.0)"# }.joined(separator: " AND ")
    let given = pairs.map { #"f.\#($0.0) IS NOT NULL"# }.joined(separator: " AND ")
    return
      #"SELECT 1 FROM \#(table.quoted) f LEFT JOIN \#(referenced.quoted) p"#
      + #" ON \#(match) WHERE p.\#(pairs[0].1) IS NULL AND \#(given) LIMIT 1"#
  }
}
