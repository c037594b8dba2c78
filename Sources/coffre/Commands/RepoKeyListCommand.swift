import CoffreCore

enum RepoKeyListCommand: RunnableCommand {
  static let spec = CommandSpec("repo key list", "show the keys")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'repo key list' is not here yet", advice: "Wait for it.")
  }
}
