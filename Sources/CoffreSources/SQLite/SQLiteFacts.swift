import CoffreCore
import SQLiteKit

/// What an image says of itself.
struct SQLiteFacts: Sendable, Hashable {
  let schema: SQLiteSchema
  let pageSize: Int64
  /// `UTF-8`, `UTF-16le` or `UTF-16be`.
  let encoding: String
  let userVersion: Int64
  let applicationID: Int64
  /// 0 none, 1 full, 2 incremental.
  let autoVacuum: Int64

  init(of connection: SQLiteConnection) throws(SQLiteError) {
    schema = try SQLiteSchema(of: connection)
    pageSize = try connection.value(#"PRAGMA page_size"#).integer ?? 0
    encoding = try connection.value(#"PRAGMA encoding"#).string ?? ""
    userVersion = try connection.value(#"PRAGMA user_version"#).integer ?? 0
    applicationID = try connection.value(#"PRAGMA application_id"#).integer ?? 0
    autoVacuum = try connection.value(#"PRAGMA auto_vacuum"#).integer ?? 0
  }
}
