import PostgresKit

/// One row of an answer. A value that is missing or malformed where none may be is an error, never a default: it would
/// hide an object.
struct CatalogRow {
  let query: String
  let positions: [String: Int]
  let table: any PostgresTable
  let row: Int

  func optionalText(_ column: String) -> String? {
    guard let position = positions[column] else {
      preconditionFailure("the query \(query) has no column \(column)")
    }
    return table[row, position]
  }

  func text(_ column: String) throws(PostgresError) -> String {
    guard let value = optionalText(column) else { throw malformed(column) }
    return value
  }

  /// A name that can be sent back to the server: one whose bytes are UTF-8.
  func name(_ column: String) throws(PostgresError) -> String {
    let value = try text(column)
    guard !value.unicodeScalars.contains("\u{FFFD}") else { throw malformed(column) }
    return value
  }

  func optionalName(_ column: String) throws(PostgresError) -> String? {
    try optionalText(column) == nil ? nil : name(column)
  }

  func number<Number: FixedWidthInteger>(_ column: String) throws(PostgresError) -> Number {
    guard let value = try Number(text(column), radix: 10) else { throw malformed(column) }
    return value
  }

  func integer(_ column: String) throws(PostgresError) -> Int { try number(column) }

  func optionalNumber<Number: FixedWidthInteger>(_ column: String) throws(PostgresError) -> Number? {
    guard optionalText(column) != nil else { return nil }
    let value: Number = try number(column)
    return value
  }

  func flag(_ column: String) throws(PostgresError) -> Bool {
    switch try text(column) {
    case "t": true
    case "f": false
    default: throw malformed(column)
    }
  }

  func optionalFlag(_ column: String) throws(PostgresError) -> Bool? {
    try optionalText(column) == nil ? nil : flag(column)
  }

  /// One of the letters that catalogs use for kinds.
  func letter<Letter: RawRepresentable<String>>(_ column: String) throws(PostgresError) -> Letter {
    guard let value = try Letter(rawValue: text(column)) else { throw malformed(column) }
    return value
  }

  /// The numbers of an array without NULL: `{1,2}`.
  func numbers<Number: FixedWidthInteger>(_ column: String) throws(PostgresError) -> [Number] {
    let value = try text(column)
    guard value.hasPrefix("{"), value.hasSuffix("}") else { throw malformed(column) }
    let list = value.dropFirst().dropLast()
    guard !list.isEmpty else { return [] }
    var numbers: [Number] = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Number(word, radix: 10) else { throw malformed(column) }
      numbers.append(number)
    }
    return numbers
  }

  func malformed(_ column: String) -> PostgresError {
    let value = optionalText(column).map { text in "'\(text)'" } ?? "NULL"
    return PostgresError(.unexpected, "the query '\(query)' brought \(value) as '\(column)'")  // not for people
  }
}
