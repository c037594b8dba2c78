package import PostgresKit

/// What a table takes on the server's disk, and whether it is still the one of the snapshot.
package struct RelationStorage: Sendable, Hashable {
  package let oid: UInt32
  /// Of the rows alone, without those values that lie apart.
  package let blocks: Int64
  /// With the values that lie apart, without indexes.
  package let sizeInBytes: Int64
  /// Its file is another one than in the snapshot: after `TRUNCATE` or an `ALTER TABLE` that writes the table anew, the
  /// snapshot shows it empty. Or it is gone, or its name is another table's by now. `VACUUM FULL` and `CLUSTER` look the
  /// same and do no harm.
  package let wasRewritten: Bool
}

extension RelationStorage {
  /// As they are now. Asked after the tables were locked: before, all of this may change.
  package static func all(
    of relations: [PostgresRelation], on server: any PostgresQuerying
  ) throws(PostgresError) -> [RelationStorage] {
    var found: [RelationStorage] = []
    found.reserveCapacity(relations.count)
    try inBatches(relations) { batch throws(PostgresError) in
      let query = Self.query(of: batch)
      let storages = try query.read(on: server, as: RelationStorage.init(_:))
      guard storages.map(\.oid) == batch else {
        throw query.unexpected("told of \(storages.count) tables instead of \(batch.count)")  // not for people
      }
      found += storages
    }
    return found
  }

  static func query(of oids: [UInt32]) -> CatalogQuery {
    CatalogQuery(
      "storage",
      [
        ("oid", "c.oid"),
        (
          "blocks",
          #"""
          coalesce(pg_catalog.pg_relation_size(c.oid), 0) / pg_catalog.current_setting('block_size')::pg_catalog.int8
          """#
        ),
        ("bytes", #"coalesce(pg_catalog.pg_table_size(c.oid), 0)"#),
        // The columns are the snapshot's, the functions tell of now.
        (
          "was_rewritten",
          #"""
          (c.relfilenode <> 0 AND pg_catalog.pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode)
            OR pg_catalog.to_regclass(pg_catalog.format('%I.%I', n.nspname, c.relname))::pg_catalog.oid
              IS DISTINCT FROM c.oid
          """#
        ),
      ],
      from: #"""
        pg_catalog.unnest($1::pg_catalog.oid[]) WITH ORDINALITY AS w(oid, position)
        JOIN pg_catalog.pg_class c ON c.oid = w.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        ORDER BY w.position
        """#,
      values: [arrayText(of: oids)])
  }

  init(_ row: CatalogRow) throws(PostgresError) {
    oid = try row.number("oid")
    blocks = try row.number("blocks")
    sizeInBytes = try row.number("bytes")
    wasRewritten = try row.flag("was_rewritten")
  }
}

/// The relations' ids, some thousands at a time: an answer about all the columns of all tables would take too much memory.
func inBatches(
  _ relations: [PostgresRelation], _ body: ([UInt32]) throws(PostgresError) -> Void
) throws(PostgresError) {
  let limit = 2000
  for start in stride(from: 0, to: relations.count, by: limit) {
    try body(relations[start..<min(start + limit, relations.count)].map(\.oid))
  }
}
