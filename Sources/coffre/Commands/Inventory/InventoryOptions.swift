import CoffreArchives
import CoffreCore
import CoffreInventory
import CoffreSystem

/// What commands about inventories have in common.
enum InventoryOptions {
  static let from = OptionSpec(
    "from", nil, .path("list"),
    help: "mariadb://, mysql://, postgresql:// or sqlite: with the table, or a CSV file",
    defaultText: "the server that DB_HOST names")
  static let table = OptionSpec(
    "table", nil, .text("table"), help: "the table with the list: table, or schema.table", defaultValue: "sauvegardes")
  static let query = OptionSpec(
    "query", nil, .text("select"), help: "a SELECT that gives the list, instead of a table")
  static let mapping = OptionSpec(
    "mapping", nil, .path("file"), help: "tells other names of columns, and where shares and drives lie")
  static let environmentFile = OptionSpec(
    "env-file", nil, .path("file"),
    help: "a .env file with DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME, BACKUP_ROOT")
  static let to = OptionSpec(
    "to", nil, .path("folder"), help: "where destinations that are relative lie", environment: ["BACKUP_ROOT"])

  static let all = [from, table, environmentFile, DatabaseOptions.sourcePasswordFile]
  static let exclusive = [["table", "query"]]

  static func table(_ arguments: ParsedArguments) throws(UsageError) -> TableName {
    let text = arguments.text(table) ?? ""
    guard let name = TableName(text) else {
      throw UsageError(
        "'\(text)' of '--table' names no table", advice: "Write table, or schema.table; or use --query.")
    }
    return name
  }

  static func mapping(_ arguments: ParsedArguments) throws -> InventoryMapping {
    guard let path = arguments.bytes(mapping) else { return InventoryMapping() }
    return try InventoryMapping(path: path)
  }

  /// The formats that archives of rows may have: one file can also be compressed as it is.
  static let formats = ArchiveFormats.all.map {
    RowRules.Format(name: $0.traits.name, holdsFolders: !$0.traits.isSingleStream)
  }
}
