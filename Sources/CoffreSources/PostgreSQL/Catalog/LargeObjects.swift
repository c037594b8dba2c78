package import PostgresKit

/// How many large objects a database holds, and whether this role may read them.
package struct LargeObjects: Sendable, Hashable {
  package let count: Int
  package let unreadableCount: Int
  /// The first few of them.
  package let unreadable: [UInt32]
}

extension LargeObjects {
  package static func read(on server: any PostgresQuerying) throws(PostgresError) -> LargeObjects {
    try query(version: server.majorVersion).readOne(on: server, as: LargeObjects.init(_:))
  }

  static func query(version: Int) -> CatalogQuery {
    // Superusers are members of every role.
    let byHand = #"""
      pg_catalog.current_setting('lo_compat_privileges') = 'off'
        AND NOT pg_catalog.pg_has_role(m.lomowner, 'USAGE') AND NOT EXISTS (
          SELECT FROM pg_catalog.aclexplode(coalesce(m.lomacl, pg_catalog.acldefault('L', m.lomowner))) r
          WHERE r.privilege_type = 'SELECT' AND (
            r.grantee = 0 OR (r.grantee <> 0 AND pg_catalog.pg_has_role(r.grantee, 'USAGE'))))
      """#
    // NULL for one that is gone by now: the snapshot still shows it to whom might read it.
    let byServer = #"pg_catalog.has_largeobject_privilege(m.oid, 'SELECT') IS FALSE"#
    let isUnreadable = version < 18 ? byHand : byServer
    return CatalogQuery(
      "large-objects",
      [
        ("total", #"(SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata)"#),
        ("unreadable", "pg_catalog.count(*)"),
        ("examples", #"(coalesce(pg_catalog.array_agg(u.oid ORDER BY u.oid), '{}'))[1:20]"#),
      ],
      from: #"(SELECT m.oid FROM pg_catalog.pg_largeobject_metadata m WHERE \#(isUnreadable)) u"#)
  }

  init(_ row: CatalogRow) throws(PostgresError) {
    count = try row.number("total")
    unreadableCount = try row.number("unreadable")
    unreadable = try row.numbers("examples")
  }
}
