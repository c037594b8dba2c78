package import PostgresKit

/// A setting that holds for a database, for a role in a database, or for all roles everywhere.
///
/// Those of one role in all databases are not among them: `pg_dumpall --globals-only` writes these.
package struct DatabaseSetting: Sendable, Hashable {
  /// `nil` for all.
  package let database: String?
  /// `nil` for all.
  package let role: String?
  package let name: String
  package let value: String
}

extension DatabaseSetting {
  package static func all(on server: any PostgresQuerying) throws(PostgresError) -> [DatabaseSetting] {
    try query.read(on: server, as: DatabaseSetting.init(_:))
  }

  /// `SET name TO value`, as it stands after `ALTER DATABASE …` or `ALTER ROLE …`.
  package func clause() throws(PostgresError) -> String {
    let quoted = try quotedIdentifier(name)
    guard Self.lists.contains(name.lowercased()) else {
      let constant = try quotedLiteral(value)
      return "SET \(quoted) TO \(constant)"  // not for people
    }
    // A list in one pair of quotes would be one long name.
    var words: [String] = []
    for word in Self.words(of: value) { words.append(try quotedLiteral(word)) }
    return "SET \(quoted) TO \(words.isEmpty ? "''" : words.joined(separator: ", "))"  // not for people
  }

  /// The server keeps these as lists of names, quoted where they need it (GUC_LIST_QUOTE in its sources).
  private static let lists: Set = [
    "local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries",
    "temp_tablespaces", "unix_socket_directories",
  ]

  /// `a, "b c"` in its words.
  private static func words(of list: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var isQuoted = false
    var wasQuoted = false
    let scalars = Array(list.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      if scalar == "\"" {
        if isQuoted, index < scalars.count, scalars[index] == "\"" {
          word.append(scalar)
          index += 1
        } else {
          isQuoted.toggle()
          wasQuoted = true
        }
      } else if isQuoted || (scalar != "," && !scalar.properties.isWhitespace) {
        word.append(scalar)
      } else if scalar == "," {
        words.append(String(word))
        word = String.UnicodeScalarView()
        wasQuoted = false
      }
    }
    if wasQuoted || !word.isEmpty { words.append(String(word)) }
    return words
  }

  static let query = CatalogQuery(
    "database-settings",
    [
      ("is_for_database", #"s.setdatabase <> 0"#), ("database", "d.datname"), ("is_for_role", #"s.setrole <> 0"#),
      ("role", "r.rolname"), ("setting", "u.setting"),
    ],
    from: #"""
      pg_catalog.pg_db_role_setting s
      LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
      LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
      CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) WITH ORDINALITY AS u(setting, position)
      WHERE s.setdatabase <> 0 OR s.setrole = 0
      ORDER BY d.datname COLLATE "C", r.rolname COLLATE "C", u.position
      """#)

  init(_ row: CatalogRow) throws(PostgresError) {
    database = try row.flag("is_for_database") ? row.name("database") : nil
    role = try row.flag("is_for_role") ? row.name("role") : nil
    let setting = try row.text("setting")
    guard let sign = setting.firstIndex(of: "="), sign != setting.startIndex else { throw row.malformed("setting") }
    name = String(setting[..<sign])
    value = String(setting[setting.index(after: sign)...])
  }
}
