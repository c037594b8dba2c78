import CoffreCore

enum RepoRepairSnapshotsCommand: RunnableCommand {
  static let spec = CommandSpec("repo repair snapshots", "drop what is lost from snapshots")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'repo repair snapshots' is not here yet", advice: "Wait for it.")
  }
}
