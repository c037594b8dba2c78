import CoffreCore
import CoffreSources
import MariaDBKit

/// An inventory in MariaDB or MySQL.
struct MariaDBInventory: InventoryDatabase {
  let connection: MariaDBConnection
  let place: String

  init(_ settings: DatabaseSettings, cancellation: Cancellation) throws(InventoryError) {
    place = settings.location.text
    do throws(MariaDBError) {
      connection = try PlainSession.mariadb(settings, cancellation: cancellation)
    } catch {
      throw Self.unreadable(error, place)
    }
  }

  func read(_ choice: ListChoice) throws(InventoryError) -> InventoryTable {
    do throws(MariaDBError) {
      // Of the session: a command that ends the transaction by itself, as DROP does, must not be free of it afterwards.
      try connection.execute(#"SET SESSION TRANSACTION READ ONLY"#)
      try connection.execute(#"START TRANSACTION READ ONLY"#)
      let rows = try connection.execute(choice.statement(MariaDBQuoting.identifier))
      guard !rows.columns.isEmpty else { throw MariaDBError(.unexpected, saying: InventoryDatabases.noRows) }
      try connection.execute(#"ROLLBACK"#)
      return InventoryTable(
        columns: rows.columns,
        rows: (0..<rows.count).map { row in rows.columns.indices.map { rows.bytes(row, $0) } })
    } catch {
      throw Self.unreadable(error, place)
    }
  }

  func make(_ table: TableName) throws(InventoryError) {
    let name = table.quoted(MariaDBQuoting.identifier)
    do throws(MariaDBError) {
      try connection.execute(TableDefinition.mariadb(name))
    } catch {
      // "Table exists"; a view is one.
      if error.code == 1050 { throw .existing(table.text, in: place) }
      throw unmakable(error)
    }
    do throws(MariaDBError) {
      try connection.execute(TableDefinition.examples(name, isActive: "0", MariaDBQuoting.literal))
    } catch {
      // Ours, made a moment ago: this server's tables are in no transaction.
      _ = try? connection.execute(#"DROP TABLE \#(name)"#)
      throw unmakable(error)
    }
  }

  private static func unreadable(_ error: MariaDBError, _ place: String) -> InventoryError {
    if error.reason == .cancelled { return InventoryError(.cancelled, "interrupted") }
    return .unreadable(place, because: error.message, advice: error.advice ?? advice(for: error))
  }

  private func unmakable(_ error: MariaDBError) -> InventoryError {
    if error.reason == .cancelled { return InventoryError(.cancelled, "interrupted") }
    return .unmakable(place, because: error.message, advice: error.advice ?? Self.advice(for: error))
  }

  private static func advice(for error: MariaDBError) -> Message? {
    switch error.code {
    case 1045, 1698: InventoryAdvice.password
    case 1046: InventoryAdvice.database
    case 1146, 1049: InventoryAdvice.table
    case 1142, 1143, 1044: InventoryAdvice.right
    case _ where error.reason == .unreachable: InventoryAdvice.server
    default: nil
    }
  }
}

/// What helps, whatever the engine.
enum InventoryAdvice {
  static let password: Message =
    "Give DB_USER and DB_PASSWORD in the file that --env-file names, or the password in the file that "
    + "--source-password-file names."
  static let database: Message = "Name the database in the address, or DB_NAME in the file that --env-file names."
  static let table: Message =
    "Look for a misspelt name in --table, --query or the address; `coffre inventory init` makes a table."
  static let right: Message =
    "Grant the user the right to read the table; `coffre inventory init` needs CREATE and INSERT."
  static let update: Message =
    "Grant the user the right to change the columns of results (UPDATE), and to look at the rows; the backups are not "
    + "concerned."
  static let view: Message =
    "Name the table itself with --table: what is listed cannot be changed. The backups are not concerned."
  static let server: Message = "Look whether the server runs, and whether DB_HOST, DB_PORT or the address lead to it."
}
