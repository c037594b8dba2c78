import CoffreCore
import MariaDBKit

/// A view, routine, trigger or event as it was made: the statement, and the settings under which it means what it meant.
struct StoredObject: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable, CaseIterable {
    case function, procedure, package, packageBody, view, trigger, event
  }

  let kind: Kind
  let name: String
  /// In the character set `client`.
  let statement: [UInt8]
  /// `nil` where it does not matter: of views.
  var sqlMode: String?
  var client = "utf8mb4"
  var connectionCollation = "utf8mb4_general_ci"
  var databaseCollation: String?
  var timeZone: String?
  /// `user@host`; `nil` for none.
  var definer: String?
  /// Of a view: names of its columns.
  var columns: [String] = []
  /// Of a view that shows what is not there: why.
  var problem = ""
}

/// Reads what `SHOW CREATE …` says of an object; columns are found by their names, since servers have more or fewer.
enum StoredObjectReader {
  /// - Parameter column: which holds the statement.
  /// - Returns: `nil` if the server keeps the statement from us.
  static func read(
    _ kind: StoredObject.Kind, _ name: String, _ command: String, column: String, on connection: MariaDBConnection
  ) throws(MariaDBError) -> StoredObject? {
    let rows = try connection.execute(command)
    guard let place = rows.column(column), let statement = rows.bytes(0, place) else { return nil }
    func text(_ name: String) -> String? { rows.column(name).flatMap { rows[0, $0] } }
    var object = StoredObject(kind: kind, name: name, statement: statement)
    object.sqlMode = text("sql_mode")
    object.client = text("character_set_client") ?? object.client
    object.connectionCollation = text("collation_connection") ?? object.connectionCollation
    object.databaseCollation = text(#"Database Collation"#)
    object.timeZone = text("time_zone")
    return object
  }
}
