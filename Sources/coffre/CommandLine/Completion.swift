import CoffreCore

/// What may stand next on a command line, for the shells' completion.
struct Completion: Sendable {
  struct Candidate: Sendable, Hashable {
    let word: String
    let note: String
  }

  /// What the shell adds itself.
  enum Rest: String, Sendable {
    case nothing
    /// Names of files and folders.
    case files
    /// Ids of snapshots.
    case snapshots
  }

  struct Answer: Sendable, Hashable {
    var candidates: [Candidate] = []
    var rest = Rest.nothing
  }

  let tree: CommandTree
  let language: Language

  /// - Parameters:
  ///   - words: those before the one that is being typed, without the program's name.
  ///   - current: what is typed of it.
  func answer(after words: [String], current: String) -> Answer {
    var path: [String] = []
    var command: CommandSpec?
    var arguments = 0
    var given: Set<String> = []
    var pending: OptionSpec?
    for word in words {
      if pending != nil {
        pending = nil
        continue
      }
      if word == "--" { return Answer(rest: .files) }
      if word.hasPrefix("-"), word.count > 1 {
        guard let option = option(written: word, of: command) else { continue }
        given.insert(option.name)
        if option.takesValue, !word.contains("="), isWhole(word, option) { pending = option }
      } else if command == nil, tree.contains(path + [word]) {
        path.append(word)
        command = tree.command(at: path)
      } else {
        arguments += 1
      }
    }
    if let pending { return values(of: pending, current: current) }
    if current.hasPrefix("--"), let equals = current.firstIndex(of: "=") {
      guard let option = option(written: current, of: command) else { return Answer() }
      var answer = values(of: option, current: String(current[current.index(after: equals)...]))
      let head = current[...equals]
      answer.candidates = answer.candidates.map { Candidate(word: head + $0.word, note: $0.note) }
      return answer
    }
    if current.hasPrefix("-") { return options(of: command, current: current, given: given) }
    guard let command else { return self.words(after: path, current: current) }
    return argument(arguments, of: command)
  }
}

extension Completion {
  private func words(after path: [String], current: String) -> Answer {
    let words = tree.words(after: path).filter { $0.hasPrefix(current) }
    return Answer(
      candidates: words.map { Candidate(word: $0, note: language.text(tree.abstract(at: path + [$0]))) })
  }

  private func options(of command: CommandSpec?, current: String, given: Set<String>) -> Answer {
    let options = tree.options(of: command).filter { option in
      !option.isHidden && (option.isRepeatable || !given.contains(option.name))
    }
    return Answer(
      candidates: options.filter { "--\($0.name)".hasPrefix(current) }
        .map { Candidate(word: "--\($0.name)", note: language.text($0.help)) })
  }

  private func values(of option: OptionSpec, current: String) -> Answer {
    switch option.value {
    case .path: Answer(rest: .files)
    case .choice(_, let choices), .flagOr(_, let choices):
      Answer(candidates: choices.filter { $0.hasPrefix(current) }.map { Candidate(word: $0, note: "") })
    case .text("snapshot"): Answer(rest: .snapshots)
    case .flag, .text, .integer, .size, .duration, .command: Answer()
    }
  }

  private func argument(_ number: Int, of command: CommandSpec) -> Answer {
    var left = number
    for argument in command.arguments {
      if argument.maximum != .max, left >= argument.maximum {
        left -= argument.maximum
        continue
      }
      switch argument.placeholder {
      case "snapshot": return Answer(rest: .snapshots)
      case "source", "file", "folder", "path", "archive": return Answer(rest: .files)
      default: return Answer()
      }
    }
    return Answer()
  }

  private func option(written word: String, of command: CommandSpec?) -> OptionSpec? {
    let options = tree.options(of: command)
    guard !word.hasPrefix("--") else {
      let name = word.dropFirst(2).prefix { $0 != "=" }
      return options.first { $0.name == name }
    }
    return word.dropFirst().first.flatMap { letter in options.first { $0.short == letter } }
  }

  /// Whether the word holds the option alone: `-r`, not `-rfolder`.
  private func isWhole(_ word: String, _ option: OptionSpec) -> Bool { word.hasPrefix("--") || word.count == 2 }
}
