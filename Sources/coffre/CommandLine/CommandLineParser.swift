import CoffreCore

/// What somebody asks of the program.
enum Invocation: Sendable {
  /// The program's name alone.
  case welcome
  /// The words before `--help` or after `help`; they lead to the root, a group or a command.
  case help([String])
  /// `version` or `--version`; only global options matter.
  case version(ParsedArguments)
  case command(ParsedArguments)
}

/// Reads a command line. Pure: environment variables come in as a function.
///
/// - `--name=value`, `--name value`, `-nvalue`, `-n=value`, `-n value`; short flags combine (`-qv`).
/// - Global options may stand before, between and after the command's words; a command's own come after them.
/// - `--` ends the options; behind an option that takes a command, the rest is that command.
/// - The same single option twice is an error if the values differ: nobody means both.
struct CommandLineParser: Sendable {
  let tree: CommandTree
  private let environment: @Sendable (String) -> [UInt8]?

  init(tree: CommandTree, environment: @escaping @Sendable (String) -> [UInt8]?) {
    self.tree = tree
    self.environment = environment
  }

  /// - Parameter arguments: as the kernel gave them, without the program's name.
  func parse(_ arguments: [[UInt8]]) throws(UsageError) -> Invocation {
    if arguments.isEmpty { return .welcome }
    var reading = Reading(tree: tree, rest: arguments[...])
    try reading.readAll()

    if reading.given["help"] != nil { return .help(reading.path) }
    if reading.given["version"] != nil || reading.command?.path == CommandSpec.version.path {
      return .version(try finish(reading, as: .version))
    }
    guard let command = reading.command else {
      if reading.path.isEmpty { throw noCommand() }
      throw incomplete(reading.path)
    }
    if command.path == CommandSpec.help.path { return .help(try helpPath(reading.words)) }
    return .command(try finish(reading, as: command))
  }
}

// MARK: - What is missing, what contradicts

extension CommandLineParser {
  private func finish(_ reading: Reading, as command: CommandSpec) throws(UsageError) -> ParsedArguments {
    let options = tree.options(of: command)
    let helpLine: Message = "Run `\(tree.program) \(command.path.joined(separator: " ")) --help`."
    for names in command.exclusive + tree.exclusive {
      let used = names.filter { reading.given[$0] != nil }
      guard used.count > 1 else { continue }
      throw UsageError(
        "\(conjunction(used.map { "'--\($0)'" })) exclude each other", advice: "Give only one of them.")
    }
    var settings: [String: ParsedArguments.Setting] = [:]
    for option in options {
      if let values = reading.given[option.name] {
        settings[option.name] = ParsedArguments.Setting(values: values, origin: .commandLine)
      } else if let setting = try fallback(for: option) {
        settings[option.name] = setting
      } else if option.isRequired {
        throw UsageError("'\(option.synopsis)' is missing", advice: helpLine)
      }
    }
    return ParsedArguments(
      command: command, options: options, settings: settings,
      positionals: try distribute(reading.words, over: command, helpLine: helpLine),
      trailingCommand: reading.trailingCommand ?? [])
  }

  private func fallback(for option: OptionSpec) throws(UsageError) -> ParsedArguments.Setting? {
    for name in option.environment {
      guard let value = environment(name), !value.isEmpty else { continue }
      if option.value == .flag {
        if ["0", "false", "no"].contains(displayed(value).lowercased()) { continue }
        return ParsedArguments.Setting(values: [[]], origin: .environment(name))
      }
      if let problem = option.problem(with: value) {
        let subject: Message = option.isSecret ? "the value of \(name)" : "'\(displayed(value))' in \(name)"
        throw UsageError(
          "\(subject) \(problem)", advice: "Correct the variable \(name), or give '\(option.synopsis)'.")
      }
      return ParsedArguments.Setting(values: [value], origin: .environment(name))
    }
    return option.defaultValue.map { ParsedArguments.Setting(values: [Array($0.utf8)], origin: .defaultValue) }
  }

  private func distribute(
    _ words: [[UInt8]], over command: CommandSpec, helpLine: Message
  ) throws(UsageError) -> [String: [[UInt8]]] {
    var result: [String: [[UInt8]]] = [:]
    var rest = words[...]
    var reserved = command.arguments.reduce(0) { $0 + $1.minimum }
    for argument in command.arguments {
      reserved -= argument.minimum
      let taken = rest.prefix(min(argument.maximum, max(argument.minimum, rest.count - reserved)))
      guard taken.count >= argument.minimum else {
        throw UsageError("\(argument.synopsis) is missing: \(argument.help)", advice: helpLine)
      }
      rest = rest.dropFirst(taken.count)
      result[argument.name] = Array(taken)
    }
    guard let extra = rest.first else { return result }
    let name = command.path.joined(separator: " ")
    throw UsageError(
      command.arguments.isEmpty
        ? "'\(tree.program) \(name)' takes no argument, but got '\(displayed(extra))'"
        : "'\(displayed(extra))' is one argument too many for '\(tree.program) \(name)'", advice: helpLine)
  }

  private func helpPath(_ words: [[UInt8]]) throws(UsageError) -> [String] {
    var path: [String] = []
    for word in words.map({ displayed($0) }) {
      guard tree.contains(path + [word]) else { throw tree.unknownWord(word, after: path) }
      path.append(word)
    }
    return path
  }

  private func noCommand() -> UsageError {
    UsageError("no command given", advice: "Run `\(tree.program) help` to see the commands.")
  }

  private func incomplete(_ path: [String]) -> UsageError {
    let name = ([tree.program] + path).joined(separator: " ")
    return UsageError(
      "'\(name)' needs one more word",
      advice: "Add \(alternatives(tree.words(after: path))); `\(name) --help` tells what each does.")
  }
}
