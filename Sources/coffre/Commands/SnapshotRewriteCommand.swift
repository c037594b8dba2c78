import CoffreCore

enum SnapshotRewriteCommand: RunnableCommand {
  static let spec = CommandSpec("snapshot rewrite", "make snapshots anew without some files")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'snapshot rewrite' is not here yet", advice: "Wait for it.")
  }
}
