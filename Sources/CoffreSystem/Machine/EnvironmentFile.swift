package import CoffreCore

/// Variables that a file gives, as the `.env` beside a program does: `KEY=value`, one a line.
///
/// - `export` before a key, empty lines and lines that begin with `#` mean nothing; so does white space around key, `=` and
///   value, and what follows a `#` behind white space.
/// - `'single quotes'` keep everything between them. In `"double quotes"`, `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are what they
///   are elsewhere, and `${NAME}` is another variable: the environment's, else one of an earlier line.
/// - No program is run for `$(…)` or backticks, and nothing is expanded outside of double quotes.
///
/// Values never show themselves: they may be secrets.
package struct EnvironmentFile: Sendable {
  private var values: [String: Secret] = [:]
  /// Whether others than its owner may read or change the file.
  package private(set) var isOpenToOthers = false

  /// In bytes.
  private static let largest = 1 << 20

  /// - Parameter variable: gives the value of a variable of the environment, for `${NAME}`.
  package init(
    path: PathBytes, variable: (String) -> [UInt8]? = { Environment.bytes($0) }
  ) throws(EnvironmentFileError) {
    let content: [UInt8]
    do throws(SystemError) {
      content = try readFile(path, limit: Self.largest)
      isOpenToOthers = try FileDescriptor.attributes(ofPath: path, .following).permissions & 0o077 != 0
    } catch {
      throw EnvironmentFileError(path: path, line: nil, problem: error.cause)
    }
    try read(content, path, variable)
  }

  /// The value of a variable; `nil` if the file does not give it.
  package func secret(_ name: String) -> Secret? { values[name] }

  private mutating func read(
    _ content: [UInt8], _ path: PathBytes, _ variable: (String) -> [UInt8]?
  ) throws(EnvironmentFileError) {
    let text = content.starts(with: [0xEF, 0xBB, 0xBF]) ? content.dropFirst(3) : content[...]
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      do throws(LineProblem) {
        var reader = LineReader(rest: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        guard let key = try reader.key() else { continue }
        let known = values
        values[key] = Secret(try reader.value { variable($0) ?? known[$0]?.exposedBytes })
      } catch {
        throw EnvironmentFileError(path: path, line: index + 1, problem: error.message)
      }
    }
  }
}

/// Why a file of variables cannot be read. It never repeats a value.
package struct EnvironmentFileError: Error, Sendable, Hashable, Explained {
  package let path: PathBytes
  /// From 1; `nil` for the whole file.
  package let line: Int?
  package let problem: Message

  package var explanation: Explanation {
    guard let line else {
      return Explanation(
        "cannot read the variables in '\(displayed(path))'", because: problem,
        advice: "Give the path of a file with lines such as DB_HOST=db.example.org.")
    }
    return Explanation(
      "cannot read the variables in '\(displayed(path))'", because: "line \(line): \(problem)",
      advice: "Write KEY=value, KEY='value' or KEY=\"value\".")
  }

  package var exitCode: ExitCode { .configurationInvalid }
}

private struct LineProblem: Error {
  let message: Message
}

/// One line, from front to back.
private struct LineReader {
  var rest: ArraySlice<UInt8>

  /// - Returns: `nil` if the line says nothing.
  mutating func key() throws(LineProblem) -> String? {
    skipSpace()
    guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
    guard !rest.contains(0) else { throw LineProblem(message: "there is a zero byte in it") }
    let word = Array("export".utf8)
    if rest.starts(with: word), let next = rest.dropFirst(word.count).first, Self.isSpace(next) {
      rest = rest.dropFirst(word.count)
      skipSpace()
    }
    let name = rest.prefix(while: Self.isNameByte)
    rest = rest.dropFirst(name.count)
    skipSpace()
    guard let first = name.first, !(0x30...0x39).contains(first), rest.first == UInt8(ascii: "=") else {
      throw LineProblem(message: "it is not written KEY=value, with a key of letters, digits and '_'")
    }
    rest = rest.dropFirst()
    skipSpace()
    return String(decoding: name, as: UTF8.self)
  }

  mutating func value(_ variable: (String) -> [UInt8]?) throws(LineProblem) -> [UInt8] {
    let value: [UInt8]
    switch rest.first {
    case UInt8(ascii: "'"): value = try singleQuoted()
    case UInt8(ascii: "\""): value = try doubleQuoted(variable)
    default: return bare()
    }
    skipSpace()
    guard rest.isEmpty || rest.first == UInt8(ascii: "#") else {
      throw LineProblem(message: "something follows the closing quote")
    }
    return value
  }

  private mutating func singleQuoted() throws(LineProblem) -> [UInt8] {
    rest = rest.dropFirst()
    guard let end = rest.firstIndex(of: UInt8(ascii: "'")) else { throw Self.openQuote }
    defer { rest = rest[(end + 1)...] }
    return Array(rest[..<end])
  }

  private mutating func doubleQuoted(_ variable: (String) -> [UInt8]?) throws(LineProblem) -> [UInt8] {
    rest = rest.dropFirst()
    var value: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return value
      case UInt8(ascii: "\\"):
        guard let next = rest.popFirst() else { throw Self.openQuote }
        if let meant = Self.escapes[next] { value.append(meant) } else { value += [byte, next] }
      case UInt8(ascii: "$") where rest.first == UInt8(ascii: "{"):
        let name = rest.dropFirst().prefix(while: Self.isNameByte)
        guard !name.isEmpty, rest.dropFirst(1 + name.count).first == UInt8(ascii: "}") else {
          throw LineProblem(message: "'${' is not followed by a name and '}'")
        }
        rest = rest.dropFirst(name.count + 2)
        let word = String(decoding: name, as: UTF8.self)
        guard let found = variable(word) else { throw LineProblem(message: "the variable '\(word)' is not set") }
        value += found
      default: value.append(byte)
      }
    }
    throw Self.openQuote
  }

  /// Up to a `#` behind white space, or the end.
  private mutating func bare() -> [UInt8] {
    var end = rest.startIndex
    var wasSpace = true
    for index in rest.indices {
      if rest[index] == UInt8(ascii: "#"), wasSpace { break }
      wasSpace = Self.isSpace(rest[index])
      if !wasSpace { end = index + 1 }
    }
    return Array(rest[rest.startIndex..<end])
  }

  private mutating func skipSpace() { rest = rest.drop(while: Self.isSpace) }

  private static let openQuote = LineProblem(message: "a quote is not closed before the end of the line")
  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "\""): UInt8(ascii: "\""),
    UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "$"): UInt8(ascii: "$"),
  ]

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
  }
}
