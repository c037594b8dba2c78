import CoffreCore

enum RepoInfoCommand: RunnableCommand {
  static let spec = CommandSpec("repo info", "tell what a repository is")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'repo info' is not here yet", advice: "Wait for it.")
  }
}
