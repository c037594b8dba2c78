import CoffreCore

enum SnapshotTagCommand: RunnableCommand {
  static let spec = CommandSpec("snapshot tag", "change the tags of snapshots")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'snapshot tag' is not here yet", advice: "Wait for it.")
  }
}
