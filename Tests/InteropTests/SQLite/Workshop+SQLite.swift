import CoffreTestKit
import Testing

/// What the tests of SQLite ask of the built program.
extension Workshop {
  /// A database in the workshop's folder.
  func sqlite(_ name: String = "data.db") -> SQLiteDatabase { SQLiteDatabase("\(path)/\(name)") }

  /// Where a database lies in snapshots.
  static func folder(of database: SQLiteDatabase) -> String { "/@sqlite\(database.path)" }

  @discardableResult
  func backUp(_ database: SQLiteDatabase, _ options: [String] = []) throws -> CoffreReport {
    let report = try coffreJSON(["backup", "sqlite:\(database.path)"] + options) { $0.timeLimit = 300 }
    try #require(report.status == 0, "\(report)")
    return report
  }

  func restore(_ snapshot: String, to database: SQLiteDatabase, _ options: [String] = []) throws -> CoffreReport {
    try coffreJSON(["restore", snapshot, "--to", "sqlite:\(database.path)"] + options) { $0.timeLimit = 300 }
  }

  /// The manifest of a database's last backup.
  func manifest(of database: SQLiteDatabase) throws -> JSONValue {
    let outcome = try coffre(["snapshot", "dump", "latest:\(Self.folder(of: database))/manifest.json"])
    try #require(outcome.isSuccess, "\(outcome)")
    return try JSONValue(outcome.output)
  }
}
