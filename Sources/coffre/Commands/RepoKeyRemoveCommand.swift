import CoffreCore

enum RepoKeyRemoveCommand: RunnableCommand {
  static let spec = CommandSpec("repo key remove", "remove a password")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'repo key remove' is not here yet", advice: "Wait for it.")
  }
}
