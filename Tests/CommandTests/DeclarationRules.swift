import CoffreCore

@testable import coffre

/// What every declaration must keep to, whatever program it declares.
///
/// - Returns: one line for each breach, empty if all is well.
func breaches(in tree: CommandTree) -> [String] {
  var found: [String] = []
  var paths: Set<[String]> = []
  for command in tree.commands {
    let name = command.path.joined(separator: " ")
    if command.path.isEmpty { found.append("a command has no words") }
    if !paths.insert(command.path).inserted { found.append("\(name): declared twice") }
    if tree.commands.contains(where: { $0.path != command.path && $0.path.starts(with: command.path) }) {
      found.append("\(name): is a command and a group")
    }
    for length in 1..<max(1, command.path.count) where tree.group(at: Array(command.path.prefix(length))) == nil {
      found.append("\(name): its group has no abstract")
    }
    found += breaches(inAbstract: command.abstract).map { "\(name): abstract \($0)" }
    found += breaches(inOptions: tree.options(of: command)).map { "\(name): \($0)" }
    let names = Set(tree.options(of: command).map(\.name))
    for option in command.exclusive.joined() where !names.contains(option) {
      found.append("\(name): excludes the unknown --\(option)")
    }
    if command.arguments.count(where: { $0.minimum != $0.maximum }) > 1,
      command.arguments.contains(where: { $0.maximum == .max })
    {
      found.append("\(name): cannot tell its arguments apart")
    }
    for example in command.examples { found += breaches(in: example, of: command, tree).map { "\(name): \($0)" } }
  }
  for group in tree.groups {
    found += breaches(inAbstract: group.abstract).map { "\(group.path): abstract \($0)" }
    if !tree.contains(group.path) { found.append("\(group.path): a group without commands") }
  }
  for starter in tree.starters where tree.command(at: starter.split(separator: " ").map(String.init)) == nil {
    found.append("starter '\(starter)' is no command")
  }
  return found
}

private func breaches(inAbstract message: Message) -> [String] {
  var found: [String] = []
  let text = message.description
  if text.count >= 60 { found.append("has \(text.count) characters") }
  if text.hasSuffix(".") { found.append("ends with a full stop") }
  if text.first?.isLowercase != true { found.append("does not begin with a verb in lower case") }
  return found
}

private func breaches(inOptions options: [OptionSpec]) -> [String] {
  var found: [String] = []
  var names: Set<String> = []
  var shorts: Set<Character> = []
  for option in options {
    if !names.insert(option.name).inserted { found.append("--\(option.name) is declared twice") }
    if let short = option.short, !shorts.insert(short).inserted { found.append("-\(short) is declared twice") }
    if !option.name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }) {
      found.append("--\(option.name) is not written in lower case")
    }
    let help = option.help.description
    if help.isEmpty || help.hasSuffix(".") || help.contains("\n") {
      found.append("--\(option.name): help is empty, has a full stop or several lines")
    }
    if let value = option.defaultValue, option.problem(with: Array(value.utf8)) != nil {
      found.append("--\(option.name): its default is not valid")
    }
  }
  return found
}

/// An example is run through the parser, up to a pipe.
private func breaches(in example: ExampleSpec, of command: CommandSpec, _ tree: CommandTree) -> [String] {
  let stages = example.line.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
  guard let words = stages.first(where: { $0.first == tree.program }) else {
    return ["the example '\(example.line)' does not call \(tree.program)"]
  }
  let end = words.firstIndex { $0 == ">" || $0 == "2>" } ?? words.count
  let arguments = words[1..<end].map { Array($0.filter { $0 != "'" && $0 != "\"" }.utf8) }
  do {
    let path: [String]
    switch try CommandLineParser(tree: tree, environment: { _ in nil }).parse(arguments) {
    case .command(let parsed), .version(let parsed): path = parsed.command.path
    case .help: path = CommandSpec.help.path
    case .welcome: path = []
    }
    return path == command.path ? [] : ["the example '\(example.line)' shows another command"]
  } catch {
    return ["the example '\(example.line)' is refused: \(error.explanation.problem)"]
  }
}
