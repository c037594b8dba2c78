import CoffreCore

enum RepoKeyAddCommand: RunnableCommand {
  static let spec = CommandSpec("repo key add", "add a password")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'repo key add' is not here yet", advice: "Wait for it.")
  }
}
