import CoffreCore
import CoffreSystem

/// Patterns in a file: one a line, trimmed; blank lines and those that begin with `#` are passed over; `$NAME` and
/// `${NAME}` stand for environment variables, `$$` for a dollar.
enum PatternFile {
  static func read(_ path: PathBytes) throws -> [String] {
    let text = String(decoding: try readFile(path, limit: 64 << 20), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).map { trimmed($0) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
      .map { expanded($0) { Environment.value($0) ?? "" } }
  }

  private static func trimmed(_ line: Substring) -> String {
    let start = line.drop(while: \.isWhitespace)
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }

  static func expanded(_ text: String, _ value: (String) -> String) -> String {
    var result = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "$", let next = rest.first else {
        result.append(character)
        continue
      }
      if next == "$" {
        rest.removeFirst()
        result.append("$")
      } else if next == "{", let end = rest.firstIndex(of: "}") {
        result += value(String(rest[rest.index(after: rest.startIndex)..<end]))
        rest = rest[rest.index(after: end)...]
      } else {
        let name = rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
        rest = rest.dropFirst(name.count)
        result += name.isEmpty ? "$" : value(String(name))
      }
    }
    return result
  }
}

/// Reads patterns that an option brought.
func patternList(_ texts: [String], option: String) throws -> PatternList {
  do throws(Pattern.Invalid) {
    return try PatternList(texts)
  } catch {
    throw UsageError(
      "the pattern '\(error.pattern)' cannot be read: \(error.problem)", advice: "Correct it in --\(option).")
  }
}
