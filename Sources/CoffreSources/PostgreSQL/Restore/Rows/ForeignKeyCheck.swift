import PostgresKit

/// Looks for rows that refer to none: where rows are loaded with the server's own checks off, nobody else would ever look
/// again.
struct ForeignKeyCheck: Sendable, Hashable {
  /// For people.
  let table: String
  let constraint: String
  /// Brings a row if there is one that refers to none.
  let command: String

  /// Of all keys of and to these tables.
  static func all(of tables: [UInt32], on server: any PostgresQuerying) throws(PostgresError) -> [ForeignKeyCheck] {
    let rows = try server.rows(query, [arrayText(of: tables)])
    var keys: [Key] = []
    for row in 0..<rows.count {
      let texts = (0..<9).compactMap { rows[row, $0] }
      guard texts.count == 9 else {
        throw PostgresError(.unexpected, "the query for foreign keys brought NULL")  // not for people
      }
      let pair = Pair(column: texts[5], referenced: texts[6], operation: texts[7])
      if let last = keys.last, last.name == texts[0], last.table.name == texts[1] {
        keys[keys.count - 1].pairs.append(pair)
      } else {
        keys.append(
          Key(
            name: texts[0], table: Side(name: texts[1], isPartitioned: texts[2] == "t"),
            referenced: Side(name: texts[3], isPartitioned: texts[4] == "t"), isFull: texts[8] == "t", pairs: [pair]))
      }
    }
    return keys.map { ForeignKeyCheck(table: $0.table.name, constraint: $0.name, command: $0.command) }
  }

  /// Names come quoted.
  struct Key: Sendable, Hashable {
    let name: String
    let table: Side
    let referenced: Side
    /// `MATCH FULL`: a row refers unless all its columns are NULL.
    let isFull: Bool
    var pairs: [Pair]

    /// As the server checks a key when it is added (ri_triggers.c, `RI_Initial_Check`).
    var command: String {
      let match = pairs.map { #"p.\#($0.referenced) \#($0.operation) f.\#($0.column)"# }.joined(separator: " AND ")
      let given = pairs.map { #"f.\#($0.column) IS NOT NULL"# }.joined(separator: isFull ? " OR " : " AND ")
      return #"SELECT 1 FROM \#(table.text) f LEFT JOIN \#(referenced.text) p ON \#(match) "#
        + #"WHERE p.\#(pairs[0].referenced) IS NULL AND (\#(given)) LIMIT 1"#
    }
  }

  struct Side: Sendable, Hashable {
    let name: String
    /// Then its rows are those of its partitions; those of other children are not its own.
    let isPartitioned: Bool

    var text: String { isPartitioned ? name : "ONLY \(name)" }  // not for people
  }

  struct Pair: Sendable, Hashable {
    let column: String
    let referenced: String
    let operation: String
  }

  /// Keys that hang on one of a partitioned table are checked with that one; keys that are not valid promise nothing.
  private static let query = #"""
    WITH loaded AS (
      SELECT l.id FROM unnest($1::pg_catalog.oid[]) AS l(id)
      UNION SELECT a.id::pg_catalog.oid FROM unnest($1::pg_catalog.oid[]) AS l(id),
        pg_catalog.pg_partition_ancestors(l.id::pg_catalog.regclass) AS a(id))
    SELECT pg_catalog.quote_ident(k.conname), pg_catalog.format('%I.%I', tn.nspname, t.relname), t.relkind = 'p',
      pg_catalog.format('%I.%I', rn.nspname, r.relname), r.relkind = 'p', pg_catalog.quote_ident(a.attname),
      pg_catalog.quote_ident(b.attname), pg_catalog.format('OPERATOR(%I.%s)', opn.nspname, o.oprname),
      k.confmatchtype = 'f'
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class t ON t.oid = k.conrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
    JOIN pg_catalog.pg_class r ON r.oid = k.confrelid JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY AS u(own, other, equality, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.own
    JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = u.other
    JOIN pg_catalog.pg_operator o ON o.oid = u.equality JOIN pg_catalog.pg_namespace opn ON opn.oid = o.oprnamespace
    WHERE k.contype = 'f' AND k.convalidated AND k.conparentid = 0
      AND (k.conrelid IN (SELECT id FROM loaded) OR k.confrelid IN (SELECT id FROM loaded))
    ORDER BY k.oid, u.place
    """#
}
