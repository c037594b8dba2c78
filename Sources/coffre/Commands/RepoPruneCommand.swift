import CoffreCore

enum RepoPruneCommand: RunnableCommand {
  static let spec = CommandSpec("repo prune", "free what no snapshot needs")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'repo prune' is not here yet", advice: "Wait for it.")
  }
}
