import CoffreCore
import CoffreInventory
import CoffreSources
import CoffreSystem

/// Where a list is, what it is to mean, and how it is read: what `check` and `run` have in common.
struct InventoryReading: Sendable {
  let place: InventoryPlace
  let mapping: InventoryMapping
  let choice: ListChoice
  let rules: RowRules

  init(_ arguments: ParsedArguments, _ console: Console) throws {
    let variables = try InventoryVariables(arguments)
    place = try InventoryPlace(arguments, variables)
    mapping = try InventoryOptions.mapping(arguments)
    choice =
      if let query = arguments.text(InventoryOptions.query) {
        .query(query)
      } else {
        .table(try InventoryOptions.table(arguments))
      }
    // The command line, the environment, the file: the first two are the option's own.
    let root = try arguments.bytes(InventoryOptions.to) ?? variables.text(["BACKUP_ROOT"]).map { Array($0.utf8) }
    rules = RowRules(
      places: mapping.places, root: try root.map { path throws(SystemError) in try absolutePath(of: path) },
      formats: InventoryOptions.formats)
    InventoryReport.warn(of: variables, arguments, console)
  }

  /// Where results can be written; `nil` for what is only read.
  var tableName: TableName? {
    guard case .database = place, case .table(let name) = choice else { return nil }
    return name
  }

  /// What no text may hold.
  var secrets: [Secret] {
    guard case .database(let settings) = place else { return [] }
    return settings.password.map { [$0] } ?? []
  }

  /// - Parameter withoutDestinations: whether nothing goes to where the rows say.
  func read(_ console: Console, withoutDestinations: Bool = false) throws -> (InventoryTable, [InventoryRow]) {
    let table = try place.read(choice, cancellation: console.cancellation)
    let rows = try table.inventoryRows(mapping, place: place.text)
    return (table, withoutDestinations ? rows.map { $0.without(.destination) } : rows)
  }

  /// The same rules where nothing goes to where the rows say.
  var rulesWithoutDestinations: RowRules {
    RowRules(places: rules.places, root: rules.root ?? [UInt8(ascii: "/")], formats: rules.formats)
  }
}
