import CoffreCore
import CoffreEngine
import CoffreRepository

enum RepoKeyPasswdCommand: RunnableCommand {
  static let spec = CommandSpec(
    "repo key passwd", "change the password that was given", options: KeyOptions.all,
    exclusive: [KeyOptions.exclusive],
    details: """
      A key with the new password is added and tried; then the key that was used is removed. Keys with other passwords \
      stay as they are.

      What is stored stays sealed as it is: whoever once had a password and took copies of key files and data can still \
      read those. If a password is in the wrong hands, make a new repository and copy into it with `coffre repo copy`.
      """,
    exits: [
      ExitSpec(.done), ExitSpec(.failed), ExitSpec(.usage), ExitSpec(.noRepository), ExitSpec(.locked),
      ExitSpec(.wrongPassword), ExitSpec(.noSpace),
    ],
    examples: [ExampleSpec("coffre repo key passwd -r /srv/backups --new-password-file /etc/coffre/new-password")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    return await console.run(KeyOptions.job(.changePassword, arguments, composition, console)) { result in
      [
        "changed the password: key \((result.text("key") ?? "").prefix(8)) takes the place of "
          + "\((result.text("usedKey") ?? "").prefix(8)); the old password opens nothing any more"
      ]
    }
  }
}
