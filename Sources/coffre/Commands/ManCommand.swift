import CoffreCore
import CoffreSystem

enum ManCommand: RunnableCommand {
  private static let output = OptionSpec(
    "output", "o", .path("folder"), help: "write all pages into this folder, one file each")

  static let spec = CommandSpec(
    "man", "print the manual page of a command, or write them all",
    arguments: [ArgumentSpec("command", .many(atLeast: 0), help: "words of a command, such as `repo check`")],
    options: [output],
    details: "The pages are in the language of --lang. `coffre man backup | man -l -` shows one.",
    exits: [ExitSpec(.done), ExitSpec(.usage), ExitSpec(.noPermission)],
    examples: [
      ExampleSpec("coffre man repo check | man -l -"),
      ExampleSpec("coffre man --lang fr -o /usr/local/share/man/fr/man1", note: "all pages, in French"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let manual = ManualPage(tree: Program.tree, language: console.language, version: Program.nameAndVersion)
    let path = arguments.texts(argument: "command")
    if let folder = arguments.bytes(output) {
      guard path.isEmpty else {
        throw UsageError("--output writes all pages", advice: "Leave the command out, or --output.")
      }
      try makeDirectories(folder, permissions: 0o755)
      let pages = manual.all()
      for page in pages {
        try writeFileAtomically(Array(page.text.utf8), joined(folder, Array(page.file.utf8)), permissions: 0o644)
      }
      try console.print("wrote \(counted(pages.count, "page")) into '\(displayed(folder))'")
      return .done
    }
    guard !path.isEmpty else {
      try console.print(Array(manual.program().utf8))
      return .done
    }
    guard let command = Program.tree.command(at: path) else {
      throw UsageError(
        "'\(path.joined(separator: " "))' is no command", advice: "Run `coffre help` to see the commands.")
    }
    try console.print(Array(manual.page(of: command).utf8))
    return .done
  }
}
