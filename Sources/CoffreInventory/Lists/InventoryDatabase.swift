package import CoffreCore
package import CoffreSources

/// A database that holds an inventory, or is to hold one.
package protocol InventoryDatabase {
  /// Reads all of the list, in a transaction that changes nothing.
  ///
  /// - Throws: unless the list came whole; also if what was asked for brings no columns.
  func read(_ choice: ListChoice) throws(InventoryError) -> InventoryTable

  /// Makes a table with an example row of each type, none of them active.
  ///
  /// - Throws: if anything of that name is there; it is left as it is. A failure leaves no table behind.
  func make(_ table: TableName) throws(InventoryError)

  /// Writes the outcome of a run into one row: all of its columns or, where it throws, none.
  ///
  /// - Throws: also if none or several rows are like the one that is meant. Called once, of what was opened for it.
  func update(_ update: RowUpdate) throws(InventoryError)
}

/// What is done with a database that holds an inventory.
package enum InventoryUse: Sendable, Hashable {
  case reading
  /// A table is made, and with it the file of a database that is one.
  case making
  /// The outcome of a row is written.
  case updating
}

package enum InventoryDatabases {
  /// The engines that may hold an inventory.
  package static let kinds: [DatabaseKind] = [.mariadb, .postgresql, .sqlite]

  /// - Precondition: `kinds` has the engine.
  package static func open(
    _ settings: DatabaseSettings, for use: InventoryUse = .reading, cancellation: Cancellation
  ) throws(InventoryError) -> any InventoryDatabase {
    switch settings.location.kind {
    case .mariadb: return try MariaDBInventory(settings, cancellation: cancellation)
    case .postgresql: return try PostgresInventory(settings, cancellation: cancellation)
    case .sqlite: return try SQLiteInventory(settings.location, for: use, cancellation: cancellation)
    case .mariadbPhysical, .mongodb: preconditionFailure("no inventory can lie there")
    }
  }

  static let noRows: Message = "what was asked for brings no rows with columns; give a SELECT"
}
