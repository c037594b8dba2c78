import CoffreCore

enum SnapshotCatCommand: RunnableCommand {
  static let spec = CommandSpec("snapshot cat", "print an object of the repository")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'snapshot cat' is not here yet", advice: "Wait for it.")
  }
}
