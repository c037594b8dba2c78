import CoffreCore

/// A pattern for the name of a database: `*`, `?`, sets; everything else stands for itself, capitals too.
struct DatabasePattern: Sendable, Hashable {
  let text: String
  private let name: NamePattern

  init(_ text: String, option: String) throws(ObjectPatternError) {
    self.text = text
    name = try namePattern(Array(text.utf8)[...], of: text, option: option)
  }

  func matches(_ bytes: [UInt8]) -> Bool { name.matches(bytes) }
}

/// A table's names as bytes, made once for many patterns.
struct TableNames {
  let database: [UInt8]
  let schema: [UInt8]
  let name: [UInt8]

  init(_ table: ObjectPatterns.Table) {
    database = Array(table.database.utf8)
    schema = Array((table.schema ?? "").utf8)
    name = Array(table.name.utf8)
  }
}

/// A pattern `[database.][schema.]table`; what it does not name may be anything.
struct TablePattern: Sendable, Hashable {
  let text: String
  private let database: NamePattern?
  private let schema: NamePattern?
  private let name: NamePattern

  init(_ text: String, _ kind: DatabaseKind, option: String) throws(ObjectPatternError) {
    self.text = text
    let pieces = namePieces(Array(text.utf8))
    let hasSchemas = kind == .postgresql
    guard pieces.count <= (hasSchemas ? 3 : 2), let last = pieces.last else {
      throw ObjectPatternError(option: option, pattern: text, problem: "it has more names than a table")
    }
    name = try namePattern(last, of: text, option: option)
    let schemaPiece = hasSchemas && pieces.count > 1 ? pieces[pieces.count - 2] : nil
    let databasePiece = pieces.count > (hasSchemas ? 2 : 1) ? pieces[0] : nil
    schema = if let schemaPiece { try namePattern(schemaPiece, of: text, option: option) } else { nil }
    database = if let databasePiece { try namePattern(databasePiece, of: text, option: option) } else { nil }
  }

  func matches(_ table: TableNames) -> Bool {
    name.matches(table.name) && schema?.matches(table.schema) != false && database?.matches(table.database) != false
  }
}

private func namePattern(
  _ piece: ArraySlice<UInt8>, of text: String, option: String
) throws(ObjectPatternError) -> NamePattern {
  guard !piece.isEmpty else {
    throw ObjectPatternError(option: option, pattern: text, problem: "a name in it is empty")
  }
  do throws(Pattern.Invalid) {
    return try NamePattern(Array(piece), of: text)
  } catch {
    throw ObjectPatternError(option: option, pattern: text, problem: error.problem)
  }
}

/// The pieces between dots; a dot behind a backslash or in a set is part of a piece.
private func namePieces(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
  var pieces: [ArraySlice<UInt8>] = []
  var start = 0
  var position = 0
  var isInSet = false
  while position < text.count {
    switch text[position] {
    case UInt8(ascii: "\\"): position += 1
    case UInt8(ascii: "["): isInSet = true
    case UInt8(ascii: "]"): isInSet = false
    case UInt8(ascii: ".") where !isInSet:
      pieces.append(text[start..<position])
      start = position + 1
    default: break
    }
    position += 1
  }
  pieces.append(text[start...])
  return pieces
}
