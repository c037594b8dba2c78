import CoffreCore

/// One option, declared once: parser, help, manual, completion, REST schema and web form read this value.
struct OptionSpec: Sendable, Hashable {
  /// What follows the name. The text is the placeholder of the help, without its angle brackets.
  enum Value: Sendable, Hashable {
    case flag
    case text(String)
    /// Bytes that need not be UTF-8.
    case path(String)
    case integer(String, ClosedRange<Int>)
    /// In bytes, binary units: `512`, `10M`, `1.5G`.
    case size(String)
    /// `90s`, `5m`, `1h30m`, `2d`.
    case duration(String)
    case choice(String, [String])
    /// A flag that may say more behind `=`: `--json`, `--json=restic`.
    case flagOr(String, [String])
    /// A flag whose value is everything after `--`: a program and its arguments.
    case command(String)
  }

  /// The long name, without dashes.
  let name: String
  let short: Character?
  let value: Value
  /// One line: lower case, no full stop.
  let help: Message
  let isRepeatable: Bool
  let isRequired: Bool
  /// Whether nothing is a value too: `--group-by ''`.
  let mayBeEmpty: Bool
  /// Used where neither the command line nor the environment gives a value, and shown.
  let defaultValue: String?
  /// Shown instead of `defaultValue`, where the default is no value but a behaviour.
  let defaultText: Message?
  /// Variables that give the value, the first that is set and not empty wins.
  let environment: [String]
  /// The value never appears in messages, and web forms mask it.
  let isSecret: Bool
  /// Understood, but not shown.
  let isHidden: Bool
  /// The version that brought it, for the manual.
  let since: String?

  init(
    _ name: String, _ short: Character? = nil, _ value: Value = .flag, help: Message, isRepeatable: Bool = false,
    isRequired: Bool = false, mayBeEmpty: Bool = false, defaultValue: String? = nil, defaultText: Message? = nil,
    environment: [String] = [], isSecret: Bool = false, isHidden: Bool = false, since: String? = nil
  ) {
    self.name = name
    self.short = short
    self.value = value
    self.help = help
    self.isRepeatable = isRepeatable
    self.isRequired = isRequired
    self.mayBeEmpty = mayBeEmpty
    self.defaultValue = defaultValue
    self.defaultText = defaultText
    self.environment = environment
    self.isSecret = isSecret
    self.isHidden = isHidden
    self.since = since
  }
}

extension OptionSpec {
  /// `nil` for what takes no value of its own.
  var placeholder: String? {
    switch value {
    case .flag, .command, .flagOr: nil
    case .text(let name), .path(let name), .size(let name), .duration(let name), .integer(let name, _): name
    case .choice(let name, _): name
    }
  }

  var takesValue: Bool { placeholder != nil }

  /// Whether a value may stand behind `=`.
  var mayTakeValue: Bool { if case .flagOr = value { true } else { takesValue } }

  /// `--repo <repository>`, as usage lines and the left column of the help show it.
  var synopsis: Message {
    if case .flagOr(_, let choices) = value { return "--\(name)[=\(choices.joined(separator: "|"))]" }
    return placeholder.map { "--\(name) \(.word("<\($0)>"))" } ?? "--\(name)"
  }

  /// For usage lines: `-r <repository>` where there is a short name; flags are spelt out, their letters tell nothing.
  var usageSynopsis: Message {
    guard let short, let placeholder else { return synopsis }
    return "-\(short) \(.word("<\(placeholder)>"))"
  }

  /// What is wrong with `bytes` as a value, for people; `nil` if it is good.
  func problem(with bytes: [UInt8]) -> Message? {
    let text = displayed(bytes)
    switch value {
    case .flag, .path, .command: return nil
    case .text: return String(validating: bytes, as: UTF8.self) == nil ? "is not valid UTF-8" : nil
    case .integer(_, let range):
      if let number = Int(text), range.contains(number) { return nil }
      return range.upperBound == .max
        ? "is not a whole number of at least \(range.lowerBound)"
        : "is not a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .size: return ValueSyntax.size(text) == nil ? "is not a size, such as 512K, 10M or 1.5G" : nil
    case .duration: return ValueSyntax.duration(text) == nil ? "is not a duration, such as 90s, 5m or 1h30m" : nil
    case .choice(_, let choices), .flagOr(_, let choices):
      return choices.contains(text) ? nil : "is not one of \(alternatives(choices))"
    }
  }
}
