import CoffreCore

enum RepoStatsCommand: RunnableCommand {
  static let spec = CommandSpec("repo stats", "count what snapshots take")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'repo stats' is not here yet", advice: "Wait for it.")
  }
}
