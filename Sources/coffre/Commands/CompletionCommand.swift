import CoffreCore

enum CompletionCommand: RunnableCommand {
  static let spec = CommandSpec("completion", "print completions for a shell")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'completion' is not here yet", advice: "Wait for it.")
  }
}
