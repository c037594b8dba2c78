import MariaDBKit

/// Columns that number their rows by a sequence name the sequence's database. When tables move to another one, the server
/// leaves that as it is: they would ask a database that is gone.
struct SequenceDefaults: Sendable {
  /// Tables with such columns, by the names that they had.
  let tables: [String]

  /// - Parameter definitions: of the database that they are in now.
  init(_ definitions: DatabaseDefinitions) {
    tables = definitions.tables.filter {
      !CreateTable.sequences(of: $0.statement, in: definitions.name).isEmpty
    }.map(\.table.name)
  }

  /// Lets them ask the database that they are in now.
  ///
  /// - Parameter name: what a table is called there.
  func follow(
    from former: String, to database: String, on connection: MariaDBConnection,
    name: (String) -> String = { $0 }
  ) throws(MariaDBError) {
    for table in tables {
      let quoted = "\(MariaDBQuoting.identifier(database)).\(MariaDBQuoting.identifier(name(table)))"
      let statement = try connection.execute(#"SHOW CREATE TABLE \#(quoted)"#)[0, 1] ?? ""
      let columns = CreateTable.columns(of: statement, naming: former, as: database)
      guard !columns.isEmpty else { continue }
      // All at once: what still asks the other database would be refused.
      let changes = columns.map { #"MODIFY COLUMN \#($0)"# }.joined(separator: ", ")
      try connection.execute(#"ALTER TABLE \#(quoted) \#(changes)"#)
    }
  }
}
