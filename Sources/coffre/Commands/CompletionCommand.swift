import CoffreCore

enum CompletionCommand: RunnableCommand {
  static let spec = CommandSpec(
    "completion", "print the completion script for a shell",
    arguments: [ArgumentSpec("shell", help: "bash, zsh or fish")],
    details:
      "The script asks the program itself, so that it knows all commands and options of the version that is installed, "
      + "and the snapshots of the repository that --repo or the environment names.",
    exits: [ExitSpec(.done), ExitSpec(.usage)],
    examples: [
      ExampleSpec("coffre completion bash > /usr/share/bash-completion/completions/coffre"),
      ExampleSpec("coffre completion zsh > /usr/local/share/zsh/site-functions/_coffre"),
      ExampleSpec("coffre completion fish > ~/.config/fish/completions/coffre.fish"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let name = arguments.text(argument: "shell") ?? ""
    guard let script = ShellScript(rawValue: name) else {
      throw UsageError(
        "'\(name)' is no shell that can be completed here",
        advice: "Name one of \(alternatives(ShellScript.allCases.map(\.rawValue))).")
    }
    try console.print(Array(script.text.utf8))
    return .done
  }
}
