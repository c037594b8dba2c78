package import PostgresKit

/// Who answers questions to the system catalogs: a connection, or recorded answers.
///
/// A connection speaks UTF-8 here (`client_encoding`), and its `search_path` is empty. Lists that belong together are asked
/// in one transaction, whose snapshot they share.
package protocol PostgresQuerying {
  /// As 150018 for 15.18.
  var serverVersion: Int { get }
  /// All rows of one command, whose `$1` and so on are `values`. A list that could not be read whole throws.
  func rows(_ command: String, _ values: [String?]) throws(PostgresError) -> any PostgresTable
}

/// Rows of texts.
package protocol PostgresTable {
  var count: Int { get }
  /// `nil` for NULL.
  subscript(row: Int, column: Int) -> String? { get }
}

extension PostgresQuerying {
  /// As 15 for 15.18.
  package var majorVersion: Int { serverVersion / 10_000 }
}

extension PostgresRows: PostgresTable {}

extension PostgresConnection: PostgresQuerying {
  package func rows(_ command: String, _ values: [String?]) throws(PostgresError) -> any PostgresTable {
    try query(command, values)
  }
}
