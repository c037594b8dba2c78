package import PostgresKit

/// One right on a database that somebody was granted.
package struct DatabaseGrant: Sendable, Hashable {
  package let database: String
  /// `CONNECT`, `CREATE`, `TEMPORARY`.
  package let right: String
  /// `nil` for everybody.
  package let grantee: String?
  package let grantor: String
  package let mayGrant: Bool
}

extension DatabaseGrant {
  /// Of all databases whose rights were changed: one whose `rights` are `nil` has the server's default.
  package static func all(on server: any PostgresQuerying) throws(PostgresError) -> [DatabaseGrant] {
    try query.read(on: server, as: DatabaseGrant.init(_:))
  }

  static let query = CatalogQuery(
    "database-grants",
    [
      ("database", "d.datname"), ("privilege", "g.privilege_type"), ("is_for_all", #"g.grantee = 0"#),
      ("grantee", "e.rolname"), ("grantor", "o.rolname"), ("may_grant", "g.is_grantable"),
    ],
    from: #"""
      pg_catalog.pg_database d CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) g
      LEFT JOIN pg_catalog.pg_roles e ON e.oid = g.grantee
      LEFT JOIN pg_catalog.pg_roles o ON o.oid = g.grantor
      WHERE d.datname <> 'template0'
      ORDER BY d.datname COLLATE "C", e.rolname COLLATE "C", g.privilege_type COLLATE "C"
      """#)

  init(_ row: CatalogRow) throws(PostgresError) {
    database = try row.name("database")
    right = try row.text("privilege")
    grantee = try row.flag("is_for_all") ? nil : row.name("grantee")
    grantor = try row.name("grantor")
    mayGrant = try row.flag("may_grant")
  }
}

/// What a security module knows a database by.
package struct DatabaseLabel: Sendable, Hashable {
  package let database: String
  package let provider: String
  package let label: String
}

extension DatabaseLabel {
  package static func all(on server: any PostgresQuerying) throws(PostgresError) -> [DatabaseLabel] {
    try query.read(on: server, as: DatabaseLabel.init(_:))
  }

  static let query = CatalogQuery(
    "database-labels", [("database", "d.datname"), ("provider", "l.provider"), ("label", "l.label")],
    from: #"""
      pg_catalog.pg_shseclabel l JOIN pg_catalog.pg_database d ON d.oid = l.objoid
      WHERE l.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass
      ORDER BY d.datname COLLATE "C", l.provider COLLATE "C"
      """#)

  init(_ row: CatalogRow) throws(PostgresError) {
    database = try row.name("database")
    provider = try row.text("provider")
    label = try row.text("label")
  }
}
