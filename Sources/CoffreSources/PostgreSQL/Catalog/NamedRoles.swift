package import PostgresKit

/// The roles that a database names: owners, whom rights are granted to and by, whom policies and mappings are for.
/// Restored, it needs them; what names a role that is missing is left out.
package enum NamedRoles {
  /// Sorted by name.
  ///
  /// The server's own list leaves out the roles it cannot lose, such as its first superuser: owners and rights are
  /// looked at as well.
  package static func read(on server: any PostgresQuerying) throws(PostgresError) -> [String] {
    try query.read(on: server) { row throws(PostgresError) in try row.name("name") }
  }

  static var query: CatalogQuery {
    var parts = [listed]
    for catalog in catalogs {
      if let owner = catalog.owner {
        parts.append(#"SELECT o.\#(owner) FROM pg_catalog.\#(catalog.name) o WHERE \#(catalog.condition)"#)
      }
      if let rights = catalog.rights {
        parts.append(grants(#"pg_catalog.\#(catalog.name) o"#, #"o.\#(rights)"#, catalog.condition))
      }
    }
    parts.append(
      grants(
        #"pg_catalog.pg_attribute a JOIN pg_catalog.pg_class o ON o.oid = a.attrelid"#, "a.attacl", madeByUsers))
    let all = parts.joined(separator: #" UNION "#)
    // By bytes: the same on every server.
    return CatalogQuery(
      "named-roles", [("name", "r.rolname")],
      from: #"""
        (SELECT DISTINCT u.role FROM (\#(all)) AS u(role)) u JOIN pg_catalog.pg_roles r ON r.oid = u.role
        ORDER BY r.rolname COLLATE "C"
        """#)
  }

  private static let madeByUsers = #"o.oid >= 16384"#

  private static let catalogs: [(name: String, owner: String?, rights: String?, condition: String)] = [
    ("pg_namespace", "nspowner", "nspacl", #"o.oid >= 16384 OR o.nspname = 'public'"#),
    ("pg_class", "relowner", "relacl", madeByUsers),
    ("pg_proc", "proowner", "proacl", madeByUsers),
    ("pg_type", "typowner", "typacl", madeByUsers),
    ("pg_operator", "oprowner", nil, madeByUsers),
    ("pg_opclass", "opcowner", nil, madeByUsers),
    ("pg_opfamily", "opfowner", nil, madeByUsers),
    ("pg_collation", "collowner", nil, madeByUsers),
    ("pg_conversion", "conowner", nil, madeByUsers),
    ("pg_language", "lanowner", "lanacl", madeByUsers),
    ("pg_ts_config", "cfgowner", nil, madeByUsers),
    ("pg_ts_dict", "dictowner", nil, madeByUsers),
    ("pg_foreign_data_wrapper", "fdwowner", "fdwacl", madeByUsers),
    ("pg_foreign_server", "srvowner", "srvacl", madeByUsers),
    ("pg_event_trigger", "evtowner", nil, madeByUsers),
    ("pg_publication", "pubowner", nil, madeByUsers),
    ("pg_statistic_ext", "stxowner", nil, madeByUsers),
    ("pg_largeobject_metadata", "lomowner", "lomacl", madeByUsers),
    ("pg_default_acl", "defaclrole", "defaclacl", madeByUsers),
    ("pg_database", "datdba", "datacl", #"o.datname = pg_catalog.current_database()"#),
  ]

  /// By the server: everything that keeps a role from being dropped.
  private static let listed = #"""
    SELECT s.refobjid FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_database d
    ON d.datname = pg_catalog.current_database()
    WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND (
      s.dbid = d.oid OR (s.classid = 'pg_catalog.pg_database'::pg_catalog.regclass AND s.objid = d.oid))
    """#

  /// Both sides of each right; nobody's id, 0, means all.
  private static func grants(_ source: String, _ rights: String, _ condition: String) -> String {
    #"""
    SELECT e.role FROM \#(source), pg_catalog.aclexplode(\#(rights)) g,
    LATERAL (VALUES (g.grantee), (g.grantor)) AS e(role) WHERE \#(condition)
    """#
  }
}
