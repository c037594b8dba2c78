package import CoffreCore
import SQLiteKit

/// A database in a snapshot, asked by SQLite itself, without restoring it.
package final class SQLiteImage {
  let connection: SQLiteConnection
  let cancellation: Cancellation
  private let name: PathBytes

  /// - Parameter name: of the image, for errors.
  package init(_ file: any SnapshotFile, named name: PathBytes, cancellation: Cancellation) throws {
    self.name = name
    self.cancellation = cancellation
    do throws(SQLiteError) {
      connection = try SQLiteConnection(reading: ImageInSnapshot(file), cancellation: cancellation)
    } catch {
      throw SourceError(error, "read", name)
    }
  }

  /// Throws what the repository said rather than what SQLite made of it.
  func asking<Result>(_ body: () throws(SQLiteError) -> Result) throws -> Result {
    do throws(SQLiteError) {
      return try body()
    } catch {
      if let failure = connection.readerFailure { throw failure }
      throw SourceError(
        error.reason == .cancelled ? .cancelled : .failed, "read", name, because: error.message)
    }
  }

  /// A condition on a column.
  package struct Condition: Sendable, Hashable {
    package let column: String
    /// `nil` for NULL.
    package let value: [UInt8]?

    package init(column: String, value: [UInt8]?) {
      self.column = column
      self.value = value
    }
  }

  /// Rows of a table, in the order in which SQLite finds them; indexes and keys serve as they always do.
  ///
  /// - Parameter each: told the values, as texts; blobs as SQLite writes them, `X'00FF'`. `false` ends it.
  package func rows(
    of table: String, _ columns: [String], where conditions: [Condition], _ each: ([[UInt8]?]) throws -> Bool
  ) throws {
    let statement = try asking { () throws(SQLiteError) in
      let schema = try SQLiteSchema(of: connection)
      let known = schema.tables.first { $0.name.hasSameBytes(as: table) }
      var command = "SELECT \(columns.map(quoted).joined(separator: ", ")) FROM \(quoted(table))"  // not for people
      var values: [SQLiteValue] = []
      let parts = conditions.map { condition in
        guard let value = condition.value else { return "\(quoted(condition.column)) IS NULL" }  // not for people
        values.append(.text(value))
        let type = known?.columns.first { $0.name.hasSameBytes(as: condition.column) }?.type ?? ""
        return Self.comparison(quoted(condition.column), type, "?\(values.count)")
      }
      if !parts.isEmpty { command += " WHERE " + parts.joined(separator: " AND ") }  // not for people
      let statement = try SQLiteStatement(command, on: connection)
      try statement.bind(values)
      return statement
    }
    while try asking({ () throws(SQLiteError) in try statement.step() }) {
      let values = (0..<statement.columnCount).map { column -> [UInt8]? in
        if case .blob = statement[column: column] { return SQLiteLiteral.bytes(of: statement[column: column]) }
        return statement.text(of: column)
      }
      guard try each(values) else { return }
    }
  }

  /// What is typed is text. A column that turns text into numbers does so here, and its index serves; in one that keeps
  /// everything as it is, a number is compared as it is written (sqlite.org/datatype3.html, "Determination Of Column
  /// Affinity").
  private static func comparison(_ column: String, _ type: String, _ value: String) -> String {
    let keepsKinds = type.isEmpty || type.contains("BLOB") || type == "ANY"
    return keepsKinds ? "CAST(\(column) AS TEXT) = \(value)" : "\(column) = \(value)"  // not for people
  }
}
