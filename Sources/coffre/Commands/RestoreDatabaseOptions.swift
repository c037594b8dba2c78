import CoffreCore

/// The options of `restore` for databases.
enum RestoreDatabaseOptions {
  static let database = OptionSpec(
    "database", nil, .text("name"), help: "of a whole server, or of a dump of several databases: restore this one only")
  static let table = OptionSpec(
    "table", nil, .text("table[=new]"), help: "of a database: restore this table only, under the new name if given",
    isRepeatable: true)
  static let dataOnly = OptionSpec(
    "data-only", help: "of a database: replace the rows of tables that exist by the snapshot's")
  static let schemaOnly = OptionSpec("schema-only", help: "of a database: restore no rows")
  static let globals = OptionSpec("globals", help: "of a server: restore roles and what else belongs to no database")
  static let disconnect = OptionSpec("disconnect", help: "end the sessions of a database that is replaced")
  static let confirm = OptionSpec(
    "confirm", nil, .text("name"), help: "replace the database of this name, which exists")
  static let name = OptionSpec(
    "name", nil, .text("name"),
    help: "the server's name in snapshots, if there are several; with a file, of what is replaced")

  static let all = [
    database, table, dataOnly, schemaOnly, globals, disconnect, confirm, name, DatabaseOptions.sourcePasswordFile,
  ]
}
