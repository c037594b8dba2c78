import CoffreCore
import CoffreInventory

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
      ExitSpec(.terminated),
    ],
    examples: [
      ExampleSpec("coffre inventory check --env-file /srv/backup/.env --to /srv/archives"),
      ExampleSpec("coffre inventory check --from mariadb://backup@db.example.org/shop --table backups --json"),
      ExampleSpec("coffre inventory check --from list.csv --to /srv/archives --mapping shares.yaml"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let inventory = try InventoryReading(arguments, console)
    let (table, rows) = try inventory.read(console)
    let judge = RowJudge(inventory.rules)
    let look = RowLook(mounts: try MountPoints.current())
    var report = InventoryReport(place: inventory.place.text)
    for row in rows {
      try console.cancellation.check()
      report.take(judge.judge(row), look)
    }
    report.missingResults = InventoryColumn.results.filter { !table.has($0, inventory.mapping) }
    try report.print(console)
    return report.exitCode
  }
}
