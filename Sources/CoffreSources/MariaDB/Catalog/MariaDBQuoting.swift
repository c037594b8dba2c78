/// Names and texts as statements have them, by bytes: what is quoted need not be UTF-8.
package enum MariaDBQuoting {
  /// `` `name` ``, whatever it holds.
  package static func identifier(_ name: String) -> String { wrapped(name, in: "`", hiding: ["`": "``"]) }

  /// `'text'`, for a session whose `sql_mode` leaves the backslash its meaning.
  package static func literal(_ text: String) -> String {
    wrapped(text, in: "'", hiding: ["'": "''", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\0": "\\0"])
  }

  /// Quoted, joined by commas.
  static func list(_ names: [String]) -> String { names.map(identifier).joined(separator: ", ") }

  /// Not by characters: a quote that carries an accent is a quote.
  private static func wrapped(
    _ text: String, in mark: Unicode.Scalar, hiding replacements: [Unicode.Scalar: String]
  ) -> String {
    var result = String.UnicodeScalarView()
    result.append(mark)
    for scalar in text.unicodeScalars {
      if let replacement = replacements[scalar] {
        result.append(contentsOf: replacement.unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    result.append(mark)
    return String(result)
  }
}
