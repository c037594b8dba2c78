import CoffreCore

/// A table's definition as the server writes it, taken apart: what rows need, and what is made faster when they are there.
struct CreateTable: Sendable, Hashable {
  let name: String
  /// `CREATE TABLE …` with the primary key, and the keys that the numbering of rows needs.
  let table: String
  /// `KEY …`, `UNIQUE KEY …`: as many as one statement can make at once; `FULLTEXT` and `SPATIAL` ones each alone.
  let keys: [[String]]
  /// `CONSTRAINT … FOREIGN KEY …`.
  let foreignKeys: [String]

  /// - Parameters:
  ///   - statement: what `SHOW CREATE TABLE` answers.
  ///   - database: the one that it lies in; where the text names it, it need not.
  ///   - takesApart: only engines that add keys without writing the table anew gain by it.
  init(_ statement: String, name: String, in database: String, takesApart: Bool) {
    self.name = name
    let bytes = Self.withoutDatabase(Array(statement.utf8), database)
    let pieces = SQLPieces.read(bytes)
    guard let body = Self.body(of: pieces, bytes) else {
      table = String(decoding: bytes, as: UTF8.self)
      keys = []
      foreignKeys = []
      return
    }
    let clauses = Self.clauses(pieces, body, bytes)
    let numbered = clauses.first { Self.has("AUTO_INCREMENT", $0, pieces, bytes) }.flatMap { clause in
      pieces[clause.lowerBound].kind == .name ? bytes[pieces[clause.lowerBound].range] : nil
    }
    var kept: [String] = []
    var plain: [String] = []
    var single: [[String]] = []
    var references: [String] = []
    for clause in clauses {
      let text = Self.text(of: clause, pieces, bytes)
      switch Self.kind(of: clause, pieces, bytes) {
      case .foreignKey: references.append(text)
      case .key where takesApart && Self.firstColumn(of: clause, pieces, bytes) != numbered: plain.append(text)
      case .singleKey where takesApart: single.append([text])
      default: kept.append(text)
      }
    }
    let head = String(decoding: bytes[..<bytes[pieces[body.lowerBound - 1].range].endIndex], as: UTF8.self)
    let tail = String(decoding: bytes[pieces[body.upperBound].range.lowerBound...], as: UTF8.self)
    table = head + "\n  " + kept.joined(separator: ",\n  ") + "\n" + tail
    keys = (plain.isEmpty ? [] : [plain]) + single
    foreignKeys = references
  }

  /// Statements that make what was left out.
  var keyStatements: [String] { keys.map { statement(adding: $0) } }
  var foreignKeyStatements: [String] { foreignKeys.isEmpty ? [] : [statement(adding: foreignKeys)] }

  private func statement(adding clauses: [String]) -> String {
    #"ALTER TABLE \#(MariaDBQuoting.identifier(name))"# + "\n  "
      + clauses.map { #"ADD \#($0)"# }.joined(separator: ",\n  ")
  }

  // MARK: Reading

  private enum ClauseKind { case key, singleKey, foreignKey, other }

  /// What stands between the first parenthesis and its partner, as places of pieces.
  private static func body(of pieces: [SQLPieces.Piece], _ bytes: [UInt8]) -> Range<Int>? {
    guard let open = pieces.firstIndex(where: { isMark("(", $0, bytes) }) else { return nil }
    var depth = 0
    for index in open..<pieces.count {
      if isMark("(", pieces[index], bytes) { depth += 1 }
      if isMark(")", pieces[index], bytes) {
        depth -= 1
        if depth == 0 { return (open + 1)..<index }
      }
    }
    return nil
  }

  private static func clauses(
    _ pieces: [SQLPieces.Piece], _ body: Range<Int>, _ bytes: [UInt8]
  ) -> [Range<Int>] {
    var clauses: [Range<Int>] = []
    var start = body.lowerBound
    var depth = 0
    for index in body {
      if isMark("(", pieces[index], bytes) { depth += 1 }
      if isMark(")", pieces[index], bytes) { depth -= 1 }
      guard depth == 0, isMark(",", pieces[index], bytes) else { continue }
      clauses.append(start..<index)
      start = index + 1
    }
    clauses.append(start..<body.upperBound)
    return clauses.filter { !$0.isEmpty }
  }

  private static func kind(of clause: Range<Int>, _ pieces: [SQLPieces.Piece], _ bytes: [UInt8]) -> ClauseKind {
    let first = word(pieces[clause.lowerBound], bytes)
    switch first {
    case "KEY", "INDEX", "UNIQUE": return .key
    case "FULLTEXT", "SPATIAL", "VECTOR": return .singleKey
    case "FOREIGN": return .foreignKey
    case "CONSTRAINT": return has("FOREIGN", clause.prefix(3), pieces, bytes) ? .foreignKey : .other
    default: return .other
    }
  }

  private static func firstColumn(
    of clause: Range<Int>, _ pieces: [SQLPieces.Piece], _ bytes: [UInt8]
  ) -> ArraySlice<UInt8>? {
    guard let open = clause.first(where: { isMark("(", pieces[$0], bytes) }), open + 1 < clause.upperBound else {
      return nil
    }
    return bytes[pieces[open + 1].range]
  }

  private static func has(
    _ wanted: String, _ clause: Range<Int>, _ pieces: [SQLPieces.Piece], _ bytes: [UInt8]
  ) -> Bool {
    clause.contains { word(pieces[$0], bytes) == wanted }
  }

  private static func text(of clause: Range<Int>, _ pieces: [SQLPieces.Piece], _ bytes: [UInt8]) -> String {
    String(
      decoding: bytes[pieces[clause.lowerBound].range.lowerBound..<pieces[clause.upperBound - 1].range.upperBound],
      as: UTF8.self)
  }

  private static func word(_ piece: SQLPieces.Piece, _ bytes: [UInt8]) -> String? {
    piece.kind == .word ? String(decoding: bytes[piece.range], as: UTF8.self).uppercased() : nil
  }

  private static func isMark(_ mark: Unicode.Scalar, _ piece: SQLPieces.Piece, _ bytes: [UInt8]) -> Bool {
    piece.kind == .mark && bytes[piece.range.lowerBound] == UInt8(truncatingIfNeeded: mark.value)
  }

  /// `` `shop`.`numbers` `` of the database itself becomes `` `numbers` ``: it may be called otherwise one day.
  private static func withoutDatabase(_ statement: [UInt8], _ database: String) -> [UInt8] {
    let name = Array(MariaDBQuoting.identifier(database).utf8)
    let pieces = SQLPieces.read(statement)
    var result: [UInt8] = []
    var start = 0
    for index in pieces.indices.dropLast(2)
    where pieces[index].kind == .name && pieces[index + 2].kind == .name && isMark(".", pieces[index + 1], statement)
      && statement[pieces[index].range].elementsEqual(name)
    {
      result += statement[start..<pieces[index].range.lowerBound]
      start = pieces[index + 2].range.lowerBound
    }
    return result + statement[start...]
  }
}

extension CreateTable {
  /// Its columns that name a database, with another one instead.
  static func columns(of statement: String, naming database: String, as other: String) -> [String] {
    let bytes = Array(statement.utf8)
    let pieces = SQLPieces.read(bytes)
    guard let body = body(of: pieces, bytes) else { return [] }
    let name = Array(MariaDBQuoting.identifier(database).utf8)
    return clauses(pieces, body, bytes).compactMap { clause in
      guard pieces[clause.lowerBound].kind == .name else { return nil }
      let places = clause.dropLast().filter { index in
        pieces[index].kind == .name && isMark(".", pieces[index + 1], bytes)
          && bytes[pieces[index].range].elementsEqual(name)
      }
      guard !places.isEmpty else { return nil }
      var text: [UInt8] = []
      var start = pieces[clause.lowerBound].range.lowerBound
      for place in places {
        text += bytes[start..<pieces[place].range.lowerBound] + Array(MariaDBQuoting.identifier(other).utf8)
        start = pieces[place].range.upperBound
      }
      text += bytes[start..<pieces[clause.upperBound - 1].range.upperBound]
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// Sequences of a database that a table's columns take their numbers from.
  static func sequences(of statement: String, in database: String) -> Set<String> {
    let bytes = Array(statement.utf8)
    let pieces = SQLPieces.read(bytes)
    func name(_ index: Int) -> String? {
      index < pieces.count && pieces[index].kind == .name ? SQLPieces.name(bytes[pieces[index].range]) : nil
    }
    var names: Set<String> = []
    for index in pieces.indices.dropLast(2)
    where ["NEXTVAL", "LASTVAL"].contains(word(pieces[index], bytes) ?? "") && isMark("(", pieces[index + 1], bytes) {
      guard let first = name(index + 2) else { continue }
      guard index + 3 < pieces.count, isMark(".", pieces[index + 3], bytes), let second = name(index + 4) else {
        names.insert(first)
        continue
      }
      if first.hasSameBytes(as: database) { names.insert(second) }
    }
    return names
  }

  /// The same without the next number of its rows, which changes with each of them.
  static func withoutCounter(_ statement: String) -> String {
    let bytes = Array(statement.utf8)
    let pieces = SQLPieces.read(bytes)
    guard let place = pieces.lastIndex(where: { word($0, bytes) == "AUTO_INCREMENT" }), place + 2 < pieces.count,
      isMark("=", pieces[place + 1], bytes)
    else { return statement }
    return String(
      decoding: bytes[..<pieces[place].range.lowerBound] + bytes[pieces[place + 2].range.upperBound...], as: UTF8.self)
  }
}
