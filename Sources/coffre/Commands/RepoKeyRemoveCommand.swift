import CoffreCore
import CoffreEngine
import CoffreRepository

enum RepoKeyRemoveCommand: RunnableCommand {
  private static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be removed")

  static let spec = CommandSpec(
    "repo key remove", "remove a key, so that its password opens nothing",
    arguments: [ArgumentSpec("key", help: "the id of a key, or its beginning")], options: [dryRun],
    details: """
      The key whose password is given stays, whatever is asked: so there is always one left. A damaged key file can be \
      removed too.
      """,
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: it is the key in use, or the last one"), ExitSpec(.usage),
      ExitSpec(.noRepository), ExitSpec(.locked), ExitSpec(.wrongPassword),
    ],
    examples: [ExampleSpec("coffre repo key remove -r /srv/backups 6ef5b3a1")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    let isDryRun = arguments.isOn(dryRun)
    let change = KeyJob.Change.remove(key: arguments.text(argument: "key") ?? "", isDryRun: isDryRun)
    let job = KeyJob(
      composition.access, change, maker: composition.machine, cost: { .floor },
      newPassword: { throw UsageError("no new password", advice: "None is needed to remove a key.") })
    return await console.run(job) { result in
      let key = (result.text("key") ?? "").prefix(8)
      return [isDryRun ? "would remove key \(key)" : "removed key \(key); its password opens nothing any more"]
    }
  }
}
