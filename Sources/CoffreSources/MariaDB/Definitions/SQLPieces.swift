/// The pieces of a statement that MariaDB wrote: names, texts, words, marks; by bytes.
struct SQLPieces {
  enum Kind: Sendable, Hashable { case name, text, word, mark }

  struct Piece: Sendable, Hashable {
    let kind: Kind
    let range: Range<Int>
  }

  /// - Parameter statement: without comments, as `SHOW CREATE` answers.
  static func read(_ statement: [UInt8]) -> [Piece] {
    var pieces: [Piece] = []
    var position = 0
    while position < statement.count {
      let byte = statement[position]
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        position += 1
      case UInt8(ascii: "`"), UInt8(ascii: "'"), UInt8(ascii: "\""):
        let end = endOfQuoted(statement, from: position)
        pieces.append(Piece(kind: byte == UInt8(ascii: "`") ? .name : .text, range: position..<end))
        position = end
      default:
        var end = position + 1
        let isWord = isLetter(byte)
        while isWord, end < statement.count, isLetter(statement[end]) { end += 1 }
        pieces.append(Piece(kind: isWord ? .word : .mark, range: position..<end))
        position = end
      }
    }
    return pieces
  }

  /// Behind the closing quote; a doubled one, or one behind a backslash in a text, does not close.
  private static func endOfQuoted(_ statement: [UInt8], from start: Int) -> Int {
    let quote = statement[start]
    var position = start + 1
    while position < statement.count {
      let byte = statement[position]
      if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") {
        position += 2
        continue
      }
      position += 1
      guard byte == quote else { continue }
      guard position < statement.count, statement[position] == quote else { return position }
      position += 1
    }
    return statement.count
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF:
      true
    default: false
    }
  }

  /// The name in back quotes that `bytes` are.
  static func name(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self).replacing("``", with: "`")
  }
}
