package import PostgresKit

/// One column of a table, in the table's order.
package struct PostgresColumn: Sendable, Hashable {
  package enum Identity: String, Sendable, Hashable {
    case none = ""
    case always = "a"
    case byDefault = "d"
  }

  package enum Generation: String, Sendable, Hashable {
    case none = ""
    case stored = "s"
    /// Since 18.
    case virtual = "v"
  }

  /// Numbers have holes where columns were dropped.
  package let number: Int
  package let name: String
  /// As SQL writes it: `character varying(20)`, `public.mood[]`.
  package let type: String
  package let isRequired: Bool
  package let identity: Identity
  package let generation: Generation
}

extension PostgresColumn {
  /// `COPY` takes no generated column.
  package var isCopied: Bool { generation == .none }

  /// Those of each relation that has any, by the relation's id.
  package static func all(
    of relations: [PostgresRelation], on server: any PostgresQuerying
  ) throws(PostgresError) -> [UInt32: [PostgresColumn]] {
    var found: [UInt32: [PostgresColumn]] = [:]
    found.reserveCapacity(relations.count)
    try inBatches(relations) { batch throws(PostgresError) in
      let query = Self.query(of: batch)
      let columns = try query.read(on: server) { row throws(PostgresError) in
        let oid: UInt32 = try row.number("relation")
        return (oid: oid, column: try PostgresColumn(row))
      }
      let wanted = Set(batch)
      for (oid, column) in columns {
        guard wanted.contains(oid) else { throw query.unexpected("told of a table \(oid)") }  // not for people
        found[oid, default: []].append(column)
      }
    }
    return found
  }

  static func query(of oids: [UInt32]) -> CatalogQuery {
    CatalogQuery(
      "columns",
      [
        ("relation", "a.attrelid"), ("number", "a.attnum"), ("name", "a.attname"),
        ("type", #"pg_catalog.format_type(a.atttypid, a.atttypmod)"#), ("is_required", "a.attnotnull"),
        ("identity", "a.attidentity"), ("generation", "a.attgenerated"),
      ],
      from: #"""
        pg_catalog.pg_attribute a
        WHERE a.attrelid = ANY($1::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attrelid, a.attnum
        """#,
      values: [arrayText(of: oids)])
  }

  init(_ row: CatalogRow) throws(PostgresError) {
    number = try row.number("number")
    name = try row.name("name")
    type = try row.text("type")
    isRequired = try row.flag("is_required")
    identity = try row.letter("identity")
    generation = try row.letter("generation")
  }
}
