import CPostgres
package import CoffreCore

/// What a server refused, or what kept its answer away, in the server's or the library's words.
package struct PostgresError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// There is no connection, or it broke.
    case unreachable
    /// The server answered with an error.
    case refused
    /// The run was cancelled meanwhile.
    case cancelled
    /// The answer is none that was asked for.
    case unexpected
  }

  package let reason: Reason
  /// SQLSTATE, five characters; empty where the server said nothing.
  package let state: String
  package let text: String
  package let detail: String
  package let hint: String
  /// Where it happened, as "COPY orders, line 7".
  package let context: String
  /// Whether the server wanted a password and there was none.
  package let isPasswordMissing: Bool
  /// In our own words; `nil` if they are the server's or the library's.
  private let ownWords: Message?
  private let ownAdvice: Message?

  package init(
    _ reason: Reason, _ text: String, state: String = "", detail: String = "", hint: String = "", context: String = "",
    isPasswordMissing: Bool = false
  ) {
    self.reason = reason
    self.text = text
    self.state = state
    self.detail = detail
    self.hint = hint
    self.context = context
    self.isPasswordMissing = isPasswordMissing
    ownWords = nil
    ownAdvice = nil
  }

  /// In our own words.
  package init(_ reason: Reason, saying words: Message, advice: Message? = nil) {
    self.reason = reason
    text = words.description
    state = ""
    detail = ""
    hint = ""
    context = ""
    isPasswordMissing = false
    ownWords = words
    ownAdvice = advice
  }

  package static let cancelled = PostgresError(.cancelled, saying: "the run was cancelled")

  /// What people read of it, in one line: the problem, and what the server adds to it.
  package var message: Message {
    let problem = ownWords ?? .verbatim(inOneLine(text))
    return detail.isEmpty ? problem : "\(problem) (\(inOneLine(detail)))"
  }

  /// What helps, in the server's words or in ours; `nil` where nobody knows.
  package var advice: Message? { ownAdvice ?? (hint.isEmpty ? nil : .verbatim(inOneLine(hint))) }
}

/// What the server or the library says in several lines: a line that is indented belongs to the one before it.
func inOneLine(_ text: String) -> String {
  var result = ""
  var isAside = false
  for line in text.split(whereSeparator: \.isNewline) {
    let words = trimmed(line)
    guard !words.isEmpty else { continue }
    let belongs = line.first?.isWhitespace == true && !result.isEmpty
    if isAside, !belongs { result += ")" }
    if !result.isEmpty { result += belongs ? isAside ? " " : " (" : "; " }
    result += words
    isAside = belongs
  }
  return isAside ? result + ")" : result
}

private func trimmed(_ line: Substring) -> Substring {
  var words = line.drop(while: \.isWhitespace)
  while words.last?.isWhitespace == true { words.removeLast() }
  return words
}

extension PostgresError {
  /// From a result that tells of a failure; its connection says what the result does not.
  init(of result: LibraryResult, on connection: OpaquePointer) {
    let answer = unsafe result.pointer
    let isBroken = unsafe PQstatus(connection) == CONNECTION_BAD
    let primary = unsafe reportedField("M", of: answer)
    let text = unsafe primary.isEmpty ? trimmed(PQerrorMessage(connection)) : primary
    guard !text.isEmpty else {
      self.init(.unexpected, saying: "the server gave another answer than was asked for")
      return
    }
    self.init(
      isBroken ? .unreachable : .refused, text, state: unsafe reportedField("C", of: answer),
      detail: unsafe reportedField("D", of: answer), hint: unsafe reportedField("H", of: answer),
      context: unsafe reportedField("W", of: answer))
  }

  /// From a connection that did not come about.
  init(connecting connection: OpaquePointer) {
    let refusal = Refusal(unsafe trimmed(PQerrorMessage(connection)))
    self.init(
      .unreachable, refusal.text, state: refusal.state,
      isPasswordMissing: unsafe PQconnectionNeedsPassword(connection) != 0)
  }
}

/// What the library says of a connection that did not come about (`PQERRORS_VERBOSE`): as people read it, and the server's
/// code.
struct Refusal {
  let text: String
  /// SQLSTATE of the last answer, as several addresses may have been tried; empty if no server answered.
  let state: String

  /// - Parameter message: with `FATAL:  53300: sorry, too many clients already` and a line that tells where in the
  ///   server's sources that was said.
  init(_ message: String) {
    var state = ""
    var lines: [String] = []
    for line in message.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("LOCATION:  ") {
      guard let (code, rest) = Self.code(in: line) else {
        lines.append(String(line))
        continue
      }
      state = code
      lines.append(rest)
    }
    text = lines.joined(separator: "\n")
    self.state = state
  }

  /// The five characters between `:  ` and `: `, behind the word of how bad it is; and the line without them.
  private static func code(in line: Substring) -> (code: String, rest: String)? {
    var scalars = Array(line.unicodeScalars)
    guard scalars.count >= 10 else { return nil }
    for start in 3..<(scalars.count - 6)
    where scalars[start - 3] == ":" && scalars[start - 2] == " " && scalars[start - 1] == " "
      && scalars[start + 5] == ":" && scalars[start + 6] == " "
      && scalars[start..<(start + 5)].allSatisfy({ ("0"..."9").contains($0) || ("A"..."Z").contains($0) })
    {
      var code = String.UnicodeScalarView()
      code.append(contentsOf: scalars[start..<(start + 5)])
      scalars.removeSubrange(start..<(start + 7))
      var rest = String.UnicodeScalarView()
      rest.append(contentsOf: scalars)
      return (String(code), String(rest))
    }
    return nil
  }
}
