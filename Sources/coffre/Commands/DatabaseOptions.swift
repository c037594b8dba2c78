import CoffreCore
import CoffreSources

/// The options of what is backed up of databases.
enum DatabaseOptions {
  static let name = OptionSpec(
    "name", nil, .text("name"), help: "what the server is called in snapshots", defaultText: "its host and port")
  static let database = OptionSpec(
    "database", nil, .text("pattern"), help: "of a whole server take these databases only", isRepeatable: true)
  static let excludeDatabase = OptionSpec(
    "exclude-database", nil, .text("pattern"), help: "leave out these databases", isRepeatable: true)
  static let table = OptionSpec(
    "table", nil, .text("pattern"), help: "take these tables only: [database.][schema.]table, with * and ?",
    isRepeatable: true)
  static let excludeTable = OptionSpec(
    "exclude-table", nil, .text("pattern"), help: "leave out these tables", isRepeatable: true)
  static let excludeTableData = OptionSpec(
    "exclude-table-data", nil, .text("pattern"), help: "take these tables without their rows", isRepeatable: true)
  static let schemaOnly = OptionSpec("schema-only", help: "take no rows")
  static let dataOnly = OptionSpec("data-only", help: "take rows only")
  static let allowPartial = OptionSpec(
    "allow-partial", help: "leave out what cannot be read of a database, and say so (exit 3)")
  static let sourcePasswordFile = OptionSpec(
    "source-password-file", nil, .path("file"), help: "file with the password of the database's user",
    environment: ["COFFRE_SOURCE_PASSWORD_FILE"])
  static let lockTimeout = OptionSpec(
    "lock-timeout", nil, .duration("duration"), help: "how long to wait for tables that somebody is changing",
    defaultValue: "1m")

  static let integrityCheck = OptionSpec(
    "integrity-check", help: "of SQLite: examine all of the database before it counts as good")
  static let foreignKeyCheck = OptionSpec(
    "foreign-key-check", help: "of SQLite: look whether every row that is referred to is there")

  static let all = [
    name, database, excludeDatabase, table, excludeTable, excludeTableData, schemaOnly, dataOnly, allowPartial,
    sourcePasswordFile, lockTimeout, integrityCheck, foreignKeyCheck,
  ]
  static let exclusive = [["schema-only", "data-only"]]

  static func patterns(_ arguments: ParsedArguments, for kind: DatabaseKind) throws -> ObjectPatterns {
    let content: ObjectPatterns.Content =
      if arguments.isOn(schemaOnly) {
        .structureOnly
      } else if arguments.isOn(dataOnly) {
        .dataOnly
      } else {
        .everything
      }
    return try ObjectPatterns(
      for: kind, databases: arguments.texts(database), excludedDatabases: arguments.texts(excludeDatabase),
      tables: arguments.texts(table), excludedTables: arguments.texts(excludeTable),
      excludedTableData: arguments.texts(excludeTableData), content: content)
  }
}
