import CoffreCore
import CoffreEngine

enum RepoInitCommand: RunnableCommand {
  static let spec = CommandSpec(
    "repo init", "make a new repository",
    details: "The place is made if need be. Whoever has the password can read all; without it nothing can be read.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "there is a repository already"), ExitSpec(.noSpace), ExitSpec(.noPermission),
    ],
    examples: [ExampleSpec("coffre repo init -r /srv/backups -p /root/backup-password")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    let location = displayed(composition.location)
    let job = InitJob(location: location) { try composition.create(cost: nil) }
    return await console.run(job) { result in
      let id = result.text("id") ?? ""
      return [
        "made repository \(id.prefix(10)) at '\(location)'",
        "keep its password safe: without it nothing in the repository can be read, by anybody",
        "next: coffre backup -r \(location) PATH…",
      ]
    }
  }
}
