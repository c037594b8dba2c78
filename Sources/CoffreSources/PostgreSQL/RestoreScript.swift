import PostgresKit

/// `restore.sql`: makes a database of the files beside it with psql alone.
struct RestoreScript {
  /// Rows of one file, and the table they go to.
  struct Rows: Sendable {
    var schema: String
    var table: String
    /// In the order of the rows' values; empty for a table without columns.
    var columns: [String]
    /// Below the script's folder.
    var path: String
  }

  var database: String
  var instant: String
  var encoding: String
  var locale: DatabaseLocale
  /// Of the server that it comes from.
  var majorVersion: Int
  /// See `DatabaseCommands`.
  var commands: [String]
  var rows: [Rows]
  var hasLargeObjects: Bool
  var hasRows: Bool
  var hasSchema: Bool

  func text() throws(PostgresError) -> String {
    var lines = [
      #"-- Database \#(comment(database)), as it was at \#(instant)."#,
      #"-- Into a new, empty database, inside this folder:"#,
      #"--   \#(comment(creation))"#,
      #"--   psql -X -d NEW -f restore.sql"#,
      #"-- Roles that own things must exist first: ../globals.sql."#,
    ]
    lines += folderCheck
    if hasSchema { lines.append(#"\i pre-data.sql"#) }
    if hasRows {
      lines += [
        #"SET client_encoding = 'UTF8';"#, #"SET search_path = '';"#, #"SET DateStyle = 'ISO';"#,
        #"SET IntervalStyle = 'postgres';"#, #"SET lc_monetary = 'C';"#, #"SET xmloption = content;"#,
        #"SET statement_timeout = 0;"#, #"SET lock_timeout = 0;"#, #"SET row_security = off;"#,
      ]
      for rows in rows { lines += try copy(rows) }
      if hasLargeObjects { lines.append(#"\i large-objects.sql"#) }
      lines.append(#"\i sequences.sql"#)
    }
    if hasSchema { lines.append(#"\i post-data.sql"#) }
    // The files above set what they need, and leave it so.
    if !commands.isEmpty {
      lines += [#"SET client_encoding = 'UTF8';"#, #"SET standard_conforming_strings = on;"#]
      lines += commands
    }
    // A foreign server that does not answer is no harm.
    lines += [#"\set ON_ERROR_STOP off"#, "ANALYZE;", #"\echo 'restored'"#]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Makes an empty database with the same encoding and locale.
  private var creation: String {
    var words = [#"createdb --template=template0 --encoding=\#(encoding)"#]
    // Until 15 there is one kind of locale only, and no word for it.
    if majorVersion >= 15 { words.append(#"--locale-provider=\#(locale.provider.word)"#) }
    words.append(#"--lc-collate=\#(shellWord(locale.collate)) --lc-ctype=\#(shellWord(locale.characterType))"#)
    if let name = locale.name, locale.provider != .system {
      words.append(#"--\#(locale.provider.word)-locale=\#(shellWord(name))"#)
    }
    if let rules = locale.rules, locale.provider == .icu { words.append(#"--icu-rules=\#(shellWord(rules))"#) }
    return words.joined(separator: " ") + " NEW"
  }

  /// Ends the script unless psql works in its folder: files are looked for there, and another folder may have files of
  /// the same names. The script reads itself by its name alone, and sets a variable if it is this one that is found.
  private var folderCheck: [String] {
    let mark = "coffre_" + variableName("\(database)_\(instant)")
    return [
      #"-- psql must run inside this folder, as it looks there for all files: first it looks for this one."#,
      #"\if :{?coffre_looks}"#, #"\set \#(mark) found"#, #"\quit"#, #"\endif"#,
      #"\set coffre_looks yes"#, #"\set ON_ERROR_STOP off"#, #"\i restore.sql"#,
      #"\set ON_ERROR_STOP on"#,
      #"\if :{?\#(mark)}"#, #"\else"#,
      #"DO $$BEGIN RAISE EXCEPTION 'psql must run inside the folder of restore.sql; nothing was done'"#
        + #" USING HINT = 'Change to that folder (cd), then run psql -X -d NEW -f restore.sql'; END$$;"#,
      #"\endif"#,
    ]
  }

  /// Variables of psql have letters of ASCII, digits and underscores.
  private func variableName(_ text: String) -> String {
    let bytes = text.utf8.map { isLetterOrDigit($0) ? $0 : UInt8(ascii: "_") }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A comment ends with its line, and so do psql's own commands.
  private func comment(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }

  /// psql reads a command of its own up to the end of the line: names that hold one are taken away for as long.
  private func copy(_ rows: Rows) throws(PostgresError) -> [String] {
    let table = try quotedName(rows.schema, rows.table)
    let list = try columnList(rows.columns)
    let columns = list.isEmpty ? "" : " (\(list))"
    let path = "'\(doubledQuotes(rows.path))'"
    let source = #"FROM \#(path) WITH (ENCODING '\#(encoding)')"#
    guard (table + columns).unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" }) else {
      return [#"\copy \#(table)\#(columns) \#(source)"#]
    }
    let view = "pg_temp.coffre_rows"
    return [
      #"CREATE TEMPORARY TABLE coffre_rows AS SELECT \#(list) FROM \#(table) WITH NO DATA;"#,
      #"\copy \#(view) \#(source)"#,
      #"INSERT INTO \#(table)\#(columns) OVERRIDING SYSTEM VALUE SELECT * FROM \#(view);"#,
      #"DROP TABLE \#(view);"#,
    ]
  }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "a")...UInt8(ascii: "z"):
    true
  default: false
  }
}

/// As a shell takes it for one word.
private func shellWord(_ text: String) -> String {
  let others = Array("_-.@".utf8)
  if !text.isEmpty, text.utf8.allSatisfy({ isLetterOrDigit($0) || others.contains($0) }) { return text }
  return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
}

/// As psql's own commands take a text between single quotes; a backslash is a letter there.
private func doubledQuotes(_ text: String) -> String {
  var doubled = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if scalar == "'" { doubled.append(scalar) }
    doubled.append(scalar)
  }
  return String(doubled)
}

/// Quoted, joined by commas.
func columnList(_ columns: [String]) throws(PostgresError) -> String {
  var list: [String] = []
  for column in columns { list.append(try quotedIdentifier(column)) }
  return list.joined(separator: ", ")
}
