import CoffreCore
import CoffreStores

extension CommandLineParser {
  /// The way through the arguments, from left to right.
  struct Reading {
    let tree: CommandTree
    var rest: ArraySlice<[UInt8]>
    /// The words that led to where we are.
    var path: [String] = []
    /// Once `path` names one.
    var command: CommandSpec?
    /// By option name, one element a use.
    var given: [String: [[UInt8]]] = [:]
    /// Positional arguments.
    var words: [[UInt8]] = []
    var trailingCommand: [[UInt8]]?
    /// The option that wants the rest after `--`.
    private var commandOption: OptionSpec?

    init(tree: CommandTree, rest: ArraySlice<[UInt8]>) {
      self.tree = tree
      self.rest = rest
    }

    mutating func readAll() throws(UsageError) {
      let dash = UInt8(ascii: "-")
      while let argument = rest.popFirst() {
        if argument == [dash, dash] {
          try endOptions()
        } else if argument.starts(with: [dash, dash]) {
          try readLong(argument)
        } else if argument.first == dash, argument.count > 1 {
          try readShorts(argument)
        } else {
          try readWord(argument)
        }
      }
      if let commandOption, trailingCommand == nil, given["help"] == nil {
        throw UsageError(
          "'--\(commandOption.name)' needs a command after `--`",
          advice: "Write it last: `--\(commandOption.name) … -- <program> <argument>…`.")
      }
    }
  }
}

// MARK: - Words

extension CommandLineParser.Reading {
  private mutating func endOptions() throws(UsageError) {
    if commandOption != nil {
      if !rest.isEmpty { trailingCommand = Array(rest) }
      rest = []
      return
    }
    while let word = rest.popFirst() { try readWord(word) }
  }

  private mutating func readWord(_ word: [UInt8]) throws(UsageError) {
    if command != nil {
      words.append(word)
      return
    }
    let text = displayed(word)
    guard tree.contains(path + [text]) else { throw tree.unknownWord(text, after: path) }
    path.append(text)
    command = tree.command(at: path)
  }
}

// MARK: - Options

extension CommandLineParser.Reading {
  private mutating func readLong(_ argument: [UInt8]) throws(UsageError) {
    let body = argument.dropFirst(2)
    let halves = body.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    let name = displayed(halves[0])
    guard let option = tree.options(of: command).first(where: { $0.name == name }) else {
      throw unknownOption("--" + name)
    }
    let written = "--" + name
    if halves.count > 1 {
      guard option.mayTakeValue else {
        throw UsageError("'\(written)' takes no value", advice: "Write `\(written)` alone.")
      }
      try record(Array(halves[1]), for: option, written: written)
    } else if option.takesValue {
      try record(try nextValue(of: option, written: written), for: option, written: written)
    } else {
      try record([], for: option, written: written)
    }
  }

  private mutating func readShorts(_ argument: [UInt8]) throws(UsageError) {
    var body = argument.dropFirst()
    while let letter = body.popFirst() {
      let short = Character(Unicode.Scalar(letter))
      guard let option = tree.options(of: command).first(where: { $0.short == short }) else {
        throw unknownOption(letter < 0x80 ? "-\(short)" : displayed(argument))
      }
      let written = "-\(short)"
      guard option.takesValue else {
        guard body.first != UInt8(ascii: "=") else {
          throw UsageError("'\(written)' takes no value", advice: "Write `\(written)` alone.")
        }
        try record([], for: option, written: written)
        continue
      }
      if body.isEmpty {
        try record(try nextValue(of: option, written: written), for: option, written: written)
      } else {
        if body.first == UInt8(ascii: "=") { body.removeFirst() }
        try record(Array(body), for: option, written: written)
      }
      return
    }
  }

  /// The argument that follows. An option that we know is no value: `-p --json` forgot the file.
  private mutating func nextValue(of option: OptionSpec, written: String) throws(UsageError) -> [UInt8] {
    guard let next = rest.first else {
      throw UsageError(
        "'\(written)' needs a value",
        advice: "Write it as `\(written) \(.word("<\(option.placeholder ?? "value")>"))`.")
    }
    let text = displayed(next)
    let isOption =
      text == "--" || tree.options(of: command).contains { "--\($0.name)" == text || $0.short.map { "-\($0)" } == text }
    guard !isOption else {
      throw UsageError(
        "'\(written)' needs a value, but '\(text)' follows",
        advice: "Write it as `\(option.synopsis)`; a value that begins with a dash as `--\(option.name)=\(text)`.")
    }
    rest = rest.dropFirst()
    return next
  }

  private mutating func record(_ value: [UInt8], for option: OptionSpec, written: String) throws(UsageError) {
    if option.takesValue || option.mayTakeValue && !value.isEmpty {
      guard !value.isEmpty || option.mayBeEmpty else {
        throw UsageError("the value of '\(written)' is empty", advice: "Write it as `\(option.synopsis)`.")
      }
      if let problem = option.problem(with: value) {
        let subject: Message = option.isSecret ? "the value" : "'\(displayed(value))'"
        throw UsageError("\(subject) of '\(written)' \(problem)", advice: "Write it as `\(option.synopsis)`.")
      }
    }
    if case .command = option.value { commandOption = option }
    guard let before = given[option.name] else {
      given[option.name] = [value]
      return
    }
    if option.isRepeatable {
      given[option.name] = before + [value]
    } else if before != [value] {
      let values: Message = option.isSecret ? "" : ": '\(withoutPassword(before[0]))' and '\(withoutPassword(value))'"
      throw UsageError("'--\(option.name)' is given twice\(values)", advice: "Give it once.")
    }
  }

  private func unknownOption(_ written: String) -> UsageError {
    let name = ([tree.program] + path).joined(separator: " ")
    let candidates = tree.options(of: command).filter { !$0.isHidden }.map { "--" + $0.name }
    if command == nil, tree.commands.contains(where: { $0.options.contains { "--" + $0.name == written } }) {
      return UsageError(
        "'\(written)' stands before the command that it belongs to", advice: "Write it after the command's words.")
    }
    if let nearest = Suggestion.closest(to: written, among: candidates) {
      return UsageError("unknown option '\(written)'", advice: "Did you mean `\(nearest)`?")
    }
    return UsageError("unknown option '\(written)'", advice: "Run `\(name) --help` to see the options.")
  }
}

extension CommandTree {
  /// What to say about a word that leads nowhere.
  func unknownWord(_ word: String, after path: [String]) -> UsageError {
    let shown = (path + [word]).joined(separator: " ")
    let words = words(after: path)
    var guess = Suggestion.closest(to: word, among: words).map { (path + [$0]).joined(separator: " ") }
    if guess == nil || guess == path.joined(separator: " ") {
      // `coffre check` for `coffre repo check`
      guess = commands.first { !$0.isHidden && $0.path.last == word }?.path.joined(separator: " ")
    }
    if let guess {
      return UsageError("unknown command '\(shown)'", advice: "Did you mean `\(program) \(guess)`?")
    }
    let name = ([program] + path).joined(separator: " ")
    let advice: Message =
      path.isEmpty
      ? "Run `\(program) help` to see the commands."
      : "Write one of \(alternatives(words)) after `\(name)`."
    return UsageError("unknown command '\(shown)'", advice: advice)
  }
}
