import CoffreCore

/// The pieces of a statement of a dump, one after the other, as the server reads them that it is sent to: without remarks,
/// and of what stands in remarks for servers of some version only what this one runs.
struct DumpWords: Sendable {
  /// How a server reads.
  struct Reading: Sendable, Hashable {
    let version: MariaDBVersion
    /// Whether a backslash in a text stands for itself.
    let keepsBackslashes: Bool
    /// Whether what stands in double quotes is a name: no backslash in it hides anything.
    var quotesNames = false
    /// Whether statements are sent in UTF-8: elsewhere some letter may be a space to the server.
    var isUTF8 = true

    /// Whether a backslash within these quotes hides what stands behind it.
    func hides(within quote: UInt8) -> Bool {
      switch quote {
      case UInt8(ascii: "'"): !keepsBackslashes
      case UInt8(ascii: "\""): !keepsBackslashes && !quotesNames
      default: false
      }
    }

    /// Whether `--` before this byte begins a remark: a space, or what is no sign at all.
    static func opensRemark(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") || byte == 0x7F }
  }

  /// A sequence that a table asks for numbers, as a statement names it.
  struct SequenceName: Sendable, Hashable {
    /// Without its quotes, and without its database.
    let name: [UInt8]
    /// Without its quotes.
    let database: [UInt8]
    /// Where the name of its database stands, with the dot behind it.
    let place: Range<Int>
  }

  /// Why a statement is not run.
  enum Deviation: Error, Sendable, Hashable {
    /// It names a database.
    case leaves
    /// No dump of one database has it.
    case strange
  }

  private let bytes: [UInt8]
  private let reading: Reading
  private var position = 0
  /// Within a remark that the server runs.
  private var isWithin = false
  /// Whether something stood here of which it is not known how the server reads it; nothing follows then.
  private(set) var isDoubtful = false
  /// Sequences of some database that were passed by ``noteSequence()``.
  private(set) var sequences: [SequenceName] = []
  /// The one that stands here; `nil` behind the last one.
  private(set) var piece: SQLPieces.Piece?

  init(_ bytes: [UInt8], _ reading: Reading) {
    self.bytes = bytes
    self.reading = reading
    advance()
  }

  /// Goes to the next piece.
  mutating func advance() { piece = next() }

  private mutating func next() -> SQLPieces.Piece? {
    while position < bytes.count {
      let start = position
      switch bytes[position] {
      case 0...UInt8(ascii: " "): position += 1
      case UInt8(ascii: "/") where stands("/*"): passRemark()
      case UInt8(ascii: "*") where isWithin && stands("*/"):
        position += 2
        isWithin = false
      case UInt8(ascii: "#"): passLine()
      case UInt8(ascii: "-") where stands("--") && opensRemark(position + 2): passLine()
      case UInt8(ascii: "-") where stands("--") && isForeign(position + 2): return doubtful()
      case let quote where quote == UInt8(ascii: "`") || quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""):
        passQuoted(quote)
        let isName = quote == UInt8(ascii: "`") || (quote == UInt8(ascii: "\"") && reading.quotesNames)
        return SQLPieces.Piece(kind: isName ? .name : .text, range: start..<position)
      case _ where !reading.isUTF8 && isForeign(position): return doubtful()
      case let byte where Self.isLetter(byte):
        while position < bytes.count, Self.isLetter(bytes[position]), reading.isUTF8 || !isForeign(position) {
          position += 1
        }
        return SQLPieces.Piece(kind: .word, range: start..<position)
      default:
        position += 1
        return SQLPieces.Piece(kind: .mark, range: start..<position)
      }
    }
    return nil
  }

  private mutating func doubtful() -> SQLPieces.Piece? {
    isDoubtful = true
    position = bytes.count
    return nil
  }
}

// MARK: What stands here

extension DumpWords {
  /// In capitals; empty for anything but a word.
  var word: String {
    guard let piece, piece.kind == .word else { return "" }
    return displayed(bytes[piece.range]).uppercased()
  }

  func isMark(_ mark: Character) -> Bool {
    guard let piece, piece.kind == .mark else { return false }
    return bytes[piece.range.lowerBound] == mark.asciiValue
  }

  /// As it stands in the statement.
  func text(_ piece: SQLPieces.Piece) -> ArraySlice<UInt8> { bytes[piece.range] }

  /// Passes a word.
  ///
  /// - Returns: whether it stood there.
  @discardableResult
  mutating func pass(_ wanted: String) -> Bool {
    guard word == wanted else { return false }
    advance()
    return true
  }

  @discardableResult
  mutating func pass(mark: Character) -> Bool {
    guard isMark(mark) else { return false }
    advance()
    return true
  }

  /// Passes `IF EXISTS` or `IF NOT EXISTS`.
  mutating func passCondition() {
    guard pass("IF") else { return }
    pass("NOT")
    pass("EXISTS")
  }

  /// Passes the name of something in the database that the statement is run in.
  ///
  /// - Returns: without its quotes.
  /// - Throws: `leaves` for one with a database before it.
  mutating func name() throws(Deviation) -> [UInt8] {
    guard let piece, let name = name(of: piece) else { throw .strange }
    advance()
    guard !isMark(".") else { throw .leaves }
    return name
  }

  /// Passes the name that the statement ends with.
  mutating func lastName() throws(Deviation) -> [UInt8] {
    let name = try name()
    guard piece == nil else { throw .strange }
    return name
  }

  /// Without its quotes; `nil` for what is none.
  func name(of piece: SQLPieces.Piece) -> [UInt8]? {
    let text = bytes[piece.range]
    guard let first = text.first else { return nil }
    switch piece.kind {
    case .word: return Array(text)
    case .name: break
    case .text, .mark: return nil
    }
    var name: [UInt8] = []
    var isSecond = false
    for byte in text.dropFirst().dropLast() {
      isSecond = byte == first && !isSecond
      if !isSecond { name.append(byte) }
    }
    return name
  }

  /// Looks whether what asks a sequence of some database for a number begins here, and notes it: `nextval(shop.s`,
  /// `NEXT VALUE FOR shop.s`, `shop.s.nextval`. Passes nothing.
  mutating func noteSequence() {
    var ahead = self
    let mayFollow: Bool
    switch ahead.word {
    case "NEXTVAL", "LASTVAL", "SETVAL":
      ahead.advance()
      mayFollow = ahead.pass(mark: "(")
    case "NEXT", "PREVIOUS":
      ahead.advance()
      mayFollow = ahead.pass("VALUE") && ahead.pass("FOR")
    default: mayFollow = false
    }
    if !mayFollow { ahead = self }
    guard let first = ahead.piece, let database = ahead.name(of: first) else { return }
    ahead.advance()
    guard ahead.pass(mark: "."), let sequence = ahead.piece, let name = ahead.name(of: sequence) else { return }
    ahead.advance()
    if !mayFollow {
      guard ahead.pass(mark: "."), ["NEXTVAL", "CURRVAL"].contains(ahead.word) else { return }
    }
    sequences.append(
      SequenceName(name: name, database: database, place: first.range.lowerBound..<sequence.range.lowerBound))
  }
}

// MARK: Passing bytes

extension DumpWords {
  private func stands(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

  /// Also behind the last byte.
  private func opensRemark(_ position: Int) -> Bool { position >= bytes.count || Reading.opensRemark(bytes[position]) }

  /// Whether a byte stands there that means a letter in some character set or other.
  private func isForeign(_ position: Int) -> Bool { position < bytes.count && bytes[position] >= 0x80 }

  private func isDigit(_ position: Int) -> Bool {
    position < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF:
      true
    default: false
    }
  }

  private mutating func passLine() {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
  }

  /// The doubled quote in the middle of one closes and opens again.
  private mutating func passQuoted(_ quote: UInt8) {
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\\"), reading.hides(within: quote) {
        position += 1
      } else if byte == quote {
        guard position < bytes.count, bytes[position] == quote else { return }
        position += 1
      }
    }
    position = bytes.count
  }

  /// `/*!50003 … */` is run by servers of that version or later, `/*M!100203 … */` by those of MariaDB; MariaDB leaves out
  /// what MySQL knows from 5.7 on.
  private mutating func passRemark() {
    let isMariaDBs = reading.version.isMariaDB && stands("/*M!")
    guard isMariaDBs || stands("/*!") else {
      passRemark(from: position + 2, holdsRemarks: false)
      return
    }
    let start = position + (isMariaDBs ? 4 : 3)
    var digits = 0
    while digits < 6, isDigit(start + digits) { digits += 1 }
    guard digits >= 5 else {
      position = start
      isWithin = true
      return
    }
    let number = bytes[start..<(start + digits)].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    // MySQL takes five digits for the version, and newer ones of it six: what is left to be run is not the same.
    if digits == 6, !reading.version.isMariaDB, number / 10 <= reading.version.number {
      _ = doubtful()
      return
    }
    let isMySQLs = reading.version.isMariaDB && !isMariaDBs && (50_700...99_999).contains(number)
    if number <= reading.version.number, !isMySQLs {
      position = start + digits
      isWithin = true
    } else {
      passRemark(from: start + digits, holdsRemarks: true)
    }
  }

  private mutating func passRemark(from start: Int, holdsRemarks: Bool) {
    position = start
    while position < bytes.count {
      if stands("*/") {
        position += 2
        return
      }
      if holdsRemarks, stands("/*") {
        passRemark(from: position + 2, holdsRemarks: false)
      } else {
        position += 1
      }
    }
  }
}
