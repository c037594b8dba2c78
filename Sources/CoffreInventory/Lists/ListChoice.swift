import CoffreCore

/// A table as people name it: `table`, or `schema.table`.
package struct TableName: Sendable, Hashable {
  package let schema: String?
  package let name: String

  /// - Returns: `nil` if a part is empty, or there are more than two.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(0) }) else { return nil }
    schema = parts.count == 2 ? parts[0] : nil
    name = parts[parts.count - 1]
  }

  package var text: String { schema.map { "\($0).\(name)" } ?? name }

  /// As a statement has it, each part quoted.
  func quoted(_ quote: (String) -> String) -> String {
    schema.map { "\(quote($0)).\(quote(name))" } ?? quote(name)
  }
}

/// What of a database is the list.
package enum ListChoice: Sendable, Hashable {
  case table(TableName)
  /// A statement that brings rows.
  case query(String)

  /// - Parameter quote: writes a name as the engine's statements have it.
  func statement(_ quote: (String) -> String) -> String {
    switch self {
    case .table(let table): "SELECT * FROM \(table.quoted(quote))"  // not for people
    case .query(let query): query
    }
  }
}

/// `"name"`, whatever it holds, as PostgreSQL and SQLite have it. Not by characters: a quote that carries an accent is one.
func standardIdentifier(_ name: String) -> String {
  var result = String.UnicodeScalarView("\"".unicodeScalars)
  for scalar in name.unicodeScalars {
    if scalar == "\"" { result.append(scalar) }
    result.append(scalar)
  }
  result.append("\"")
  return String(result)
}
