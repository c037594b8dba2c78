package import PostgresKit

/// Columns whose values name one row: the primary key's, else those of a unique index that lets no NULL in.
package struct PostgresKey: Sendable, Hashable {
  package let relation: UInt32
  package let indexName: String
  package let isPrimary: Bool
  /// In the order of the index.
  package let columns: [Int]
}

extension PostgresKey {
  /// The best key of each relation that has one, by the relation's id.
  ///
  /// Generated columns make no key, since `COPY` does not bring them.
  package static func all(
    of relations: [PostgresRelation], on server: any PostgresQuerying
  ) throws(PostgresError) -> [UInt32: PostgresKey] {
    var found: [UInt32: PostgresKey] = [:]
    try inBatches(relations) { batch throws(PostgresError) in
      let query = Self.query(of: batch, version: server.majorVersion)
      for key in try query.read(on: server, as: PostgresKey.init(_:)) {
        guard !key.columns.isEmpty, found.updateValue(key, forKey: key.relation) == nil else {
          throw query.unexpected("brought two keys or an empty one of the table \(key.relation)")  // not for people
        }
      }
    }
    return found
  }

  static func query(of oids: [UInt32], version: Int) -> CatalogQuery {
    // Since 18 a column may be marked NOT NULL while older rows are still to be looked at.
    let unproved = #"""
      OR EXISTS (SELECT FROM pg_catalog.pg_constraint n WHERE n.conrelid = a.attrelid AND n.contype = 'n'
        AND NOT n.convalidated AND a.attnum = ANY(n.conkey))
      """#
    return CatalogQuery(
      "keys",
      [
        ("relation", "k.relation"), ("name", "k.name"), ("is_primary", "k.is_primary"), ("columns", "k.columns"),
      ],
      from: #"""
        (
          SELECT DISTINCT ON (i.indrelid) i.indrelid AS relation, c.relname AS name, i.indisprimary AS is_primary,
            ARRAY(SELECT u.number FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[])
              WITH ORDINALITY AS u(number, position)
              WHERE u.position <= i.indnkeyatts ORDER BY u.position) AS columns
          FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
          WHERE i.indrelid = ANY($1::pg_catalog.oid[]) AND i.indisunique AND i.indisvalid
            AND (i.indimmediate OR i.indisprimary) AND i.indpred IS NULL AND i.indexprs IS NULL
            AND NOT EXISTS (
              SELECT FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS u(number, position)
              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number
              WHERE u.position <= i.indnkeyatts
                AND (NOT a.attnotnull OR a.attgenerated <> '' \#(version < 18 ? "" : unproved)))
          ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, c.relname
        ) k
        ORDER BY k.relation
        """#,
      values: [arrayText(of: oids)])
  }

  init(_ row: CatalogRow) throws(PostgresError) {
    relation = try row.number("relation")
    indexName = try row.name("name")
    isPrimary = try row.flag("is_primary")
    columns = try row.numbers("columns")
  }
}
