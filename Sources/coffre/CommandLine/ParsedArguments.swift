import CoffreCore

/// What the command line and the environment say to one command. Everything in it was checked by the parser.
///
/// Asking for an option or argument that the command does not declare is a bug and traps.
struct ParsedArguments: Sendable {
  /// Where a value comes from.
  enum Origin: Sendable, Hashable {
    case commandLine
    case environment(String)
    case defaultValue
  }

  struct Setting: Sendable, Hashable {
    /// One element a use; flags have empty values.
    var values: [[UInt8]]
    let origin: Origin
  }

  let command: CommandSpec
  /// By option name; what was neither given nor has a default is missing.
  let settings: [String: Setting]
  /// By argument name.
  let positionals: [String: [[UInt8]]]
  /// The program and its arguments after `--`, where an option asked for them.
  let trailingCommand: [[UInt8]]
  fileprivate let known: Set<String>

  init(
    command: CommandSpec, options: [OptionSpec], settings: [String: Setting], positionals: [String: [[UInt8]]],
    trailingCommand: [[UInt8]]
  ) {
    self.command = command
    self.settings = settings
    self.positionals = positionals
    self.trailingCommand = trailingCommand
    known = Set(options.map(\.name))
  }
}

// MARK: - Options

extension ParsedArguments {
  /// `nil` where nobody gave a value and there is no default.
  func origin(of option: OptionSpec) -> Origin? { setting(option)?.origin }

  /// Whether the option stands on the command line itself.
  func isGiven(_ option: OptionSpec) -> Bool { origin(of: option) == .commandLine }

  /// Whether a flag is set, here or by its variable.
  func isOn(_ flag: OptionSpec) -> Bool { setting(flag) != nil }

  /// How often a flag was given.
  func count(_ flag: OptionSpec) -> Int { setting(flag)?.values.count ?? 0 }

  func bytes(_ option: OptionSpec) -> [UInt8]? { setting(option)?.values.last }

  /// The values of a repeatable option in the order given.
  func allBytes(_ option: OptionSpec) -> [[UInt8]] { setting(option)?.values ?? [] }

  /// A path that is not UTF-8 comes repaired: fit for messages only, use `bytes` to open it.
  func text(_ option: OptionSpec) -> String? { bytes(option).map { displayed($0) } }

  func texts(_ option: OptionSpec) -> [String] { allBytes(option).map { displayed($0) } }

  func integer(_ option: OptionSpec) -> Int? { text(option).flatMap { Int($0) } }

  /// In bytes.
  func size(_ option: OptionSpec) -> Int64? { text(option).flatMap { ValueSyntax.size($0) } }

  func duration(_ option: OptionSpec) -> Duration? { text(option).flatMap { ValueSyntax.duration($0) } }

  private func setting(_ option: OptionSpec) -> Setting? {
    precondition(known.contains(option.name), "\(command.path) does not declare --\(option.name)")
    return settings[option.name]
  }
}

// MARK: - Arguments

extension ParsedArguments {
  func bytes(argument name: String) -> [UInt8]? { allBytes(argument: name).first }

  func allBytes(argument name: String) -> [[UInt8]] {
    precondition(command.arguments.contains { $0.name == name }, "\(command.path) does not declare <\(name)>")
    return positionals[name] ?? []
  }

  /// Bytes that are not UTF-8 come repaired: fit for messages only.
  func text(argument name: String) -> String? { bytes(argument: name).map { displayed($0) } }

  func texts(argument name: String) -> [String] { allBytes(argument: name).map { displayed($0) } }
}
