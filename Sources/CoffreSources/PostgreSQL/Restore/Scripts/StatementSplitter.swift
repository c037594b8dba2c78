import CoffreSystem

/// Cuts a script into statements as psql does, from bytes that come piece by piece.
///
/// A semicolon ends a statement outside of quotes, comments, parentheses (the commands of a rule) and the body of a routine
/// in `BEGIN ATOMIC … END`. Lines with psql's own commands, which begin with a backslash, are told apart.
struct StatementSplitter: Sendable {
  enum Item: Sendable, Hashable {
    case statement(SQLStatement)
    /// A line that begins with a backslash, without its end.
    case command([UInt8])
  }

  private var lexer = SQLLexer()
  private var buffer: [UInt8] = []
  private var position = 0
  private var isEnded = false
  /// The pieces of the statement at hand, and where it begins.
  private var tokens: [SQLToken] = []
  private var start = 0
  private var parentheses = 0
  private var blocks = 0
  /// The first words, by their first letters, as psql keeps them.
  private var words: [String] = []
  /// Where looking again is worth it, when a piece was not at its end: twice as far, or a long constant would be read
  /// again for each of its parts.
  private var wanted = 0

  init() {}

  /// Takes what comes next of the text.
  mutating func feed(_ bytes: Span<UInt8>) {
    if start > 0 {
      buffer.removeFirst(start)
      position -= start
      wanted -= start
      tokens = tokens.map { SQLToken(kind: $0.kind, range: $0.range.lowerBound - start..<$0.range.upperBound - start) }
      start = 0
    }
    append(bytes, to: &buffer)
  }

  /// Gives back what was fed and not looked at yet, right behind a statement: it is no SQL.
  mutating func takeUnread() -> [UInt8] {
    let unread = Array(buffer[position...])
    (buffer, position, start, wanted) = ([], 0, 0, 0)
    return unread
  }

  /// Says that the text is at its end.
  mutating func end() { isEnded = true }

  /// - Returns: `nil` if more of the text is needed, or at its end. What stands there without a semicolon is a statement,
  ///   too.
  mutating func next() -> Item? {
    guard isEnded || buffer.count >= wanted else { return nil }
    while position < buffer.count {
      if tokens.isEmpty, buffer[position] == UInt8(ascii: "\\") { return takeCommand() }
      guard let token = lexer.token(at: position, in: buffer.span, isWhole: isEnded) else {
        wanted = position + 2 * (buffer.count - position)
        return nil
      }
      position = token.range.upperBound
      if tokens.isEmpty, token.kind == .space {
        start = position
        continue
      }
      if isEnd(token) {
        let statement = takeStatement(upTo: token.range.lowerBound)
        // Two semicolons have nothing between them.
        if let statement { return .statement(statement) }
      } else {
        tokens.append(token)
        note(token)
      }
    }
    guard isEnded, let last = takeStatement(upTo: buffer.count) else { return nil }
    return .statement(last)
  }

  private mutating func takeCommand() -> Item? {
    var end = position
    while end < buffer.count, buffer[end] != UInt8(ascii: "\n") { end += 1 }
    guard end < buffer.count || isEnded else { return nil }
    let line = Array(buffer[position..<end])
    position = min(end + 1, buffer.count)
    start = position
    return .command(line)
  }

  private func isEnd(_ token: SQLToken) -> Bool {
    token.kind == .other && buffer[token.range.lowerBound] == UInt8(ascii: ";") && parentheses == 0 && blocks == 0
  }

  private mutating func note(_ token: SQLToken) {
    switch token.kind {
    case .other:
      if buffer[token.range.lowerBound] == UInt8(ascii: "(") { parentheses += 1 }
      if buffer[token.range.lowerBound] == UInt8(ascii: ")"), parentheses > 0 { parentheses -= 1 }
    case .word: note(word: String(decoding: buffer[token.range], as: UTF8.self).lowercased())
    case .space, .quotedName, .constant: break
    }
  }

  /// Only the body of a routine holds statements (psqlscan.l: `begin_depth`).
  private mutating func note(word: String) {
    if words.count < 4 { words.append(word) }
    guard parentheses == 0, isRoutine else { return }
    switch word {
    case "begin": blocks += 1
    case "case" where blocks > 0: blocks += 1
    case "end" where blocks > 0: blocks -= 1
    default: break
    }
  }

  private var isRoutine: Bool {
    let kinds: Set = ["function", "procedure"]
    guard words.first == "create", words.count > 1 else { return false }
    return kinds.contains(words[1]) || words.count > 3 && words[1...2] == ["or", "replace"] && kinds.contains(words[3])
  }

  private mutating func takeStatement(upTo end: Int) -> SQLStatement? {
    defer {
      tokens = []
      start = position
      (parentheses, blocks, words, wanted) = (0, 0, [], 0)
    }
    guard !tokens.isEmpty else { return nil }
    let statement = SQLStatement(Array(buffer[start..<end]), tokens: tokens, from: start)
    if statement.begins("set", "standard_conforming_strings") {
      lexer.escapesEverywhere = statement.pieces.last?.text == "off"
    }
    return statement
  }
}
