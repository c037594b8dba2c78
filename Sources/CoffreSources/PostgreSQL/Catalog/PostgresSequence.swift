package import PostgresKit

/// A sequence, and the column that takes its numbers.
package struct PostgresSequence: Sendable, Hashable {
  /// A column whose table takes the sequence along when it is dropped.
  package struct Owner: Sendable, Hashable {
    package let schema: String
    package let table: String
    package let column: String
    /// `GENERATED … AS IDENTITY`; otherwise a default, as `serial` makes it.
    package let isIdentity: Bool
  }

  package let oid: UInt32
  package let schema: String
  package let name: String
  package let persistence: PostgresRelation.Persistence
  /// Negative for one that counts down.
  package let increment: Int64
  package let owner: Owner?
  /// Of an extension that did not mark it: `CREATE EXTENSION` makes it anew, and no dump takes its value.
  package let isLeftToExtension: Bool
  package let mayUseSchema: Bool?
  package let mayRead: Bool?
}

extension PostgresSequence {
  package static func all(on server: any PostgresQuerying) throws(PostgresError) -> [PostgresSequence] {
    try query.read(on: server, as: PostgresSequence.init(_:))
  }

  static let query = CatalogQuery(
    "sequences",
    [
      ("oid", "c.oid"), ("schema", "n.nspname"), ("name", "c.relname"), ("persistence", "c.relpersistence"),
      ("increment", "s.seqincrement"), ("owner_schema", "tn.nspname"), ("owner_table", "t.relname"),
      ("owner_column", "a.attname"), ("is_identity", #"d.deptype = 'i'"#),
      ("is_left", #"x.objid IS NOT NULL AND f.relation IS NULL"#),
      ("may_use_schema", #"pg_catalog.has_schema_privilege(n.oid, 'USAGE')"#),
      ("may_read", #"pg_catalog.has_table_privilege(c.oid, 'SELECT')"#),
    ],
    from: #"""
      pg_catalog.pg_sequence s
      JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid = c.oid AND d.objsubid = 0 AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
      LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
      LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      LEFT JOIN pg_catalog.pg_depend x ON x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND x.objid = c.oid AND x.objsubid = 0 AND x.deptype = 'e'
        AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
      LEFT JOIN (
        SELECT DISTINCT pg_catalog.unnest(o.extconfig) AS relation FROM pg_catalog.pg_extension o
      ) f ON f.relation = c.oid
      WHERE (n.nspname !~ '^pg_' AND n.nspname <> 'information_schema') OR f.relation IS NOT NULL
      ORDER BY c.oid
      """#)

  init(_ row: CatalogRow) throws(PostgresError) {
    oid = try row.number("oid")
    schema = try row.name("schema")
    name = try row.name("name")
    persistence = try row.letter("persistence")
    increment = try row.number("increment")
    if row.optionalText("owner_table") == nil {
      owner = nil
    } else {
      owner = Owner(
        schema: try row.name("owner_schema"), table: try row.name("owner_table"), column: try row.name("owner_column"),
        isIdentity: try row.flag("is_identity"))
    }
    isLeftToExtension = try row.flag("is_left")
    mayUseSchema = try row.optionalFlag("may_use_schema")
    mayRead = try row.optionalFlag("may_read")
  }
}
