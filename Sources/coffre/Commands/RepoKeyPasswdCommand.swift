import CoffreCore

enum RepoKeyPasswdCommand: RunnableCommand {
  static let spec = CommandSpec("repo key passwd", "change the password")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'repo key passwd' is not here yet", advice: "Wait for it.")
  }
}
