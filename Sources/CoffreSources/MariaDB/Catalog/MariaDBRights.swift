import CoffreCore
import MariaDBKit

/// What an account may do, by what `SHOW GRANTS` says of it and of the roles it has taken on.
struct MariaDBRights: Sendable, Hashable {
  /// Rights on everything, in capitals.
  private var global: Set<String> = []
  /// Rights on databases, by the pattern that the grant names.
  private var databases: [String: Set<String>] = [:]

  init() {}

  static func read(on connection: MariaDBConnection) throws(MariaDBError) -> MariaDBRights {
    let rows = try connection.execute(#"SHOW GRANTS"#)
    return MariaDBRights((0..<rows.count).compactMap { rows[$0, 0] })
  }

  /// - Parameter grants: as `` GRANT SELECT, EVENT ON `shop`.* TO `a`@`%` ``.
  init(_ grants: [String]) {
    for grant in grants {
      guard grant.uppercased().hasPrefix("GRANT "), let place = Self.place(in: grant) else { continue }
      let names = grant[grant.index(grant.startIndex, offsetBy: 6)..<place.start]
      // Rights on single columns stand in parentheses, and are no help.
      let rights = names.contains("(") ? [] : names.split(separator: ",").map { Self.trimmed($0).uppercased() }
      if place.name == "*.*" {
        global.formUnion(rights)
      } else if let name = Self.database(of: place.name) {
        databases[name, default: []].formUnion(rights)
      }
    }
  }

  func has(_ right: String) -> Bool { global.contains(#"ALL PRIVILEGES"#) || global.contains(right) }

  func has(_ right: String, on database: String) -> Bool {
    if has(right) { return true }
    return databases.contains { pattern, rights in
      (rights.contains(right) || rights.contains(#"ALL PRIVILEGES"#))
        && Self.matches(Array(database.unicodeScalars)[...], Array(pattern.unicodeScalars)[...])
    }
  }

  /// Whether it may make objects that others define.
  var makesForOthers: Bool {
    [#"SET USER"#, "SUPER", "SET_USER_ID", "SET_ANY_DEFINER"].contains { has($0) }
  }

  /// Whether the server shows all databases, not only those that the account has a right on.
  var seesDatabases: Bool { has(#"SHOW DATABASES"#) || has("SELECT") }

  /// Rights that change things: no backup needs them.
  var needless: [String] {
    let known: Set<String> = [
      "USAGE", "SELECT", #"SHOW DATABASES"#, #"SHOW VIEW"#, "TRIGGER", "EVENT", #"LOCK TABLES"#, "RELOAD", "PROCESS",
      #"REPLICATION CLIENT"#, #"BINLOG MONITOR"#, "BACKUP_ADMIN", "SHOW_ROUTINE", #"SHOW CREATE ROUTINE"#,
      "FLUSH_TABLES",
      #"SLAVE MONITOR"#, #"REPLICA MONITOR"#,
    ]
    return global.subtracting(known).sorted()
  }

  /// Where `` ON `shop`.* TO `` stands.
  private static func place(in grant: String) -> (start: String.Index, name: String)? {
    guard let on = grant.ranges(of: " ON ").first else { return nil }
    let rest = grant[on.upperBound...]
    guard let end = rest.ranges(of: " TO ").first else { return nil }
    return (on.lowerBound, String(rest[..<end.lowerBound]))
  }

  /// `` `sh\_op`.* ``; nothing for a single table.
  private static func database(of place: String) -> String? {
    guard place.hasSuffix(".*") else { return nil }
    var name = place.dropLast(2)
    if name.hasPrefix("`"), name.hasSuffix("`"), name.count >= 2 { name = name.dropFirst().dropLast() }
    return String(name).replacing("``", with: "`")
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  /// As `LIKE` does: `%` for anything, `_` for one, a backslash before what stands for itself.
  private static func matches(_ name: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    switch first {
    case "%":
      return (0...name.count).contains { matches(name.dropFirst($0), pattern.dropFirst()) }
    case "\\" where pattern.count > 1:
      return name.first == pattern.dropFirst().first && matches(name.dropFirst(), pattern.dropFirst(2))
    case "_":
      return !name.isEmpty && matches(name.dropFirst(), pattern.dropFirst())
    default:
      return name.first == first && matches(name.dropFirst(), pattern.dropFirst())
    }
  }
}
