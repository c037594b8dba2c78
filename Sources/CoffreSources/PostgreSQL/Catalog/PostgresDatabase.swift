package import CoffreCore
package import PostgresKit

/// A database of a server, with everything that stands outside of it, as dumps of one database leave it out.
package struct PostgresDatabase: Sendable, Hashable {
  package let oid: UInt32
  package let name: String
  package let owner: String
  package let encoding: String
  package let locale: DatabaseLocale
  package let isTemplate: Bool
  /// -1 for none.
  package let connectionLimit: Int
  package let tablespace: String
  package let comment: String?
  /// The rights, as the catalog has them; `nil` where they were never changed. `DatabaseGrant` has them one by one.
  package let rights: String?
}

/// How a database orders and classifies characters.
package struct DatabaseLocale: Sendable, Hashable {
  package enum Provider: String, Sendable, Hashable {
    /// The operating system; the only one before 15.
    case system = "c"
    case icu = "i"
    /// PostgreSQL itself, since 17.
    case builtin = "b"
  }

  package let provider: Provider
  /// `LC_COLLATE` and `LC_CTYPE`.
  package let collate: String
  package let characterType: String
  /// `ICU_LOCALE` or `BUILTIN_LOCALE`.
  package let name: String?
  /// `ICU_RULES`, since 16.
  package let rules: String?
  /// Of the provider's orders when the database was made; since 15.
  package let version: String?
}

/// What cannot be backed up, and why.
package struct PostgresMissing: Sendable, Hashable {
  /// With its kind: `database shop`, `table public.orders`.
  package let object: String
  package let reason: Message
  /// It fails a run, unless a part is enough; otherwise it is something that no backup of this database holds, or that
  /// people should only know of.
  package let isLoss: Bool

  package init(_ object: String, _ reason: Message, isLoss: Bool = true) {
    self.object = object
    self.reason = reason
    self.isLoss = isLoss
  }
}

extension PostgresDatabase {
  /// `initdb` makes them; they are backed up if they hold something (`ObjectCounts.hasUserObjects`).
  package var isServersOwn: Bool { name == "postgres" || name == "template1" }

  /// All databases but `template0`, which nobody can fill: those that can be read, and the others.
  package static func all(
    on server: any PostgresQuerying
  ) throws(PostgresError) -> (readable: [PostgresDatabase], missing: [PostgresMissing]) {
    var readable: [PostgresDatabase] = []
    var missing: [PostgresMissing] = []
    let answers = try Self.query(version: server.majorVersion).read(on: server) { row throws(PostgresError) in
      (database: try PostgresDatabase(row), reason: try Self.reasonAgainst(row))
    }
    for (database, reason) in answers {
      if let reason {
        missing.append(PostgresMissing("database \(database.name)", reason))  // not for people
      } else {
        readable.append(database)
      }
    }
    return (readable, missing)
  }

  private static func reasonAgainst(_ row: CatalogRow) throws(PostgresError) -> Message? {
    let connectionLimit = try row.integer("connection_limit")
    if connectionLimit == -2 { return "the server could not finish dropping it: run DROP DATABASE again" }
    if try !row.flag("allows_connections") {
      return "it allows no connections: see ALTER DATABASE … ALLOW_CONNECTIONS, or leave it out"
    }
    if try !row.flag("may_connect") { return "the role may not connect to it: grant CONNECT on it to the role" }
    return nil
  }

  static func query(version: Int) -> CatalogQuery {
    let localeName =
      switch version {
      case ..<15: "NULL"
      case ..<17: "d.daticulocale"
      default: "d.datlocale"
      }
    return CatalogQuery(
      "databases",
      [
        ("oid", "d.oid"), ("name", "d.datname"), ("owner", "pg_catalog.pg_get_userbyid(d.datdba)"),
        ("encoding", "pg_catalog.pg_encoding_to_char(d.encoding)"),
        ("provider", version < 15 ? "'c'" : "d.datlocprovider"),
        ("collate", "d.datcollate"), ("character_type", "d.datctype"), ("locale", localeName),
        ("rules", version < 16 ? "NULL" : "d.daticurules"), ("version", version < 15 ? "NULL" : "d.datcollversion"),
        ("is_template", "d.datistemplate"), ("allows_connections", "d.datallowconn"),
        ("connection_limit", "d.datconnlimit"), ("tablespace", "t.spcname"),
        ("may_connect", #"pg_catalog.has_database_privilege(d.oid, 'CONNECT')"#),
        ("comment", #"pg_catalog.shobj_description(d.oid, 'pg_database')"#), ("rights", "d.datacl"),
      ],
      from: #"""
        pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
        WHERE d.datname <> 'template0' ORDER BY d.datname COLLATE "C"
        """#)
  }

  init(_ row: CatalogRow) throws(PostgresError) {
    oid = try row.number("oid")
    name = try row.name("name")
    owner = try row.name("owner")
    encoding = try row.text("encoding")
    locale = DatabaseLocale(
      provider: try row.letter("provider"), collate: try row.text("collate"),
      characterType: try row.text("character_type"), name: row.optionalText("locale"),
      rules: row.optionalText("rules"), version: row.optionalText("version"))
    isTemplate = try row.flag("is_template")
    connectionLimit = try row.number("connection_limit")
    tablespace = try row.name("tablespace")
    comment = row.optionalText("comment")
    rights = row.optionalText("rights")
  }
}
