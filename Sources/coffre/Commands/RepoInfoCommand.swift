import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSystem

enum RepoInfoCommand: RunnableCommand {
  private static let unused = OptionSpec(
    "unused", help: "also tell how much no snapshot needs; reads all trees")

  static let spec = CommandSpec(
    "repo info", "tell what a repository is and holds", options: [unused],
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: a snapshot cannot be read"), ExitSpec(.noRepository),
      ExitSpec(.locked), ExitSpec(.wrongPassword),
    ],
    examples: [ExampleSpec("coffre repo info -r /srv/backups --unused")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    // Without a lock of its own: who asks what locks there are wants an answer, above all while one stands in the way.
    let repository = try composition.open()
    let info = try repository.info(machine: composition.machine, cancellation: console.cancellation)
    for error in info.unreadableSnapshots { console.tell(error) }
    var share: (unused: Int64, used: Int64)?
    if arguments.isOn(unused), info.unreadableSnapshots.isEmpty {
      share = try repository.unusedBytes(
        beside: info.snapshots, threadCount: processorCount, cancellation: console.cancellation)
    }
    let report = InfoReport(repository: repository, info: info, unused: share)
    try console.isJSON ? console.print(report.json()) : console.print(table: report.table)
    return info.unreadableSnapshots.isEmpty ? .done : .failed
  }
}
