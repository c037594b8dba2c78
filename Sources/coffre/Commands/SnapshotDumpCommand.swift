import CoffreCore

enum SnapshotDumpCommand: RunnableCommand {
  static let spec = CommandSpec("snapshot dump", "write a file or folder of a snapshot to stdout")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'snapshot dump' is not here yet", advice: "Wait for it.")
  }
}
