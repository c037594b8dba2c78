import CoffreCore
import PostgresKit

/// The command that makes an empty database like the one of a snapshot.
struct DatabaseCreation: Sendable, Hashable {
  let properties: [String: String]
  /// Of the server that it is made on.
  let majorVersion: Int
  /// The names of the server's tablespaces.
  let tablespaces: Set<String>

  /// - Throws: for a locale of a kind that the server does not know.
  func command(for name: String) throws(PostgresError) -> String {
    var words = ["CREATE DATABASE \(try quotedIdentifier(name)) WITH TEMPLATE template0"]  // not for people
    if let encoding = properties["encoding"] { words.append(#"ENCODING \#(try quotedLiteral(encoding))"#) }
    words += try localeWords()
    if let tablespace { words.append(#"TABLESPACE \#(try quotedIdentifier(tablespace))"#) }
    return words.joined(separator: " ")
  }

  private func localeWords() throws(PostgresError) -> [String] {
    var words: [String] = []
    let provider = properties["localeProvider"].flatMap(DatabaseLocale.Provider.init(rawValue:)) ?? .system
    let since =
      switch provider {
      case .system: 0
      // Without the rules that it was made with, its words would be in another order.
      case .icu: properties["localeRules"] == nil ? 15 : 16
      case .builtin: 17
      }
    let isKnown = majorVersion >= since
    guard isKnown else {
      throw PostgresError(
        .unexpected, saying: "the database's locale is of a kind that PostgreSQL \(majorVersion) does not know",
        advice: "Restore to a server of a later version.")
    }
    if majorVersion >= 15 { words.append(#"LOCALE_PROVIDER \#(provider.word)"#) }
    if let collate = properties["collate"] { words.append(#"LC_COLLATE \#(try quotedLiteral(collate))"#) }
    if let type = properties["characterType"] { words.append(#"LC_CTYPE \#(try quotedLiteral(type))"#) }
    if let locale = properties["locale"], provider != .system {
      words.append("\(provider == .icu ? "ICU_LOCALE" : "BUILTIN_LOCALE") \(try quotedLiteral(locale))")
    }
    if let rules = properties["localeRules"], provider == .icu {
      words.append(#"ICU_RULES \#(try quotedLiteral(rules))"#)
    }
    return words
  }

  /// `nil` for the server's usual one.
  private var tablespace: String? {
    guard let wanted = properties["tablespace"], wanted != "pg_default", tablespaces.contains(wanted) else {
      return nil
    }
    return wanted
  }

  /// The tablespace that the database had and the server lacks.
  var missingTablespace: String? {
    guard let wanted = properties["tablespace"], !tablespaces.contains(wanted) else { return nil }
    return wanted
  }
}

extension DatabaseLocale.Provider {
  /// As CREATE DATABASE calls it.
  var word: String {
    switch self {
    case .system: "libc"
    case .icu: "icu"
    case .builtin: "builtin"
    }
  }
}
