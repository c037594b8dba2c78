import CoffreCore
import CoffreRepository
import CoffreSources

enum SnapshotTablesCommand: RunnableCommand {
  static let name = OptionSpec(
    "name", nil, .text("name"), help: "the server's name in snapshots, if there are several")

  static let spec = CommandSpec(
    "snapshot tables", "list the tables of a database's backup",
    arguments: [ArgumentSpec("snapshot", help: "an id, its beginning, or 'latest'")],
    options: [name] + SnapshotOptions.all,
    details:
      "For each table: its rows, their size, and what changed since the backup before. Only the manifests of the two are "
      + "read. 'latest' is the newest backup of a database.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: the snapshot holds no database"), ExitSpec(.usage),
      ExitSpec(.noRepository), ExitSpec(.wrongPassword),
    ],
    examples: [
      ExampleSpec("coffre snapshot tables latest -r /srv/backups"),
      ExampleSpec("coffre snapshot tables 3fa2c1d0 --json -r /srv/backups"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    try RepositoryComposition(arguments, console).reading(console) { repository in
      let index = try repository.loadIndex(.fingerprints, cancellation: console.cancellation).index
      let loader = BlobLoader(repository: repository, index: index)
      let backup = try DatabaseBackup(
        arguments.bytes(argument: "snapshot") ?? [], filter: SnapshotOptions.filter(arguments),
        named: arguments.text(name), in: repository, with: loader
      ) { console.note("warning: \($0.text)") }
      let parent = try backup.parent(in: repository, with: loader)
      let comparison = ManifestComparison(parent?.manifest, backup.manifest)
      if console.isJSON {
        try printJSON(comparison, backup, parent, console)
      } else {
        try printTable(comparison, backup, parent, console)
      }
    }
    return .done
  }

  // MARK: For people

  private static func printTable(
    _ comparison: ManifestComparison, _ backup: DatabaseBackup, _ parent: DatabaseBackup?, _ console: Console
  ) throws {
    if !console.isQuiet {
      let snapshot = backup.stored.snapshot
      console.note(
        "snapshot \(backup.stored.id.short) of \(snapshot.time): \(backup.folder.text), "
          + "version \(backup.manifest.server.version)")
    }
    var rows: [[Message]] = [["DATABASE", "TABLE", "ROWS", "SIZE", parent == nil ? "" : "CHANGE"]]
    for table in comparison.tables {
      let now = table.after
      rows.append([
        .verbatim(table.database), .verbatim(table.text), now.map { "\($0.rows)" } ?? "",
        now.map { byteText($0.bytes) } ?? "", parent == nil ? "" : TableChange.text(of: table),
      ])
    }
    for database in backup.manifest.databases {
      rows += database.imaged.map { [.verbatim(database.name), .verbatim($0), "", "", ""] }
    }
    try console.print(table: rows)
    for missed in backup.manifest.missed where !console.isQuiet {
      console.note("not in it: \(missed.object): \(missed.reason)")
    }
    if !backup.manifest.isComplete { console.note("INCOMPLETE: this backup does not hold all that was asked for") }
  }

  // MARK: For programs

  private static func printJSON(
    _ comparison: ManifestComparison, _ backup: DatabaseBackup, _ parent: DatabaseBackup?, _ console: Console
  ) throws {
    let output = LineBuffer(console)
    for table in comparison.tables {
      try output.add(
        SnapshotJSON.line("table") { json in
          TableChange.write(table, to: &json)
          if let now = table.after {
            json.field("rows") { $0.number(now.rows) }
            json.field("bytes") { $0.number(now.bytes) }
            json.field("path") { $0.string("\(backup.folder.text)/\(now.path)") }
            json.field("columns") { $0.strings(now.columns) }
            json.field("key") { $0.strings(now.key) }
          }
          if parent != nil {
            json.field("change") { $0.string(TableChange.word(for: table)) }
            json.field("rowDelta") { $0.number(table.rowDelta) }
          }
        })
    }
    for database in backup.manifest.databases {
      for name in database.imaged {
        try output.add(
          SnapshotJSON.line("table") { json in
            json.field("database") { $0.string(database.name) }
            json.field("name") { $0.string(name) }
          })
      }
    }
    try output.add(
      SnapshotJSON.line("backup") { json in
        json.field("snapshotId") { $0.digest(backup.stored.id) }
        if let parent { json.field("parentId") { $0.digest(parent.stored.id) } }
        json.field("folder") { $0.string(backup.folder.text) }
        json.field("kind") { $0.string(backup.manifest.kind.rawValue) }
        json.field("serverVersion") { $0.string(backup.manifest.server.version) }
        json.field("complete") { $0.bool(backup.manifest.isComplete) }
        json.field("missed") { json in
          json.beginArray()
          for missed in backup.manifest.missed {
            json.beginObject()
            json.field("object") { $0.string(missed.object) }
            json.field("reason") { $0.string(missed.reason) }
            json.endObject()
          }
          json.endArray()
        }
      })
    try output.flush()
  }
}
