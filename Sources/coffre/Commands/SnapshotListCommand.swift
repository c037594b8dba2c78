import CoffreCore
import CoffreRepository

enum SnapshotListCommand: RunnableCommand {
  private static let groupBy = OptionSpec(
    "group-by", "g", .text("groups"), help: "group by host, paths and tags, joined by commas", mayBeEmpty: true,
    defaultText: "none")
  private static let latest = OptionSpec(
    "latest", nil, .integer("count", 1...Int.max), help: "only the newest so many of each host and paths")
  private static let compact = OptionSpec("compact", "c", help: "show ids, times, hosts and tags only")

  static let spec = CommandSpec(
    "snapshot list", "show the snapshots of a repository",
    arguments: [ArgumentSpec("snapshot", .many(atLeast: 0), help: "only these: ids, their beginnings, or 'latest'")],
    options: SnapshotOptions.all + [groupBy, latest, compact],
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: a snapshot cannot be read"), ExitSpec(.noRepository), ExitSpec(.locked),
      ExitSpec(.wrongPassword),
    ],
    examples: [
      ExampleSpec("coffre snapshot list -r /srv/backups --host shop"),
      ExampleSpec("coffre snapshot list -r /srv/backups --latest 1", note: "when each thing was last backed up"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let grouping = try RetentionOptions.grouping(arguments, groupBy)
    let filter = SnapshotOptions.filter(arguments)
    let composition = try RepositoryComposition(arguments, console)
    var unreadable: [RepositoryError] = []
    var found = try composition.reading(console) { repository in
      try repository.chooseSnapshots(arguments.texts(argument: "snapshot"), filter: filter) { unreadable.append($0) }
    }
    if let count = arguments.integer(latest) { found = newest(count, of: found, grouping) }
    for error in unreadable { console.tell(error) }
    let code = unreadable.isEmpty ? ExitCode.done : .failed
    let groups = grouping.groups(of: found)
    if console.speaksRestic {
      try console.print(grouping.isNone ? ResticJSON.list(found) : ResticJSON.list(groups))
      return code
    }
    if console.isJSON {
      try console.print(grouping.isNone ? SnapshotJSON.list(found) : SnapshotJSON.list(groups))
      return code
    }
    guard !found.isEmpty else {
      try console.print("no snapshots")
      return code
    }
    for group in groups {
      if !grouping.isNone { try console.print(group.key.forPeople) }
      var table = SnapshotTable(group: group.key, isCompact: arguments.isOn(compact))
      for stored in group.snapshots { table.add(stored.id, stored.snapshot) }
      try console.print(table: table.rows, indent: grouping.isNone ? 0 : 2)
      if !grouping.isNone { try console.print("") }
    }
    try console.print(
      grouping.isNone
        ? counted(found.count, "snapshot") : "\(counted(found.count, "snapshot")) in \(counted(groups.count, "group"))")
    return code
  }

  /// The newest of each host and paths, and of each group that was asked for, in their old order.
  private static func newest(_ count: Int, of snapshots: [StoredSnapshot], _ grouping: SnapshotGrouping)
    -> [StoredSnapshot]
  {
    var finer = SnapshotGrouping.hostAndPaths
    finer.byTags = grouping.byTags
    let chosen = Set(finer.groups(of: snapshots).flatMap { $0.snapshots.suffix(count).map(\.id) })
    return snapshots.filter { chosen.contains($0.id) }
  }
}
