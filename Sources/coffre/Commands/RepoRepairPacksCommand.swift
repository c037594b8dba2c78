import CoffreCore

enum RepoRepairPacksCommand: RunnableCommand {
  static let spec = CommandSpec("repo repair packs", "save what damaged packs still hold")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'repo repair packs' is not here yet", advice: "Wait for it.")
  }
}
