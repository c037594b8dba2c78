import CoffreCore

enum SnapshotForgetCommand: RunnableCommand {
  static let spec = CommandSpec("snapshot forget", "drop snapshots by rules")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'snapshot forget' is not here yet", advice: "Wait for it.")
  }
}
