package import PostgresKit

/// A table, view, sequence or the like, as the snapshot of the transaction shows it.
package struct PostgresRelation: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case table = "r"
    case partitionedTable = "p"
    case foreignTable = "f"
    case view = "v"
    case materializedView = "m"
    case sequence = "S"
  }

  package enum Persistence: String, Sendable, Hashable {
    case permanent = "p"
    case unlogged = "u"
    case temporary = "t"
  }

  package let oid: UInt32
  package let schema: String
  package let name: String
  package let kind: Kind
  package let persistence: Persistence
  /// Of another table, the only one among `parents`.
  package let isPartition: Bool
  /// `DETACH … CONCURRENTLY` is under way, or was left so.
  package let isBeingDetached: Bool
  /// The tables it inherits from, in order.
  package let parents: [UInt32]
  /// `heap` and the like; only of its tables the rows have block numbers.
  package let accessMethod: String?
  /// Whether a materialised view has been filled.
  package let isPopulated: Bool
  /// Row security keeps some rows from this role.
  package let hidesRows: Bool
  /// The server's guess of when it last looked; `nil` if it never did.
  package let estimatedRows: Int64?
  package let extensionName: String?
  /// What of an extension's table belongs to a backup, as `WHERE …`; empty for all rows, `nil` for a table that its
  /// extension did not mark.
  package let configuration: String?
  /// `nil` if the schema was dropped after the snapshot was taken.
  package let mayUseSchema: Bool?
  /// `nil` if the relation was dropped after the snapshot was taken.
  package let mayRead: Bool?
}

extension PostgresRelation {
  /// Whether a backup takes rows of it: `CREATE EXTENSION` brings those of an extension's tables, unless they are marked.
  package var holdsRows: Bool { kind == .table && persistence != .temporary && isForBackup }

  /// An extension's table whose rows no dump takes, neither PostgreSQL's own nor this one.
  package var isLeftToExtension: Bool { kind == .table && !isForBackup }

  var isForBackup: Bool { extensionName == nil || configuration != nil }

  /// It is gone by now, so that the snapshot is of no use.
  package var wasDropped: Bool { mayUseSchema == nil || mayRead == nil }

  /// `"schema"."name"`.
  package func quotedName() throws(PostgresError) -> String { try CoffreSources.quotedName(schema, name) }
}

extension PostgresRelation {
  /// Everything outside the system's schemas, by object id, which no later change moves.
  package static func all(on server: any PostgresQuerying) throws(PostgresError) -> [PostgresRelation] {
    try query(version: server.majorVersion).read(on: server, as: PostgresRelation.init(_:))
  }

  static func query(version: Int) -> CatalogQuery {
    let detaching = version < 14 ? "i.inhseqno < 0" : "i.inhdetachpending"
    return CatalogQuery(
      "relations",
      [
        ("oid", "c.oid"), ("schema", "n.nspname"), ("name", "c.relname"), ("kind", "c.relkind"),
        ("persistence", "c.relpersistence"), ("is_partition", "c.relispartition"),
        (
          "is_detaching",
          "EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid AND \(detaching))"  // not for people
        ),
        (
          "parents",
          #"ARRAY(SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid ORDER BY i.inhseqno)"#
        ),
        ("method", "m.amname"), ("is_populated", "c.relispopulated"),
        ("hides_rows", "pg_catalog.row_security_active(c.oid)"),
        // An empty table and one that was never looked at are the same before 14, which knows -1.
        ("rows", #"CASE WHEN c.reltuples > 0 OR c.relpages > 0 THEN c.reltuples::pg_catalog.int8 END"#),
        ("extension", "e.extname"),
        ("configuration", #"CASE WHEN f.relation IS NOT NULL THEN coalesce(f.condition, '') END"#),
        ("may_use_schema", #"pg_catalog.has_schema_privilege(n.oid, 'USAGE')"#),
        ("may_read", #"pg_catalog.has_table_privilege(c.oid, 'SELECT')"#),
      ],
      from: #"""
        pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
        LEFT JOIN pg_catalog.pg_depend x ON x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND x.objid = c.oid AND x.objsubid = 0 AND x.deptype = 'e'
          AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        LEFT JOIN pg_catalog.pg_extension e ON e.oid = x.refobjid
        LEFT JOIN (
          SELECT DISTINCT ON (u.relation) u.relation, u.condition
          FROM pg_catalog.pg_extension o, ROWS FROM (
            pg_catalog.unnest(o.extconfig), pg_catalog.unnest(o.extcondition)) AS u(relation, condition)
          ORDER BY u.relation) f ON f.relation = c.oid
        WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
          AND ((n.nspname !~ '^pg_' AND n.nspname <> 'information_schema') OR f.relation IS NOT NULL)
        ORDER BY c.oid
        """#)
  }

  init(_ row: CatalogRow) throws(PostgresError) {
    oid = try row.number("oid")
    schema = try row.name("schema")
    name = try row.name("name")
    kind = try row.letter("kind")
    persistence = try row.letter("persistence")
    isPartition = try row.flag("is_partition")
    isBeingDetached = try row.flag("is_detaching")
    parents = try row.numbers("parents")
    accessMethod = row.optionalText("method")
    isPopulated = try row.flag("is_populated")
    hidesRows = try row.flag("hides_rows")
    let rows: Int64? = try row.optionalNumber("rows")
    estimatedRows = rows.flatMap { count in count < 0 ? nil : count }
    extensionName = try row.optionalName("extension")
    configuration = row.optionalText("configuration")
    mayUseSchema = try row.optionalFlag("may_use_schema")
    mayRead = try row.optionalFlag("may_read")
  }
}
