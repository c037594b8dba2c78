import CoffreCore
import CoffreEngine
import CoffreRepository

enum RepoPruneCommand: RunnableCommand {
  private static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be removed")

  private static let recover = OptionSpec(
    "unsafe-recover-no-free-space", nil, .text("id"),
    help: "last resort on a disk without any free space: the repository's id")

  static let spec = CommandSpec(
    "repo prune", "free what no snapshot needs", options: [dryRun] + PruneOptions.all + [recover],
    exclusive: PruneOptions.exclusive + PruneOptions.repacking.map { [recover.name, $0.name] },
    details: """
      Packs that nobody needs are deleted. Of packs that are needed in part, what is needed moves into new ones, as far \
      as --max-unused asks for it. Backups may run until the deletion begins, which wants the repository for itself; \
      what they need by then stays.

      Interrupted at any point, the repository is sound: run it again.

      On a disk that is full to the last byte not even a new index can be written. Drop snapshots, try \
      --max-repack-size 0, free what else lies on that disk. If all that fails, --unsafe-recover-no-free-space moves \
      nothing, and where it must it deletes index files first, then the packs that nobody needs, and writes the new \
      index last. Nobody may interrupt it, nor use the repository meanwhile. If it dies all the same, \
      `coffre repo repair index` finds everything again: run it before anything else. Which id it wants, it says \
      itself when it gets another one.
      """,
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "what is needed cannot be told: nothing was removed"), ExitSpec(.usage),
      ExitSpec(.partial, "some files could not be removed"), ExitSpec(.noRepository), ExitSpec(.locked),
      ExitSpec(.wrongPassword), ExitSpec(.destinationUnreachable), ExitSpec(.noSpace), ExitSpec(.noPermission),
      ExitSpec(.interrupted),
    ],
    examples: [
      ExampleSpec("coffre repo prune -r /srv/backups --dry-run"),
      ExampleSpec("coffre repo prune -r /srv/backups --max-unused 0", note: "leaves nothing unused, writes more anew"),
      ExampleSpec(
        "coffre repo prune -r /srv/backups --max-repack-size 0", note: "only deletes: for a full disk"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    var options = PruneJob.Options()
    options.request = try PruneOptions.request(arguments)
    options.isDryRun = arguments.isOn(dryRun)
    options.noSpaceConfirmation = arguments.text(recover)
    let composition = try RepositoryComposition(arguments, console)
    return await console.run(PruneJob(composition.access, options: options)) { PruneSummary.lines($0) }
  }
}
