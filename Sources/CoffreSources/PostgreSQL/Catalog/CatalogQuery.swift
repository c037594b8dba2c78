import PostgresKit

/// A question to the system catalogs, whose columns have names: by these its rows are read.
///
/// All versions of PostgreSQL give the same columns; what an older one does not know, its expression makes up.
struct CatalogQuery: Sendable {
  /// For error messages, for the server's list of what runs, and for recorded answers.
  let name: String
  private let columns: [(name: String, expression: String)]
  /// From `FROM` on.
  private let source: String
  private let values: [String?]

  init(
    _ name: String, _ columns: [(name: String, expression: String)], from source: String, values: [String?] = []
  ) {
    self.name = name
    self.columns = columns
    self.source = source
    self.values = values
  }

  var command: String {
    let list = columns.map { column in #"\#(column.expression) AS \#(column.name)"# }.joined(separator: ",\n  ")
    return "/* coffre: \(name) */\nSELECT \(list)\nFROM \(source)"  // not for people
  }
}

extension CatalogQuery {
  /// Every row, as `make` reads it.
  func read<Value>(
    on server: any PostgresQuerying, as make: (CatalogRow) throws(PostgresError) -> Value
  ) throws(PostgresError) -> [Value] {
    let table = try server.rows(command, values)
    var positions: [String: Int] = [:]
    for (position, column) in columns.enumerated() { positions[column.name] = position }
    var found: [Value] = []
    found.reserveCapacity(table.count)
    for row in 0..<table.count {
      found.append(try make(CatalogRow(query: name, positions: positions, table: table, row: row)))
    }
    return found
  }

  /// The only row of a question that has exactly one.
  func readOne<Value>(
    on server: any PostgresQuerying, as make: (CatalogRow) throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value {
    let found = try read(on: server, as: make)
    guard found.count == 1, let only = found.first else {
      throw unexpected("brought \(found.count) rows instead of one")  // not for people
    }
    return only
  }

  func unexpected(_ what: String) -> PostgresError {
    PostgresError(.unexpected, "the query '\(name)' \(what)")  // not for people
  }
}

/// Object ids as the text of an array of SQL.
func arrayText(of ids: some Sequence<UInt32>) -> String {
  "{\(ids.map { id in String(id) }.joined(separator: ","))}"
}
