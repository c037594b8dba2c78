import CoffreCore

// Values written out, as rows of dumps have them.

extension DumpWords {
  /// Whether nothing follows but values written out, their commas and parentheses: nothing that the server would look for,
  /// or call.
  mutating func holdsValuesOnly() -> Bool {
    var isBehindWord = false
    while let piece {
      advance()
      switch piece.kind {
      case .text: isBehindWord = false
      case .name: return false
      case .mark:
        switch text(piece).first {
        case UInt8(ascii: "("):
          if isBehindWord { return false }
        case UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): break
        default: return false
        }
        isBehindWord = false
      case .word:
        guard isValue(text(piece)) else { return false }
        isBehindWord = true
      }
    }
    return true
  }

  /// Numbers, `NULL`, and what stands before a text: `_binary`, `x`, `b`, `n`.
  private func isValue(_ word: ArraySlice<UInt8>) -> Bool {
    guard let first = word.first else { return false }
    if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) { return true }
    if first == UInt8(ascii: "_") || word.count == 1 {
      if let piece, piece.kind == .text { return true }
      // `_binary 0x6162`.
      guard first == UInt8(ascii: "_"), let piece, piece.kind == .word else { return false }
      return text(piece).first == UInt8(ascii: "0")
    }
    return ["NULL", "TRUE", "FALSE", "DEFAULT"].contains(displayed(word).uppercased())
  }
}
