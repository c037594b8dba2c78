import CoffreCore

enum MountCommand: RunnableCommand {
  static let spec = CommandSpec("mount", "browse snapshots as a folder")

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    throw UsageError("'mount' is not here yet", advice: "Wait for it.")
  }
}
