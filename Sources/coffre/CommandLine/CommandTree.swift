import CoffreCore

/// A word that only leads to other words: `repo`, `snapshot`.
struct GroupSpec: Sendable, Hashable {
  let path: [String]
  let abstract: Message

  init(_ path: String, _ abstract: Message) {
    self.path = path.split(separator: " ").map(String.init)
    self.abstract = abstract
  }
}

/// All that the program understands.
struct CommandTree: Sendable {
  let program: String
  let abstract: Message
  let groups: [GroupSpec]
  /// In the order of the help.
  let commands: [CommandSpec]
  /// Understood by every command, before or after its name.
  let globalOptions: [OptionSpec]
  /// Names of global options of which at most one may be given.
  let exclusive: [[String]]
  /// Paths of the commands that the welcome shows to somebody who typed the program's name alone.
  let starters: [String]

  init(
    program: String = "coffre", _ abstract: Message, groups: [GroupSpec] = [], commands: [CommandSpec],
    globalOptions: [OptionSpec] = GlobalOptions.all, exclusive: [[String]] = GlobalOptions.exclusive,
    starters: [String] = []
  ) {
    self.program = program
    self.abstract = abstract
    self.groups = groups
    self.commands = commands + [.help, .version]
    self.globalOptions = globalOptions
    self.exclusive = exclusive
    self.starters = starters
  }
}

extension CommandSpec {
  static let help = CommandSpec(
    "help", "show how a command is used",
    arguments: [ArgumentSpec("command", .many(atLeast: 0), help: "words of a command, such as `repo check`")],
    examples: [ExampleSpec("coffre help repo check")])

  static let version = CommandSpec(
    "version", "show the version of this program", examples: [ExampleSpec("coffre version --json")])
}

extension CommandTree {
  func command(at path: [String]) -> CommandSpec? { commands.first { $0.path == path } }

  func group(at path: [String]) -> GroupSpec? { groups.first { $0.path == path } }

  /// Whether `path` leads somewhere: the root, a group, or a command.
  func contains(_ path: [String]) -> Bool { path.isEmpty || commands.contains { $0.path.starts(with: path) } }

  /// The words that may follow `path`, in the order of the help.
  func words(after path: [String]) -> [String] {
    var words: [String] = []
    for command in commands where !command.isHidden && command.path.count > path.count {
      guard command.path.starts(with: path) else { continue }
      let word = command.path[path.count]
      if !words.contains(word) { words.append(word) }
    }
    return words
  }

  /// The abstract of whatever stands at `path`.
  func abstract(at path: [String]) -> Message {
    command(at: path)?.abstract ?? group(at: path)?.abstract ?? ""
  }

  /// Options of `command` and, unless it declares them itself, the global ones.
  func options(of command: CommandSpec?) -> [OptionSpec] {
    let own = command?.options ?? []
    return own + globalOptions.filter { global in !own.contains { $0.name == global.name } }
  }
}
