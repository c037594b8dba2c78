import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSystem

enum RepoStatsCommand: RunnableCommand {
  private static let mode = OptionSpec(
    "mode", nil, .choice("mode", StatisticsMode.allCases.map(\.rawValue)), help: "what to count",
    defaultValue: StatisticsMode.restoreSize.rawValue)
  private static let perSnapshot = OptionSpec(
    "per-snapshot", help: "show each snapshot: its size, what it added, what is its own")

  static let spec = CommandSpec(
    "repo stats", "count what snapshots take",
    arguments: [
      ArgumentSpec("snapshot", .many(atLeast: 0), help: "an id, its beginning, or 'latest'; all without any")
    ],
    options: [mode, perSnapshot] + SnapshotOptions.all,
    details:
      "restore-size: what restoring each snapshot would bring; hard links count once.\n\n"
      + "files-by-contents: files of different contents, each once.\n\n"
      + "blobs-per-file: the blobs of each file, each once for each path.\n\n"
      + "raw-data: what they take in the repository, each blob once, compressed.\n\n"
      + "--per-snapshot shows the size of each and, in bytes of the repository, what it added to those before it and what "
      + "is its own alone: so much would be free without it.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: a snapshot cannot be read"), ExitSpec(.usage),
      ExitSpec(.noRepository), ExitSpec(.locked), ExitSpec(.wrongPassword),
    ],
    examples: [
      ExampleSpec("coffre repo stats -r /srv/backups --mode raw-data"),
      ExampleSpec("coffre repo stats -r /srv/backups --per-snapshot --host shop"),
      ExampleSpec("coffre repo stats -r /srv/backups latest"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let mode = StatisticsMode(rawValue: arguments.text(mode) ?? "") ?? .restoreSize
    let composition = try RepositoryComposition(arguments, console)
    return try composition.reading(console) { repository in
      let (all, unreadable) = try repository.snapshots()
      for error in unreadable { console.tell(error) }
      let chosen = try choose(arguments, repository, all, console)
      let reader = StatisticsReader(
        repository: repository, index: try repository.loadIndex(cancellation: console.cancellation).index,
        threadCount: processorCount, cancellation: console.cancellation)
      let result = try reader.count(chosen, mode)
      var report = StatisticsReport(mode: mode, result: result)
      if arguments.isOn(perSnapshot) {
        guard unreadable.isEmpty else {
          throw UsageError(
            "what is a snapshot's own cannot be told while another cannot be read", advice: "Leave out --per-snapshot.")
        }
        let shares = try reader.shares(of: all)
        let byID = Dictionary(zip(all.map(\.id), shares)) { first, _ in first }
        for (stored, size) in zip(chosen, try reader.restoreSizes(of: chosen)) {
          report.rows.append((stored, size, byID[stored.id] ?? SnapshotShare()))
        }
      }
      if console.speaksRestic {
        try console.print(report.resticJSON(version: repository.config.version))
      } else if console.isJSON {
        try console.print(report.json())
      } else {
        for table in report.tables { try console.print(table: table) }
      }
      return unreadable.isEmpty ? .done : .failed
    }
  }

  /// The snapshots that are named, or all that the filters let through; oldest first.
  private static func choose(
    _ arguments: ParsedArguments, _ repository: Repository, _ all: [StoredSnapshot], _ console: Console
  ) throws -> [StoredSnapshot] {
    let filter = SnapshotOptions.filter(arguments)
    let texts = arguments.texts(argument: "snapshot")
    guard !texts.isEmpty else { return all.filter { filter.matches($0.snapshot) } }
    let ids = Set(try texts.map { try repository.findSnapshot($0, filter: filter) { _ in }.id })
    return all.filter { ids.contains($0.id) }
  }
}
