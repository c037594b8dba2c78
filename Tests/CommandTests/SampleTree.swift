import CoffreCore

@testable import coffre

/// A small program that uses everything a declaration can say.
enum Sample {
  static let readData = OptionSpec("read-data", help: "read every pack")
  static let subset = OptionSpec(
    "read-data-subset", nil, .text("share"), help: "also read part of the packs: '10%', '1/7' or '2G'",
    defaultText: "none")
  static let limit = OptionSpec("limit", "l", .integer("count", 1...99), help: "stop after so many", defaultValue: "7")

  static let check = CommandSpec(
    "repo check", "verify that a repository can be restored",
    options: [GlobalOptions.repository, readData, subset, limit], exclusive: [["read-data", "read-data-subset"]],
    details: """
      Reads what the repository says about itself; with --read-data also every byte of it, which takes as long as \
      reading the whole repository takes.

        kept as it is
      """,
    exits: [
      ExitSpec(.done, "sound"), ExitSpec(.failed, "damaged"), ExitSpec(.noRepository), ExitSpec(.locked),
      ExitSpec(.wrongPassword),
    ],
    examples: [ExampleSpec("coffre repo check -r /srv/backups --read-data-subset 5%")])

  static let tag = OptionSpec("tag", nil, .text("tag"), help: "label the snapshot", isRepeatable: true)
  static let chunk = OptionSpec("chunk", nil, .size("size"), help: "read so much at once", environment: ["CHUNK"])
  static let token = OptionSpec(
    "token", nil, .integer("token", 0...9), help: "prove who asks", environment: ["TOKEN"], isSecret: true)
  static let mode = OptionSpec(
    "overwrite", nil, .choice("when", ["always", "never"]), help: "replace files", defaultValue: "always")
  static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be done")
  static let fromCommand = OptionSpec("stdin-from-command", nil, .command("program"), help: "store a program's output")
  static let stdinName = OptionSpec("stdin-filename", nil, .text("name"), help: "name of the stored file")

  static let backup = CommandSpec(
    "backup", "store files in a snapshot",
    arguments: [ArgumentSpec("source", .many(atLeast: 0), help: "files and folders")],
    options: [tag, chunk, token, mode, dryRun, fromCommand, stdinName],
    examples: [ExampleSpec("coffre backup -r /srv/backups /home"), ExampleSpec("coffre backup .", note: "here")])

  static let target = OptionSpec("to", nil, .path("folder"), help: "where to put the files", isRequired: true)

  static let restore = CommandSpec(
    "restore", "bring files back",
    arguments: [
      ArgumentSpec("snapshot", help: "which one", placeholder: "snapshot[:path]"),
      ArgumentSpec("name", .optional, help: "new name"),
    ],
    options: [target])

  static let move = CommandSpec(
    "move", "move files",
    arguments: [ArgumentSpec("from", .many(atLeast: 1), help: "what"), ArgumentSpec("into", help: "where")])

  static let secret = CommandSpec("secretly", "do something", isHidden: true)

  static let tree = CommandTree(
    "keep files safe", groups: [GroupSpec("repo", "look after a repository")],
    commands: [
      backup, restore, move, CommandSpec("repo init", "make a repository"), check, secret,
    ], starters: ["backup", "repo check"])

  static func invoke(
    _ line: String, environment: [String: String] = [:]
  ) throws(UsageError) -> Invocation {
    try invoke(bytes: line.split(separator: " ").map { Array($0.utf8) }, environment: environment)
  }

  static func invoke(
    bytes: [[UInt8]], environment: [String: String] = [:]
  ) throws(UsageError) -> Invocation {
    try CommandLineParser(tree: tree) { name in environment[name].map { Array($0.utf8) } }.parse(bytes)
  }

  /// The arguments of a line that must name a command.
  static func parse(_ line: String, environment: [String: String] = [:]) throws -> ParsedArguments {
    guard case .command(let arguments) = try invoke(line, environment: environment) else { throw NotACommand() }
    return arguments
  }

  struct NotACommand: Error {}

  /// What a wrong line answers.
  static func message(_ line: String, environment: [String: String] = [:]) -> String {
    do {
      _ = try invoke(line, environment: environment)
      return "accepted"
    } catch {
      return error.exitCode == .usage ? Language.english.text(of: error.explanation) : "wrong exit code"
    }
  }
}
