package import PostgresKit

/// A name as SQL takes it whatever its letters: always in double quotes.
///
/// - Throws: for a text with a NUL character, which no name of PostgreSQL can hold.
package func quotedIdentifier(_ name: String) throws(PostgresError) -> String {
  let quoted = try doubled("\"", in: name)
  return "\"\(quoted)\""
}

/// `"schema"."name"`.
package func quotedName(_ schema: String, _ name: String) throws(PostgresError) -> String {
  let quoted = try (schema: quotedIdentifier(schema), name: quotedIdentifier(name))
  return "\(quoted.schema).\(quoted.name)"
}

/// A text as a constant of SQL, whether `standard_conforming_strings` is on or off.
///
/// - Throws: for a text with a NUL character, which no text of PostgreSQL can hold.
package func quotedLiteral(_ text: String) throws(PostgresError) -> String {
  let quoted = try doubled("'", in: text)
  guard quoted.utf8.contains(UInt8(ascii: "\\")) else { return "'\(quoted)'" }
  // The blank keeps the E from becoming a part of a word before it, as in libpq's PQescapeLiteral.
  let escaped = try doubled("\\", in: quoted)
  return " E'\(escaped)'"
}

/// Bytes, not characters: a quote that carries a combining accent is a quote for the server.
private func doubled(_ special: Unicode.Scalar, in text: String) throws(PostgresError) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    guard scalar != "\0" else {
      throw PostgresError(.unexpected, "a text with a NUL character cannot be sent to the server")  // not for people
    }
    if scalar == special { result.append(scalar) }
    result.append(scalar)
  }
  return String(result)
}
