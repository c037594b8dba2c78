import CoffreCore

/// One positional argument.
struct ArgumentSpec: Sendable, Hashable {
  enum Arity: Sendable, Hashable {
    case one
    case optional
    case many(atLeast: Int)
  }

  /// The key of the value and, unless `placeholder` says otherwise, what the help shows in angle brackets.
  let name: String
  let arity: Arity
  /// One line: lower case, no full stop.
  let help: Message
  let placeholder: String

  init(_ name: String, _ arity: Arity = .one, help: Message, placeholder: String? = nil) {
    self.name = name
    self.arity = arity
    self.help = help
    self.placeholder = placeholder ?? name
  }

  /// `<snapshot>`, `[<path>]`, `<source>…`.
  var synopsis: Message {
    switch arity {
    case .one: "\(word)"
    case .optional: "[\(word)]"
    case .many(0): "[\(word)…]"
    case .many: "\(word)…"
    }
  }

  /// `<snapshot>`, in the reader's language.
  var word: Message { .word("<\(placeholder)>") }

  var minimum: Int {
    switch arity {
    case .one: 1
    case .optional: 0
    case .many(let least): least
    }
  }

  var maximum: Int {
    if case .many = arity { .max } else { 1 }
  }
}

/// One way a command ends, in this command's own words.
struct ExitSpec: Sendable, Hashable {
  let code: ExitCode
  let meaning: Message

  init(_ code: ExitCode, _ meaning: Message? = nil) {
    self.code = code
    self.meaning = meaning ?? code.meaning
  }
}

/// A command line worth copying.
struct ExampleSpec: Sendable, Hashable {
  let line: String
  /// What it does, where the line does not tell.
  let note: Message?

  init(_ line: String, note: Message? = nil) {
    self.line = line
    self.note = note
  }
}

/// One command, declared once.
struct CommandSpec: Sendable, Hashable {
  /// `["repo", "check"]`.
  let path: [String]
  /// Verb first, under 60 characters, no full stop.
  let abstract: Message
  let arguments: [ArgumentSpec]
  /// Most used first. A global option named here stands among them and in the usage line.
  let options: [OptionSpec]
  /// Names of options of which at most one may be given; shown as alternatives in the usage line.
  let exclusive: [[String]]
  /// Paragraphs, separated by empty lines; a line that begins with a space is kept as it is.
  let details: Message
  let exits: [ExitSpec]
  let examples: [ExampleSpec]
  let isHidden: Bool

  /// - Parameter path: words separated by spaces, as typed after `coffre`.
  init(
    _ path: String, _ abstract: Message, arguments: [ArgumentSpec] = [], options: [OptionSpec] = [],
    exclusive: [[String]] = [], details: Message = "", exits: [ExitSpec] = [], examples: [ExampleSpec] = [],
    isHidden: Bool = false
  ) {
    self.path = path.split(separator: " ").map(String.init)
    self.abstract = abstract
    self.arguments = arguments
    self.options = options
    self.exclusive = exclusive
    self.details = details
    self.exits = exits
    self.examples = examples
    self.isHidden = isHidden
  }
}
