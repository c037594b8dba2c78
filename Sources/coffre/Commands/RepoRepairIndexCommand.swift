import CoffreCore

enum RepoRepairIndexCommand: RunnableCommand {
  static let spec = CommandSpec("repo repair index", "make the index anew from the packs")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'repo repair index' is not here yet", advice: "Wait for it.")
  }
}
