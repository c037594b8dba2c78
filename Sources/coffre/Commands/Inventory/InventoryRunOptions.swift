import CoffreArchives
import CoffreCore

/// The declaration of `inventory run`.
enum InventoryRunOptions {
  static let jobs = OptionSpec(
    "jobs", "j", .integer("number", 1...64), help: "how many rows are done at the same time",
    defaultText: "as many as there are processors")
  static let retries = OptionSpec(
    "retries", nil, .integer("number", 0...1000), help: "how often a row is tried again whose share is away",
    defaultValue: "2")
  static let retryPause = OptionSpec(
    "retry-pause", nil, .duration("duration"), help: "how long such a row waits; others go on meanwhile",
    defaultValue: "30s")
  static let nameTemplate = OptionSpec(
    "name-template", nil, .text("template"),
    help: "names of archives, with {timestamp}, {name}, {host}; with '/' at the end each is a folder",
    defaultValue: usualTemplate)
  static let localNames = OptionSpec("local-names", help: "names tell the local time instead of UTC")
  static let logFolder = OptionSpec(
    "log-dir", nil, .path("folder"), help: "where the log of the day is written",
    defaultText: "logs below --to, else in the state folder")
  static let temporaryFolder = OptionSpec(
    "temp-dir", nil, .path("folder"), help: "where copies lie that must be made before they are archived",
    defaultText: "the system's")
  static let host = OptionSpec(
    "host", "H", .text("name"), help: "the host the backups belong to", defaultText: "this machine",
    environment: ["COFFRE_HOST", "RESTIC_HOST"])
  static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be done, and what archives are there")

  /// Archives that bear their row's own name, each a file of its own.
  static let usualTemplate = "{name}-{timestamp}"

  static let spec = CommandSpec(
    "inventory run", "back up what a list names, row by row",
    options: [
      InventoryOptions.from, InventoryOptions.table, InventoryOptions.query, InventoryOptions.to,
      InventoryOptions.mapping, InventoryOptions.environmentFile, DatabaseOptions.sourcePasswordFile,
      jobs, retries, retryPause, nameTemplate, localNames, host, logFolder, temporaryFolder, dryRun,
    ],
    exclusive: InventoryOptions.exclusive,
    details:
      "Each active row becomes an archive in its destination, which is read back before it counts, and before the row's "
      + "retention removes older ones. A row that fails leaves the others alone; a row whose share is away waits and is "
      + "tried again.\n\n"
      + "With -r on the command line the rows are backed up into that repository, each as a snapshot of its own; with both "
      + "-r and --to into both. Snapshots are removed by `coffre snapshot forget`, not by a row's retention.\n\n"
      + "The outcome is written into the row's own columns, where the list has them, never into others; and into the "
      + "journal and the log.",
    exits: [
      ExitSpec(.done, "every active row is backed up"),
      ExitSpec(.failed, "no row is backed up"), ExitSpec(.usage),
      ExitSpec(.partial, "some rows are backed up, others are not, or not whole"),
      ExitSpec(.sourceUnreadable, "the list cannot be read whole; nothing was done"),
      ExitSpec(.configurationInvalid, "also: the list lacks a column"), ExitSpec(.interrupted), ExitSpec(.terminated),
    ],
    examples: [
      ExampleSpec("coffre inventory run --env-file /srv/backup/.env --to /srv/archives --dry-run"),
      ExampleSpec("coffre inventory run --env-file /srv/backup/.env --to /srv/archives"),
      ExampleSpec("coffre inventory run --from list.csv -r /srv/repository", note: "deduplicated, in a repository"),
    ])
}
