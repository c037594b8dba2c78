import CoffreCore
import CoffreSources
import CoffreSystem
import SQLiteKit

/// An inventory in a SQLite database.
struct SQLiteInventory: InventoryDatabase {
  let connection: SQLiteConnection
  let place: String

  init(
    _ location: DatabaseLocation, for use: InventoryUse, cancellation: Cancellation
  ) throws(InventoryError) {
    let place = location.text
    self.place = place
    let path: PathBytes
    do throws(SystemError) {
      path = try absolutePath(of: Array((location.database ?? "").utf8))
      // SQLite says less of it.
      if use != .making { _ = try FileDescriptor.attributes(ofPath: path, .following) }
    } catch {
      throw .unreadable(place, because: error.cause, advice: InventoryAdvice.table)
    }
    do throws(SQLiteError) {
      let access: SQLiteConnection.Access =
        switch use {
        case .reading: .reading
        case .making: .creating
        case .updating: .writing
        }
      connection = try SQLiteConnection(path, for: access, patience: .seconds(20), cancellation: cancellation)
      try connection.run(use == .reading ? #"BEGIN"# : #"BEGIN IMMEDIATE"#)
    } catch {
      guard use == .updating else { throw Self.unreadable(error, place) }
      if error.reason == .noPermission {
        throw .refused(place, because: error.message, advice: InventoryAdvice.update)
      }
      throw .unwritable(place, because: error.message)
    }
  }

  func read(_ choice: ListChoice) throws(InventoryError) -> InventoryTable {
    let table: InventoryTable
    do throws(SQLiteError) {
      table = try connection.interruptible { () throws(SQLiteError) in
        let statement = try SQLiteStatement(choice.statement(standardIdentifier), on: connection)
        let columns = (0..<statement.columnCount).map { statement.name(of: $0) }
        var rows: [[[UInt8]?]] = []
        while try statement.step() { rows.append(columns.indices.map { statement.text(of: $0) }) }
        return InventoryTable(columns: columns, rows: rows)
      }
    } catch {
      throw Self.unreadable(error, place)
    }
    guard !table.columns.isEmpty else { throw .unreadable(place, because: InventoryDatabases.noRows) }
    return table
  }

  func make(_ table: TableName) throws(InventoryError) {
    let name = table.quoted(standardIdentifier)
    let isThere: Bool
    do throws(SQLiteError) {
      let schema = standardIdentifier(table.schema ?? "main")  // not for people
      // Without case, as SQLite compares names.
      let known = try connection.value(
        #"SELECT count(*) FROM \#(schema).sqlite_master WHERE name = ?1 COLLATE NOCASE"#, [SQLiteValue(table.name)])
      isThere = known.integer != 0
      if !isThere {
        try connection.run(TableDefinition.sqlite(name))
        try connection.run(TableDefinition.examples(name, isActive: "0", TableDefinition.literal))
        try connection.run(#"COMMIT"#)
      }
    } catch {
      if error.reason == .cancelled { throw InventoryError(.cancelled, "interrupted") }
      throw .unmakable(place, because: error.message)
    }
    if isThere { throw .existing(table.text, in: place) }
  }

  private static func unreadable(_ error: SQLiteError, _ place: String) -> InventoryError {
    if error.reason == .cancelled { return InventoryError(.cancelled, "interrupted") }
    return .unreadable(
      place, because: error.message, advice: error.reason == .failed ? InventoryAdvice.table : nil)
  }
}
