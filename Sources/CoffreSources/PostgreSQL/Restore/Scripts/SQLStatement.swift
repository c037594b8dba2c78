import CoffreCore

/// One statement of a script, without its semicolon, in the script's encoding.
struct SQLStatement: Sendable, Hashable {
  let bytes: [UInt8]
  /// What stands in it beside space and comments.
  let pieces: [Piece]

  /// A piece of the statement that means something.
  struct Piece: Sendable, Hashable {
    let kind: SQLToken.Kind
    let range: Range<Int>
    /// Of a word, in lower case, and of a single other byte; empty for all else.
    let text: String
  }

  /// - Parameter tokens: all of the statement, with ranges from `start` on.
  init(_ bytes: [UInt8], tokens: [SQLToken], from start: Int = 0) {
    self.bytes = bytes
    pieces = tokens.filter { $0.kind != .space }.map { token in
      let range = (token.range.lowerBound - start)..<(token.range.upperBound - start)
      let isNamed = token.kind == .word || token.kind == .other
      return Piece(kind: token.kind, range: range, text: isNamed ? displayed(bytes[range].map(Self.lowered)) : "")
    }
  }

  /// For statements that are made here, and for tests.
  init(_ text: String) {
    self.init(rereading: Array(text.utf8))
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// Whether it begins with these key words.
  func begins(_ words: String...) -> Bool {
    pieces.count >= words.count && zip(pieces, words).allSatisfy { $0.kind == .word && $0.text == $1 }
  }

  /// The place of a run of key words, at most so deep in parentheses as the statement's own level.
  func firstIndex(ofWords words: String..., from start: Int = 0) -> Int? {
    var depth = 0
    for index in start..<max(start, pieces.count) {
      switch pieces[index].text {
      case "(": depth += 1
      case ")": depth -= 1
      default: break
      }
      guard depth == 0, index + words.count <= pieces.count else { continue }
      let found = pieces[index..<(index + words.count)]
      if zip(found, words).allSatisfy({ $0.kind == .word && $0.text == $1 }) { return index }
    }
    return nil
  }

  /// The name that a piece stands for, as the catalogs have it; `nil` for what is no name.
  func name(at index: Int) -> [UInt8]? {
    guard pieces.indices.contains(index) else { return nil }
    let piece = pieces[index]
    switch piece.kind {
    case .word: return bytes[piece.range].map(Self.lowered)
    case .quotedName:
      let quote = UInt8(ascii: "\"")
      var name: [UInt8] = []
      var isHalf = false
      for byte in bytes[piece.range].dropFirst().dropLast() {
        // The second one of two.
        if byte == quote, isHalf {
          isHalf = false
          continue
        }
        isHalf = byte == quote
        name.append(byte)
      }
      return name
    case .space, .constant, .other: return nil
    }
  }

  /// `a`, `a.b`, `a.b.c` from a piece on.
  ///
  /// - Returns: the names, and the place behind them.
  func qualifiedName(at start: Int) -> (names: [[UInt8]], end: Int) {
    var names: [[UInt8]] = []
    var index = start
    while let name = name(at: index) {
      names.append(name)
      index += 1
      guard index < pieces.count, pieces[index].text == "." else { break }
      index += 1
    }
    return (names, index)
  }

  /// The same with other bytes instead of some of its pieces, which stand one behind the other.
  func replacing(_ range: Range<Int>, by text: [UInt8]) -> SQLStatement {
    guard let first = range.first, let last = range.last else { return self }
    var replaced = bytes
    replaced.replaceSubrange(pieces[first].range.lowerBound..<pieces[last].range.upperBound, with: text)
    return SQLStatement(rereading: replaced)
  }

  private init(rereading bytes: [UInt8]) {
    var tokens: [SQLToken] = []
    var position = 0
    while position < bytes.count, let token = SQLLexer().token(at: position, in: bytes.span, isWhole: true) {
      tokens.append(token)
      position = token.range.upperBound
    }
    self.init(bytes, tokens: tokens)
  }

  /// Its first words, for people: nothing of it that could be a secret.
  var title: String {
    let limit = 8
    let shown = pieces.prefix(limit).prefix { $0.kind == .word || $0.kind == .quotedName || $0.text == "." }
    guard let first = shown.first, let last = shown.last else { return "" }
    return displayed(bytes[first.range.lowerBound..<last.range.upperBound])
  }
}
