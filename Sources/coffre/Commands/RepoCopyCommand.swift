import CoffreCore

enum RepoCopyCommand: RunnableCommand {
  static let spec = CommandSpec("repo copy", "copy snapshots from another repository")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'repo copy' is not here yet", advice: "Wait for it.")
  }
}
