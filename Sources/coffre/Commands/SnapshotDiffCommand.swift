import CoffreCore
import CoffreRepository
import CoffreSources

enum SnapshotDiffCommand: RunnableCommand {
  private static let metadata = OptionSpec("metadata", help: "also name entries of which only attributes differ")

  private static let rows = OptionSpec("rows", help: "of databases: also name rows that differ")
  private static let limit = OptionSpec(
    "limit", nil, .integer("count", 0...100_000), help: "with --rows: name so many rows of each kind and table",
    defaultValue: "20")
  private static let files = OptionSpec("files", help: "compare backups of databases file by file")

  static let spec = CommandSpec(
    "snapshot diff", "show what differs between two snapshots",
    arguments: [
      ArgumentSpec("before", help: "a snapshot; ':PATH' behind it compares that folder only"),
      ArgumentSpec("after", help: "another one; its folder may have another path"),
    ],
    options: [metadata, rows, limit, files],
    exclusive: [["rows", "files"], ["rows", "metadata"]],
    details: """
      Each line begins with what happened:
        +   added
        -   removed
        M   other content
        M?  other content although nothing else changed: perhaps damage on the disk
        T   of another type
        U   other attributes (with --metadata)

      Blobs and bytes count what is on one side only: what a file that was moved holds does not count.

      Two backups of databases are compared table by table, by what their manifests say; with --rows the chunks of
      tables that differ are read, and rows are told apart by their primary key. Without a key, a row that changed is
      one removed and one added.
      """,
    exits: [ExitSpec(.done), ExitSpec(.failed), ExitSpec(.noRepository), ExitSpec(.wrongPassword)],
    examples: [
      ExampleSpec("coffre snapshot diff 3fa2c1d0 latest -r /srv/backups"),
      ExampleSpec("coffre snapshot diff 3fa2c1d0:/etc 77ab01c2:/etc --metadata -r /srv/backups"),
      ExampleSpec("coffre snapshot diff 5be1d044 latest --rows -r /srv/backups", note: "of a database"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let sides = ["before", "after"].map { SnapshotOptions.split(arguments.bytes(argument: $0) ?? []) }
    let damage = Damage(console)
    try RepositoryComposition(arguments, console).reading(console) { repository in
      let snapshots = try sides.map { side in
        try repository.findSnapshot(side.snapshot) { console.note("warning: \($0.text)") }
      }
      let index = try repository.loadIndex(.fingerprints, cancellation: console.cancellation).index
      let loader = BlobLoader(repository: repository, index: index)
      if let tables = try tableDiff(arguments, sides.map(\.path), snapshots, with: loader, console) {
        return try tables.run(in: repository)
      }
      let trees = try zip(sides, snapshots).map { try loader.tree(at: $0.path, in: $1) }
      if !console.isJSON, !console.isQuiet {
        console.note("comparing snapshot \(snapshots[0].id.short) with \(snapshots[1].id.short)")
      }
      let output = LineBuffer(console)
      let comparison = SnapshotComparison(
        loader: loader, reportsMetadata: arguments.isOn(metadata), cancellation: console.cancellation
      ) { change in
        if console.speaksRestic {
          try output.add(ResticJSON.change(change))
        } else if console.isJSON {
          try output.add(
            SnapshotJSON.line("change") { json in
              json.field("path") { $0.string(displayed(change.path)) }
              json.field("modifier") { $0.string(change.modifier) }
            })
        } else if !console.isQuiet {
          let padding = String(repeating: " ", count: max(1, 5 - change.modifier.count))
          try output.add(line: change.modifier + padding + visible(displayed(change.path)))
        }
      } damaged: {
        damage.tell($0)
      }
      let statistics = try comparison.compare(trees[0], with: trees[1])
      if console.isJSON {
        try output.add(
          console.speaksRestic
            ? ResticJSON.statistics(statistics, snapshots)
            : json(statistics, snapshots, exitCode: damage.exitCode))
        return try output.flush()
      }
      try output.flush()
      if !console.isQuiet { try console.print("") }
      try console.print(table: table(statistics))
    }
    return damage.exitCode
  }

  /// - Returns: `nil` if the snapshots are compared file by file.
  private static func tableDiff(
    _ arguments: ParsedArguments, _ paths: [[PathBytes]], _ snapshots: [StoredSnapshot], with loader: BlobLoader,
    _ console: Console
  ) throws -> TableDiff? {
    let comparesRows = arguments.isOn(rows)
    let isWhole = paths.allSatisfy(\.isEmpty) && !arguments.isOn(files) && !arguments.isOn(metadata)
    guard comparesRows || isWhole && !console.speaksRestic else { return nil }
    let found = try TableDiff(
      snapshots, DatabaseBackup.places(), namedRows: comparesRows ? arguments.integer(limit) ?? 0 : nil, with: loader,
      console)
    guard found != nil || !comparesRows else {
      throw UsageError(
        "--rows is for two backups of databases of one kind, and these are none",
        advice: "See `coffre snapshot tables` for what a snapshot holds.")
    }
    return found
  }

  private static func table(_ statistics: ComparisonStatistics) -> [[Message]] {
    let (added, removed) = (statistics.added, statistics.removed)
    return [
      ["", "ADDED", "REMOVED", "CHANGED"],
      ["files", "\(added.files)", "\(removed.files)", "\(statistics.changedFiles)"],
      ["folders", "\(added.directories)", "\(removed.directories)", ""],
      ["others", "\(added.others)", "\(removed.others)", ""],
      ["data blobs", "\(added.dataBlobs)", "\(removed.dataBlobs)", ""],
      ["tree blobs", "\(added.treeBlobs)", "\(removed.treeBlobs)", ""],
      ["bytes", byteText(Int64(clamping: added.bytes)), byteText(Int64(clamping: removed.bytes)), ""],
    ]
  }

  private static func json(_ statistics: ComparisonStatistics, _ snapshots: [StoredSnapshot], exitCode: ExitCode)
    -> [UInt8]
  {
    SnapshotJSON.line("statistics") { json in
      json.field("exitCode") { $0.number(UInt64(exitCode.rawValue)) }
      json.field("sourceSnapshot") { $0.digest(snapshots[0].id) }
      json.field("targetSnapshot") { $0.digest(snapshots[1].id) }
      json.field("changedFiles") { $0.number(UInt64(statistics.changedFiles)) }
      for (name, side) in [("added", statistics.added), ("removed", statistics.removed)] {
        json.field(name) { json in
          json.beginObject()
          json.field("files") { $0.number(UInt64(side.files)) }
          json.field("dirs") { $0.number(UInt64(side.directories)) }
          json.field("others") { $0.number(UInt64(side.others)) }
          json.field("dataBlobs") { $0.number(UInt64(side.dataBlobs)) }
          json.field("treeBlobs") { $0.number(UInt64(side.treeBlobs)) }
          json.field("bytes") { $0.number(side.bytes) }
          json.endObject()
        }
      }
    }
  }
}
