/// A text that people read, in whatever language they read: an English template and what fills it.
///
/// Written as a literal at the place that says it: `"no repository at '\(location)'"` has the template
/// `no repository at '{1}'`, under which a `Language` finds its own words.
package struct Message: Sendable, Hashable {
  /// What fills one place of a template.
  package enum Argument: Sendable, Hashable {
    /// A name, path or id: the same in every language. Control characters are spelt out when it is shown.
    case text(String)
    case message(Message)
    case number(Int)
    case decimal(Double, places: Int)
    case bytes(Int64)
    case duration(Duration)
    case moment(Timestamp)
  }

  /// English, with `{1}`, `{2}`… where the arguments go.
  package let template: String
  /// What English says instead if the first argument, a number, is not 1.
  package let pluralTemplate: String?
  package let arguments: [Argument]

  package init(template: String, plural: String? = nil, arguments: [Argument] = []) {
    self.template = template
    pluralTemplate = plural
    self.arguments = arguments
  }

  /// What somebody else said, or a name: shown as it is.
  package static func verbatim(_ text: String) -> Message { Message(template: "{1}", arguments: [.text(text)]) }

  /// A single word of English that has its own entry in other languages: a verb, a name of a phase.
  package static func word(_ word: String) -> Message { Message(template: word) }

  package var isEmpty: Bool { template.isEmpty }
}

extension Message: ExpressibleByStringInterpolation {
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var template = ""
    fileprivate var arguments: [Argument] = []

    package init(literalCapacity: Int, interpolationCount: Int) {
      template.reserveCapacity(literalCapacity + 3 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) { template += literal }
    package mutating func appendInterpolation(_ text: String) { append(.text(text)) }
    package mutating func appendInterpolation(_ text: Substring) { append(.text(String(text))) }
    package mutating func appendInterpolation(_ message: Message) { append(.message(message)) }
    package mutating func appendInterpolation(_ number: some BinaryInteger) { append(.number(Int(clamping: number))) }
    package mutating func appendInterpolation(_ duration: Duration) { append(.duration(duration)) }
    package mutating func appendInterpolation(_ moment: Timestamp) { append(.moment(moment)) }
    /// Ids and the like, by their description.
    package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      append(.text(value.description))
    }

    private mutating func append(_ argument: Argument) {
      arguments.append(argument)
      template += "{\(arguments.count)}"
    }
  }

  package init(stringInterpolation: StringInterpolation) {
    self.init(template: stringInterpolation.template, arguments: stringInterpolation.arguments)
  }

  package init(stringLiteral value: String) { self.init(template: value) }
}

extension Message {
  /// One text, written in two pieces because a line of code is short. The joined template is what languages know.
  package static func + (left: Message, right: Message) -> Message {
    precondition(left.pluralTemplate == nil && right.pluralTemplate == nil, "put counts into an interpolation")
    let shift = left.arguments.count
    let template = shift == 0 ? right.template : Message.filled(right.template) { "{\($0 + shift)}" }
    return Message(template: left.template + template, arguments: left.arguments + right.arguments)
  }

  package static func += (left: inout Message, right: Message) { left = left + right }

  /// `template` with what `place` gives for each `{number}`; other braces stay.
  static func filled(_ template: String, _ place: (Int) -> String) -> String {
    guard template.utf8.contains(UInt8(ascii: "{")) else { return template }
    var result = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      let digits = rest[rest.index(after: open)...].prefix { $0.isASCII && $0.isNumber }
      let close = digits.endIndex
      guard let number = Int(digits), close < rest.endIndex, rest[close] == "}" else {
        result += "{"
        rest = rest[rest.index(after: open)...]
        continue
      }
      result += place(number)
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}

/// Messages are equal if they say the same, however they were put together.
extension Message {
  package static func == (left: Message, right: Message) -> Bool { left.description == right.description }
  package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension Message: CustomStringConvertible {
  /// In English: for logs, journals and tests. What users read goes through their `Language`.
  package var description: String { Language.english.text(self) }
}

/// `1 file`, `2 files`; the plural is the singular with an s unless given.
package func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> Message {
  Message(template: "{1} \(singular)", plural: "{1} \(plural ?? singular + "s")", arguments: [.number(count)])
}

/// `12.5`, in French `12,5`.
package func decimal(_ value: Double, places: Int) -> Message {
  Message(template: "{1}", arguments: [.decimal(value, places: places)])
}

/// A count of bytes: binary units, three digits.
package func byteText(_ bytes: Int64) -> Message { Message(template: "{1}", arguments: [.bytes(bytes)]) }

/// `8.31 s`, `4 min 12 s`, `3 h 05 min`.
package func durationText(_ duration: Duration) -> Message {
  Message(template: "{1}", arguments: [.duration(duration)])
}

/// `a`, `a or b`, `a, b or c`.
package func alternatives(_ words: [String]) -> Message {
  guard words.count > 1, let last = words.last else { return .verbatim(words.first ?? "") }
  return "\(words.dropLast().joined(separator: ", ")) or \(last)"
}

/// `a`, `a and b`, `a, b and c`.
package func conjunction(_ words: [String]) -> Message {
  guard words.count > 1, let last = words.last else { return .verbatim(words.first ?? "") }
  return "\(words.dropLast().joined(separator: ", ")) and \(last)"
}
