import CoffreCore
import CoffreInventory
import CoffreSystem

enum InventoryCheckCommand: RunnableCommand {
  static let spec = CommandSpec(
    "inventory check", "tell what each row of a list would back up",
    options: [
      InventoryOptions.from, InventoryOptions.table, InventoryOptions.query, InventoryOptions.to,
      InventoryOptions.mapping, InventoryOptions.environmentFile, DatabaseOptions.sourcePasswordFile,
    ],
    exclusive: InventoryOptions.exclusive,
    details:
      "Reads the list, and tells of each row which file or folder it means, where its archives would go, and what is wrong "
      + "with it. Nothing is written, neither into the list nor anywhere else; files are looked at, and not read.",
    exits: [
      ExitSpec(.done, "every active row is good"),
      ExitSpec(.failed, "no row is good"), ExitSpec(.usage),
      ExitSpec(.partial, "some rows are good, others are not"),
      ExitSpec(.sourceUnreadable, "the list cannot be read whole"),
      ExitSpec(.configurationInvalid, "also: the list lacks a column"), ExitSpec(.interrupted),
    ],
    examples: [
      ExampleSpec("coffre inventory check --env-file /srv/backup/.env --to /srv/archives"),
      ExampleSpec("coffre inventory check --from mariadb://backup@db.example.org/shop --table backups --json"),
      ExampleSpec("coffre inventory check --from list.csv --to /srv/archives --mapping shares.yaml"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let variables = try InventoryVariables(arguments)
    let place = try InventoryPlace(arguments, variables)
    let mapping = try InventoryOptions.mapping(arguments)
    let choice: ListChoice =
      if let query = arguments.text(InventoryOptions.query) {
        .query(query)
      } else {
        .table(try InventoryOptions.table(arguments))
      }
    // The command line, the environment, the file: the first two are the option's own.
    let root = try arguments.bytes(InventoryOptions.to) ?? variables.text(["BACKUP_ROOT"]).map { Array($0.utf8) }
    let rules = RowRules(
      places: mapping.places, root: try root.map { path throws(SystemError) in try absolutePath(of: path) },
      formats: InventoryOptions.formats)
    InventoryReport.warn(of: variables, arguments, console)
    let table = try place.read(choice, cancellation: console.cancellation)
    let rows = try table.inventoryRows(mapping, place: place.text)
    let judge = RowJudge(rules)
    let look = RowLook(mounts: try MountPoints.current())
    var report = InventoryReport(place: place.text)
    for row in rows {
      try console.cancellation.check()
      report.take(judge.judge(row), look)
    }
    report.missingResults = InventoryColumn.results.filter { !table.has($0, mapping) }
    try report.print(console)
    return report.exitCode
  }
}
