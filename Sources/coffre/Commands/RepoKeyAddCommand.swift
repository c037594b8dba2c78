import CoffreCore
import CoffreEngine
import CoffreRepository

enum RepoKeyAddCommand: RunnableCommand {
  static let spec = CommandSpec(
    "repo key add", "add a password that opens the repository", options: KeyOptions.all,
    exclusive: [KeyOptions.exclusive],
    details: """
      The new password opens everything in the repository, as all others do. It is asked for twice unless an option tells \
      where it stands; it is never an argument, which every user of the machine could read.
      """,
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: there are 20 keys already"), ExitSpec(.usage),
      ExitSpec(.noRepository), ExitSpec(.locked), ExitSpec(.wrongPassword), ExitSpec(.noSpace),
    ],
    examples: [
      ExampleSpec("coffre repo key add -r /srv/backups --new-password-file /etc/coffre/second-password --user deputy")
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    return await console.run(KeyOptions.job(.add, arguments, composition, console)) { result in
      [
        "added key \((result.text("key") ?? "").prefix(8)); its password opens the repository",
        "next: coffre repo key list -r \(displayed(composition.location))",
      ]
    }
  }
}
