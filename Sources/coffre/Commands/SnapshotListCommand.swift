import CoffreCore
import CoffreRepository

enum SnapshotListCommand: RunnableCommand {
  static let spec = CommandSpec(
    "snapshot list", "show the snapshots of a repository", options: SnapshotOptions.all,
    exits: [ExitSpec(.done), ExitSpec(.failed), ExitSpec(.noRepository), ExitSpec(.wrongPassword)],
    examples: [ExampleSpec("coffre snapshot list -r /srv/backups --host shop")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let repository = try RepositoryComposition(arguments, console).open()
    let filter = SnapshotOptions.filter(arguments)
    let (all, unreadable) = try repository.snapshots()
    let found = all.filter { filter.matches($0.snapshot) }
    for error in unreadable { console.note("error: \(error.text)") }
    let code = unreadable.isEmpty ? ExitCode.done : .failed
    if console.isJSON {
      try console.print(SnapshotJSON.list(found))
      return code
    }
    guard !found.isEmpty else {
      try console.print("no snapshots")
      return code
    }
    var rows: [[Message]] = [["ID", "TIME", "HOST", "TAGS", "SIZE", "PATHS"]]
    for stored in found {
      let snapshot = stored.snapshot
      rows.append([
        "\(stored.id.short)", "\(snapshot.time)", "\(snapshot.hostname)", "\(snapshot.tags.joined(separator: ","))",
        snapshot.summary.map { byteText(Int64(clamping: $0.totalBytes)) } ?? "",
        "\(snapshot.paths.sorted().joined(separator: ", "))",
      ])
    }
    try console.print(table: rows)
    try console.print(counted(found.count, "snapshot"))
    return code
  }
}
