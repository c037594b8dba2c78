import CoffreCore
import CoffreInventory

enum InventoryInitCommand: RunnableCommand {
  static let spec = CommandSpec(
    "inventory init", "make a table that lists what to back up",
    options: InventoryOptions.all,
    details:
      "Makes the table with all its columns and an example row of each type, none of them active. What is there already of "
      + "that name is never touched. For a path that is no address, a CSV file is made.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: a table of that name is there already"), ExitSpec(.usage),
      ExitSpec(.sourceUnreadable, "the server does not answer or refuses"),
      ExitSpec(.configurationInvalid), ExitSpec(.interrupted),
      ExitSpec(.terminated),
    ],
    examples: [
      ExampleSpec("coffre inventory init --env-file /srv/backup/.env"),
      ExampleSpec("coffre inventory init --from mariadb://backup@db.example.org/shop --table backups"),
      ExampleSpec("coffre inventory init --from list.csv"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let variables = try InventoryVariables(arguments)
    let place = try InventoryPlace(arguments, variables)
    let table = try InventoryOptions.table(arguments)
    InventoryReport.warn(of: variables, arguments, console)
    try place.make(table, cancellation: console.cancellation)
    if console.isJSON {
      try console.print(
        SnapshotJSON.line("summary") { json in
          json.field("exitCode") { $0.number(UInt64(0)) }
          json.field("list") { $0.string(place.text) }
          if case .database = place { json.field("table") { $0.string(table.text) } }
        })
      return .done
    }
    if case .database = place {
      try console.print("made the table '\(table.text)' in '\(place.text)', with three example rows, none active")
    } else {
      try console.print("made the file '\(place.text)', with three example rows, none active")
    }
    if !console.isQuiet { try console.print("write your own rows into it, then run `coffre inventory check`") }
    return .done
  }
}
