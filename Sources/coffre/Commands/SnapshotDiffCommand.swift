import CoffreCore

enum SnapshotDiffCommand: RunnableCommand {
  static let spec = CommandSpec("snapshot diff", "tell what differs between two snapshots")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'snapshot diff' is not here yet", advice: "Wait for it.")
  }
}
