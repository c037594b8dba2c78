import CoffreCore

enum ManCommand: RunnableCommand {
  static let spec = CommandSpec("man", "write the manual pages")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'man' is not here yet", advice: "Wait for it.")
  }
}
