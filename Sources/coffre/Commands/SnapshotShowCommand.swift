import CoffreCore

enum SnapshotShowCommand: RunnableCommand {
  static let spec = CommandSpec("snapshot show", "tell all about one snapshot")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'snapshot show' is not here yet", advice: "Wait for it.")
  }
}
