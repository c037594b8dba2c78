import CoffreCore

/// Manual pages in roff (man(7)), made from the declarations.
struct ManualPage {
  let tree: CommandTree
  let language: Language
  /// `coffre 0.1.0`.
  let version: String

  /// `coffre-repo-check`, as the page's file is called before its section.
  func name(of path: [String]) -> String { ([tree.program] + path).joined(separator: "-") }

  /// Every page with the name of its file: the program's own, then one for each command.
  func all() -> [(file: String, text: String)] {
    let commands = tree.commands.filter { !$0.isHidden }
    return [(file: "\(tree.program).1", text: program())]
      + commands.map { (file: "\(name(of: $0.path)).1", text: page(of: $0)) }
  }

  func program() -> String {
    var page = Roff()
    page.title(name(of: []), section: 1, source: version)
    page.section(said("NAME"))
    page.text("\(tree.program) - \(said(tree.abstract))")
    page.section(said("SYNOPSIS"))
    page.bold(tree.program, then: said("<command> [<option>…] [<argument>…]"))
    page.section(said("COMMANDS"))
    for command in tree.commands where !command.isHidden {
      page.item("\(name(of: command.path))(1)", said(command.abstract))
    }
    page.section(said("OPTIONS"))
    for option in tree.globalOptions where !option.isHidden { page.item(heading(of: option), explanation(of: option)) }
    page.section(said("EXIT STATUS"))
    for code in ExitCode.allCases { page.item("\(code.rawValue)", said(code.meaning)) }
    return page.output
  }

  func page(of command: CommandSpec) -> String {
    var page = Roff()
    let words = ([tree.program] + command.path).joined(separator: " ")
    page.title(name(of: command.path), section: 1, source: version)
    page.section(said("NAME"))
    page.text("\(name(of: command.path)) - \(said(command.abstract))")
    page.section(said("SYNOPSIS"))
    page.bold(words, then: synopsis(of: command))
    if !command.details.isEmpty {
      page.section(said("DESCRIPTION"))
      page.paragraphs(said(command.details))
    }
    if !command.arguments.isEmpty {
      page.section(said("ARGUMENTS"))
      for argument in command.arguments { page.item(said(argument.synopsis), said(argument.help)) }
    }
    let others = tree.options(of: command).filter { other in !command.options.contains { $0.name == other.name } }
    for (title, options) in [(said("OPTIONS"), command.options), (said("OPTIONS OF EVERY COMMAND"), others)] {
      let shown = options.filter { !$0.isHidden }
      if shown.isEmpty { continue }
      page.section(title)
      for option in shown { page.item(heading(of: option), explanation(of: option)) }
    }
    if !command.exits.isEmpty {
      page.section(said("EXIT STATUS"))
      for exit in command.exits { page.item("\(exit.code.rawValue)", said(exit.meaning)) }
    }
    if !command.examples.isEmpty {
      page.section(said("EXAMPLES"))
      for example in command.examples {
        if let note = example.note { page.text(said(note)) }
        page.verbatim(example.line)
      }
    }
    page.section(said("SEE ALSO"))
    page.text("\(tree.program)(1)")
    return page.output
  }

  private func synopsis(of command: CommandSpec) -> String {
    let arguments = command.arguments.map { said($0.synopsis) }
    return (arguments + [said("[<option>…]")]).joined(separator: " ")
  }

  private func heading(of option: OptionSpec) -> String {
    (option.short.map { "-\($0), " } ?? "") + said(option.synopsis)
  }

  private func explanation(of option: OptionSpec) -> String {
    HelpText(tree: tree, language: language).explanation(of: option)
  }

  private func said(_ message: Message) -> String { language.text(message) }
}

/// Writes roff: whatever looks like a command or an escape in a text is made harmless.
private struct Roff {
  private(set) var output = ""

  mutating func title(_ name: String, section: Int, source: String) {
    output += ".TH \"\(escaped(name.uppercased()))\" \(section) \"\" \"\(escaped(source))\" \"\"\n"  // not for people
  }

  mutating func section(_ title: String) { output += ".SH \"\(escaped(title))\"\n" }  // not for people

  mutating func text(_ text: String) { output += ".PP\n" + line(text) }

  /// Words in bold, then others on the same line.
  mutating func bold(_ words: String, then rest: String) {
    output += ".PP\n\\fB\(escaped(words))\\fR \(escaped(rest))\n"  // not for people
  }

  mutating func item(_ term: String, _ text: String) { output += ".TP\n\\fB\(escaped(term))\\fR\n" + line(text) }

  mutating func verbatim(_ text: String) {
    output += ".PP\n.nf\n.RS 4\n" + line(text) + ".RE\n.fi\n"  // not for people
  }

  /// Paragraphs are separated by empty lines; lines that begin with a space stay as they are.
  mutating func paragraphs(_ text: String) {
    var isNew = true
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if part.isEmpty {
        isNew = true
      } else if part.first == " " {
        verbatim(String(part.drop { $0 == " " }))
        isNew = true
      } else {
        if isNew { output += ".PP\n" }
        isNew = false
        output += line(String(part))
      }
    }
  }

  private func line(_ text: String) -> String {
    let safe = escaped(text)
    return (safe.first == "." || safe.first == "'" ? "\\&" : "") + safe + "\n"
  }

  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "\"": result += "\\(dq"
      case "`": result += "\\(ga"
      case "'": result += "\\(aq"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      default: result.append(character)
      }
    }
    return result
  }
}
