import CoffreCore

enum SnapshotFindCommand: RunnableCommand {
  static let spec = CommandSpec("snapshot find", "find files in snapshots")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'snapshot find' is not here yet", advice: "Wait for it.")
  }
}
