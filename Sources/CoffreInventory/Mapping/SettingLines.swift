import CoffreCore

/// Settings in sections, in the part of YAML that a table of names needs:
///
/// ```yaml
/// columns:
///   path_source: chemin      # a comment
/// mounts:
///   'Z:': /mnt/z
/// ```
///
/// What is read here means the same to every program that reads YAML; what could mean something else there is an error.
enum SettingLines {
  struct Setting: Sendable, Hashable {
    /// From 1.
    let line: Int
    let section: String
    let name: String
    let value: String
  }

  struct Problem: Error {
    let line: Int
    let message: Message
  }

  static func read(_ content: [UInt8]) throws(Problem) -> [Setting] {
    let content = content.starts(with: [0xEF, 0xBB, 0xBF]) ? content.dropFirst(3) : content[...]
    var settings: [Setting] = []
    var section: String?
    var sections: Set<String> = []
    var names: Set<String> = []
    var indent = 0
    for (index, bytes) in content.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let number = index + 1
      func fail(_ message: Message) -> Problem { Problem(line: number, message: message) }
      guard let line = String(validating: bytes.last == 0x0D ? bytes.dropLast() : bytes, as: UTF8.self) else {
        throw fail("it is not UTF-8")
      }
      var reader = SettingReader(line, number)
      let depth = reader.skipSpaces()
      if reader.isAtEnd || (depth == 0 && line == "---") { continue }
      let name = try reader.scalar(isName: true)
      try reader.colon()
      if depth == 0 {
        guard reader.isAtEnd else { throw fail("a section has nothing on its own line") }
        guard sections.insert(name).inserted else { throw fail("'\(visible(name))' is named twice") }
        section = name
        names = []
        indent = 0
        continue
      }
      guard let section else { throw fail("it stands in no section") }
      if indent == 0 { indent = depth }
      guard depth == indent else { throw fail("it is not indented as the lines before it") }
      guard !reader.isAtEnd else { throw fail("there is no value") }
      let value = try reader.scalar(isName: false)
      guard reader.isAtEnd else { throw fail("something follows the value") }
      guard names.insert(name).inserted else { throw fail("'\(visible(name))' is named twice") }
      settings.append(Setting(line: number, section: section, name: name, value: value))
    }
    return settings
  }
}

/// One line, from front to back.
private struct SettingReader {
  private var rest: Substring.UnicodeScalarView
  private let line: Int

  init(_ text: String, _ line: Int) {
    rest = text.unicodeScalars[...]
    self.line = line
  }

  /// Whether nothing but a comment is left.
  var isAtEnd: Bool {
    let left = rest.drop { $0 == " " }
    return left.isEmpty || left.first == "#"
  }

  mutating func skipSpaces() -> Int {
    let left = rest.drop { $0 == " " }
    defer { rest = left }
    return rest.count - left.count
  }

  /// What ends a name.
  mutating func colon() throws(SettingLines.Problem) {
    guard rest.first == ":" else { throw problem("a name is not followed by ':'") }
    rest.removeFirst()
    guard rest.isEmpty || rest.first == " " else { throw problem("a ':' is not followed by a space") }
    _ = skipSpaces()
  }

  mutating func scalar(isName: Bool) throws(SettingLines.Problem) -> String {
    let value: String
    switch rest.first {
    case "'": value = try singleQuoted()
    case "\"": value = try doubleQuoted()
    default: value = try plain(isName: isName)
    }
    guard !value.isEmpty else { throw problem("a name or value is empty") }
    guard value.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
      throw problem("a control character stands in a name or value")
    }
    if rest.first == "#" { throw problem("before a '#' there is no space") }
    return value
  }

  private mutating func singleQuoted() throws(SettingLines.Problem) -> String {
    rest.removeFirst()
    var value = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      if scalar != "'" {
        value.append(scalar)
      } else if rest.first == "'" {
        rest.removeFirst()
        value.append("'")
      } else {
        return String(value)
      }
    }
    throw problem("a quote is not closed")
  }

  private mutating func doubleQuoted() throws(SettingLines.Problem) -> String {
    rest.removeFirst()
    var value = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"": return String(value)
      case "\\":
        guard let next = rest.popFirst(), next == "\\" || next == "\"" else {
          throw problem("in double quotes only '\\\\' and '\\\"' may follow a backslash; use single quotes")
        }
        value.append(next)
      default: value.append(scalar)
      }
    }
    throw problem("a quote is not closed")
  }

  /// Without quotes: up to the colon of a name, or to a comment or the end.
  private mutating func plain(isName: Bool) throws(SettingLines.Problem) -> String {
    // What YAML gives a meaning of its own.
    let marks = #"-?:,[]{}#&*!|>'"%@`"#.unicodeScalars
    guard let first = rest.first, !marks.contains(first), first != "\t" else {
      throw problem("a name or value begins with a mark; put it between single quotes")
    }
    var value = String.UnicodeScalarView()
    while let scalar = rest.first {
      let next = rest.dropFirst().first
      if scalar == ":", next == nil || next == " " {
        guard isName else { throw problem("a value holds ':'; put it between single quotes") }
        break
      }
      if scalar == " ", next == "#" { break }
      guard scalar != "\t" else { throw problem("there is a tab; use spaces") }
      value.append(scalar)
      rest.removeFirst()
    }
    while value.last == " " { value.removeLast() }
    let text = String(value)
    guard !["~", "null"].contains(text.lowercased()) else { throw problem("a name or value is empty") }
    return text
  }

  private func problem(_ message: Message) -> SettingLines.Problem {
    SettingLines.Problem(line: line, message: message)
  }
}
