/// A piece of SQL, as psql's own reader (psqlscan.l) tells pieces apart: just enough to know where statements end and what
/// they name.
struct SQLToken: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    /// White space and comments.
    case space
    /// A key word or a name without quotes.
    case word
    /// A name in double quotes.
    case quotedName
    /// A constant in quotes or dollars; its prefix, as the `E` of `E''`, belongs to it.
    case constant
    /// Any other byte; a run of digits is one.
    case other
  }

  let kind: Kind
  let range: Range<Int>
}

/// Tells the pieces of a text apart, one after the other. Works on bytes: no encoding of a server has ASCII within the bytes
/// of another character.
struct SQLLexer: Sendable {
  /// Whether backslashes escape in all constants, not only in `E''` (`standard_conforming_strings` is off).
  var escapesEverywhere = false

  /// The piece at `start`.
  ///
  /// - Parameter isWhole: whether the text ends where `bytes` does.
  /// - Returns: `nil` if what follows `bytes` may belong to it.
  /// - Precondition: `start` is within the text.
  func token(at start: Int, in bytes: Span<UInt8>, isWhole: Bool) -> SQLToken? {
    let found: (kind: SQLToken.Kind, end: Int?)
    switch bytes[start] {
    case UInt8(ascii: " "), 9...13: found = (.space, run(from: start, in: bytes, while: Self.isSpace))
    case UInt8(ascii: "-"): found = dash(at: start, in: bytes)
    case UInt8(ascii: "/"): found = slash(at: start, in: bytes)
    case UInt8(ascii: "'"): found = (.constant, quoted(at: start, in: bytes, escapes: escapesEverywhere))
    case UInt8(ascii: "\""): found = (.quotedName, quoted(at: start, in: bytes, escapes: false))
    case UInt8(ascii: "$"): found = dollar(at: start, in: bytes)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): found = (.other, run(from: start, in: bytes, while: Self.isDigit))
    case let byte where Self.beginsWord(byte): found = word(at: start, in: bytes)
    default: found = (.other, start + 1)
    }
    if let end = found.end { return SQLToken(kind: found.kind, range: start..<end) }
    return isWhole ? SQLToken(kind: found.kind, range: start..<bytes.count) : nil
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (9...13).contains(byte) }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func beginsWord(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80 || byte == UInt8(ascii: "_")
      || byte >= 0x80
  }

  private static func continuesTag(_ byte: UInt8) -> Bool { beginsWord(byte) || isDigit(byte) }
  private static func continuesWord(_ byte: UInt8) -> Bool { continuesTag(byte) || byte == UInt8(ascii: "$") }
}

// MARK: Ends; `nil` where the bytes do not tell

extension SQLLexer {
  private func run(from start: Int, in bytes: Span<UInt8>, while belongs: (UInt8) -> Bool) -> Int? {
    var end = start
    while end < bytes.count, belongs(bytes[end]) { end += 1 }
    return end < bytes.count ? end : nil
  }

  private func dash(at start: Int, in bytes: Span<UInt8>) -> (SQLToken.Kind, Int?) {
    guard start + 1 < bytes.count else { return (.other, nil) }
    guard bytes[start + 1] == UInt8(ascii: "-") else { return (.other, start + 1) }
    return (.space, run(from: start, in: bytes) { $0 != UInt8(ascii: "\n") })
  }

  /// Comments may stand in one another.
  private func slash(at start: Int, in bytes: Span<UInt8>) -> (SQLToken.Kind, Int?) {
    guard start + 1 < bytes.count else { return (.other, nil) }
    guard bytes[start + 1] == UInt8(ascii: "*") else { return (.other, start + 1) }
    var depth = 1
    var position = start + 2
    while position + 1 < bytes.count {
      switch (bytes[position], bytes[position + 1]) {
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        depth += 1
        position += 2
      case (UInt8(ascii: "*"), UInt8(ascii: "/")):
        depth -= 1
        position += 2
        if depth == 0 { return (.space, position) }
      default: position += 1
      }
    }
    return (.space, nil)
  }

  /// From quote to quote; a doubled one is a part of it.
  private func quoted(at start: Int, in bytes: Span<UInt8>, escapes: Bool) -> Int? {
    let quote = bytes[start]
    var position = start + 1
    while position < bytes.count {
      let byte = bytes[position]
      if escapes, byte == UInt8(ascii: "\\") {
        position += 2
      } else if byte != quote {
        position += 1
      } else if position + 1 == bytes.count {
        return nil
      } else if bytes[position + 1] == quote {
        position += 2
      } else {
        return position + 1
      }
    }
    return nil
  }

  /// `$$…$$`, `$tag$…$tag$`, or a dollar alone.
  private func dollar(at start: Int, in bytes: Span<UInt8>) -> (SQLToken.Kind, Int?) {
    var tagEnd = start + 1
    while tagEnd < bytes.count, Self.continuesTag(bytes[tagEnd]) { tagEnd += 1 }
    guard tagEnd < bytes.count else { return (.other, nil) }
    let isTag = tagEnd == start + 1 || Self.beginsWord(bytes[start + 1])
    guard isTag, bytes[tagEnd] == UInt8(ascii: "$") else { return (.other, start + 1) }
    let length = tagEnd + 1 - start
    var position = tagEnd + 1
    while position + length <= bytes.count {
      if bytes[position] == UInt8(ascii: "$"), isEqual(bytes, start, position, length) {
        return (.constant, position + length)
      }
      position += 1
    }
    return (.constant, nil)
  }

  private func isEqual(_ bytes: Span<UInt8>, _ left: Int, _ right: Int, _ length: Int) -> Bool {
    for offset in 0..<length where bytes[left + offset] != bytes[right + offset] { return false }
    return true
  }

  private func word(at start: Int, in bytes: Span<UInt8>) -> (SQLToken.Kind, Int?) {
    guard let end = run(from: start, in: bytes, while: Self.continuesWord) else { return (.word, nil) }
    guard end == start + 1, bytes[start] | 0x20 == UInt8(ascii: "e"), bytes[end] == UInt8(ascii: "'") else {
      return (.word, end)
    }
    return (.constant, quoted(at: end, in: bytes, escapes: true))
  }
}
