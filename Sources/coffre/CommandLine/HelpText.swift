import CoffreCore

/// The help pages, made from the declarations. All texts end with a line's end.
struct HelpText {
  let tree: CommandTree
  let language: Language

  /// The page of whatever stands at `path`.
  func page(at path: [String]) -> String {
    if path.isEmpty { return root() }
    if let command = tree.command(at: path) { return page(of: command) }
    return group(at: path)
  }

  /// For somebody who typed the program's name alone: six commands to begin with.
  func welcome() -> String {
    var lines = ["\(tree.program) — \(said(tree.abstract))", ""]
    for starter in tree.starters {
      guard let command = tree.command(at: starter.split(separator: " ").map(String.init)) else { continue }
      let example = command.examples.first?.line ?? "\(tree.program) \(starter)"
      lines += ["  # \(said(command.abstract))", "  \(example)"]
    }
    lines += ["", said("All commands: `\(tree.program) help`. One of them: `\(tree.program) help <command>`.")]
    return text(lines)
  }

  private func said(_ message: Message) -> String { language.text(message) }

  private func text(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }
}

// MARK: - Root and groups

extension HelpText {
  private func root() -> String {
    var lines = ["\(tree.program) — \(said(tree.abstract))", ""]
    lines += section("USAGE", [said("\(tree.program) <command> [<option>…] [<argument>…]")])
    lines.append("")
    lines += TextLayout.table(commandRows(below: []))
    lines += ["", said("Options of every command:")] + TextLayout.table(tree.globalOptions.compactMap(row))
    lines += ["", said("`\(tree.program) help <command>` tells more about one of them.")]
    return text(lines)
  }

  private func group(at path: [String]) -> String {
    let name = ([tree.program] + path).joined(separator: " ")
    var lines = ["\(name) — \(said(tree.abstract(at: path)))", ""]
    lines += section("USAGE", [said("\(name) <command> [<option>…] [<argument>…]")])
    lines.append("")
    lines += TextLayout.table(commandRows(below: path))
    lines += [
      "", said("`\(tree.program) help \(path.joined(separator: " ")) <command>` tells more about one of them."),
    ]
    return text(lines)
  }

  /// Every command under `path`, by the words that follow it.
  private func commandRows(below path: [String]) -> [(left: String, right: String)] {
    tree.words(after: path).flatMap { word in
      tree.commands.filter { !$0.isHidden && $0.path.starts(with: path + [word]) }
        .map { (left: $0.path.dropFirst(path.count).joined(separator: " "), right: said($0.abstract)) }
    }
  }
}

// MARK: - One command

extension HelpText {
  private func page(of command: CommandSpec) -> String {
    let name = ([tree.program] + command.path).joined(separator: " ")
    var lines = ["\(name) — \(said(command.abstract))", ""]
    lines += section("USAGE", usage(of: command, name: name))
    let arguments = command.arguments.map { (left: said($0.word), right: said($0.help)) }
    let options = command.options.compactMap(row)
    if !arguments.isEmpty || !options.isEmpty { lines.append("") }
    lines += TextLayout.table(arguments + options)
    if !command.details.isEmpty { lines += [""] + TextLayout.paragraphs(said(command.details)) }
    if !command.exits.isEmpty {
      let exits = command.exits.map { "\($0.code.rawValue) \(said($0.meaning))" }
      lines += [""] + section("EXIT", TextLayout.fill(exits, separator: "   ", width: bodyWidth))
    }
    if !command.examples.isEmpty {
      let examples = command.examples.flatMap { ($0.note.map { ["# \(said($0))"] } ?? []) + [$0.line] }
      lines += [""] + section(command.examples.count > 1 ? "EXAMPLES" : "EXAMPLE", examples)
    }
    let others = tree.options(of: command).filter { option in !command.options.contains { $0.name == option.name } }
    let names = others.filter { !$0.isHidden }.map { said($0.synopsis) }
    lines += [""] + section("ALSO", TextLayout.fill(names, separator: "  ", width: bodyWidth))
    return text(lines)
  }

  private var bodyWidth: Int { TextLayout.width - Self.indent }
  private static let indent = 9

  private func section(_ title: Message, _ lines: [String]) -> [String] {
    TextLayout.column(said(title), lines, indent: Self.indent)
  }

  /// `coffre repo check [-r <repository>] [--read-data | --read-data-subset <share>]`
  private func usage(of command: CommandSpec, name: String) -> [String] {
    var pieces = [name] + command.arguments.map { said($0.synopsis) }
    var trailing: [String] = []
    var shown: Set<String> = []
    for option in command.options where !option.isHidden && !shown.contains(option.name) {
      let names = command.exclusive.first { $0.contains(option.name) } ?? [option.name]
      let alternatives = names.compactMap { name in command.options.first { $0.name == name } }
      shown.formUnion(names)
      let body = alternatives.map { said($0.usageSynopsis) }.joined(separator: " | ")
      let isRequired = alternatives.contains(where: \.isRequired)
      pieces.append(isRequired && alternatives.count == 1 ? body : isRequired ? "(\(body))" : "[\(body)]")
      for case .command(let program) in alternatives.map(\.value) {
        trailing = ["[-- \(said(.word("<\(program)>")))…]"]
      }
    }
    let lines = TextLayout.fill(pieces + trailing, width: bodyWidth - 2)
    return lines.enumerated().map { $0.offset == 0 ? $0.element : "  " + $0.element }
  }

  /// `-r, --repo <repository>` and what it does, with its choices, default and variables.
  private func row(of option: OptionSpec) -> (left: String, right: String)? {
    guard !option.isHidden else { return nil }
    let left = (option.short.map { "-\($0), " } ?? "    ") + said(option.synopsis)
    return (left: left, right: explanation(of: option))
  }

  /// What an option does, with its choices, default and variables.
  func explanation(of option: OptionSpec) -> String {
    var text = said(option.help)
    if case .choice(_, let choices) = option.value { text += said(": \(CoffreCore.alternatives(choices))") }
    if option.isRepeatable, option.takesValue { text += said("; may be repeated") }
    var remarks: [String] = []
    if let shown = option.defaultText ?? option.defaultValue.map(Message.verbatim) {
      remarks.append(said("default: \(shown)"))
    }
    if !option.environment.isEmpty {
      remarks.append(said("environment: \(option.environment.joined(separator: ", "))"))
    }
    guard let first = remarks.first else { return text }
    return text + " (\(remarks.dropFirst().reduce(first) { said("\($0); \($1)") }))"
  }
}
