import CoffreCore
import CoffreSources
import PostgresKit

/// An inventory in PostgreSQL.
struct PostgresInventory: InventoryDatabase {
  let connection: PostgresConnection
  let place: String

  init(_ settings: DatabaseSettings, cancellation: Cancellation) throws(InventoryError) {
    place = settings.location.text
    do throws(PostgresError) {
      connection = try PlainSession.postgresql(settings, cancellation: cancellation)
    } catch {
      throw Self.unreadable(error, place)
    }
  }

  func read(_ choice: ListChoice) throws(InventoryError) -> InventoryTable {
    do throws(PostgresError) {
      try connection.execute(#"BEGIN READ ONLY"#)
      // As one statement: a query cannot end the transaction and go on.
      let rows = try connection.query(choice.statement(standardIdentifier), [])
      guard rows.columnCount > 0 else { throw PostgresError(.unexpected, saying: InventoryDatabases.noRows) }
      let kinds = (0..<rows.columnCount).map { ValueKind(rows.typeID(column: $0)) }
      let table = InventoryTable(
        columns: rows.columns,
        rows: (0..<rows.count).map { row in
          kinds.indices.map { column in rows.bytes(row: row, column: column).map { kinds[column].value($0) } }
        })
      try connection.execute(#"ROLLBACK"#)
      return table
    } catch {
      throw Self.unreadable(error, place)
    }
  }

  func make(_ table: TableName) throws(InventoryError) {
    let name = table.quoted(standardIdentifier)
    do throws(PostgresError) {
      try connection.execute(#"BEGIN"#)
      try connection.execute(TableDefinition.postgresql(name))
      try connection.execute(TableDefinition.examples(name, isActive: #"false"#, TableDefinition.literal))
      try connection.execute(#"COMMIT"#)
    } catch {
      _ = try? connection.execute(#"ROLLBACK"#)
      // "duplicate_table"; a view is one.
      if error.state == "42P07" { throw .existing(table.text, in: place) }
      if error.reason == .cancelled { throw InventoryError(.cancelled, "interrupted") }
      throw .unmakable(place, because: error.message, advice: error.advice ?? Self.advice(for: error))
    }
  }

  private static func unreadable(_ error: PostgresError, _ place: String) -> InventoryError {
    if error.reason == .cancelled { return InventoryError(.cancelled, "interrupted") }
    return .unreadable(place, because: error.message, advice: error.advice ?? advice(for: error))
  }

  private static func advice(for error: PostgresError) -> Message? {
    switch error.state {
    case "28P01", "28000": InventoryAdvice.password
    case _ where error.isPasswordMissing: InventoryAdvice.password
    case "42P01", "3D000", "3F000": InventoryAdvice.table
    case "42501": InventoryAdvice.right
    case _ where error.reason == .unreachable: InventoryAdvice.server
    default: nil
    }
  }
}

/// What must be done to a value's text to have the value.
private enum ValueKind {
  case plain
  /// `char(40)`: filled up with blanks that mean nothing.
  case padded
  /// `bytea`: the session has them as `\x` and digits.
  case bytes

  /// - Parameter id: of the type, in `pg_type`.
  init(_ id: UInt32) {
    self =
      switch id {
      case 1042: .padded
      case 17: .bytes
      default: .plain
      }
  }

  func value(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .plain: return text
    case .padded: return Array(text[..<((text.lastIndex { $0 != 0x20 } ?? -1) + 1)])
    case .bytes:
      guard text.starts(with: Array("\\x".utf8)) else { return text }
      let digits = text.dropFirst(2).map { UInt8($0 >= 0x61 ? $0 - 0x61 + 10 : $0 - 0x30) }
      return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
  }
}
