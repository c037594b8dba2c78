import CoffreCore
import PostgresKit

/// Gives a table that was just made its new name and schema, with its indexes, sequences and statistics, whose names are
/// unique in a schema.
struct TableMove {
  let table: ChosenTable

  init(_ table: ChosenTable) { self.table = table }

  /// Something of the table that has a name in the schema.
  private struct Part {
    let command: String
    let schema: String
    let name: String
    /// Whether it does not follow its table into another schema.
    let staysBehind: Bool
  }

  /// - Parameters:
  ///   - connection: its session's names are UTF-8.
  ///   - taken: names of the new schema that others will have; those of this database are found out.
  func rename(on connection: PostgresConnection, taken: Set<String> = []) throws(PostgresError) {
    let old = try quotedName(table.oldSchema, table.table.name.name)
    let parts = try parts(of: old, on: connection)
    let isMoved = !table.schema.hasSameBytes(as: table.oldSchema)
    if isMoved {
      try connection.execute(#"CREATE SCHEMA IF NOT EXISTS \#(quotedIdentifier(table.schema))"#)
    }
    // An index keeps its name where nobody else has it: before the table has its new name, it may be the table's.
    let own = Set(parts.map(\.name))
    var others = try names(of: table.schema, on: connection)
    if !isMoved { others.subtract(own) }
    others.formUnion(taken)
    others.insert(table.name)
    for part in parts {
      let name = RestoreNames.renamed(part.name, of: table.table.name.name, to: table.name, taken: others)
      others.insert(name)
      let quoted = try quotedName(part.schema, part.name)
      if !name.hasSameBytes(as: part.name) {
        try connection.execute(#"\#(part.command) \#(quoted) RENAME TO \#(quotedIdentifier(name))"#)
      }
      if isMoved, part.staysBehind {
        let renamed = try quotedName(part.schema, name)
        try connection.execute(#"\#(part.command) \#(renamed) SET SCHEMA \#(quotedIdentifier(table.schema))"#)
      }
    }
    guard table.isRenamed else { return }
    // In between under a name that no other has, in either schema.
    let between = RestoreNames.aside("table")
    try connection.execute(#"ALTER TABLE \#(old) RENAME TO \#(quotedIdentifier(between))"#)
    if isMoved {
      let renamed = try quotedName(table.oldSchema, between)
      try connection.execute(#"ALTER TABLE \#(renamed) SET SCHEMA \#(quotedIdentifier(table.schema))"#)
    }
    let moved = try quotedName(table.schema, between)
    try connection.execute(#"ALTER TABLE \#(moved) RENAME TO \#(quotedIdentifier(table.name))"#)
  }

  /// Takes the table's new name away from another one, in a database that is made for its structure only.
  func makeRoom(on connection: PostgresConnection) throws(PostgresError) {
    guard table.isRenamed else { return }
    let found = try connection.query(
      #"""
      SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2
      """#, [table.schema, table.name])
    guard found.count > 0 else { return }
    let name = try quotedName(table.schema, table.name)
    try connection.execute(#"ALTER TABLE \#(name) RENAME TO \#(quotedIdentifier(RestoreNames.aside("other")))"#)
  }

  private func parts(of table: String, on connection: PostgresConnection) throws(PostgresError) -> [Part] {
    let rows = try connection.query(
      #"""
      SELECT 'ALTER INDEX', n.nspname, c.relname, false
      FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE i.indrelid = $1::pg_catalog.regclass
      UNION ALL
      SELECT 'ALTER SEQUENCE', n.nspname, c.relname, false
      FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = d.classid
        AND d.refobjid = $1::pg_catalog.regclass AND d.deptype IN ('a', 'i')
      UNION ALL
      SELECT 'ALTER STATISTICS', n.nspname, s.stxname, true
      FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
      WHERE s.stxrelid = $1::pg_catalog.regclass
      ORDER BY 1, 2, 3
      """#, [table])
    var parts: [Part] = []
    for row in 0..<rows.count {
      guard let command = rows[row, 0], let schema = rows[row, 1],
        let name = rows[row, 2], let stays = rows[row, 3]
      else { continue }
      parts.append(Part(command: command, schema: schema, name: name, staysBehind: stays == "t"))
    }
    return parts
  }

  /// The names of relations and types in a schema.
  func names(of schema: String, on connection: PostgresConnection) throws(PostgresError) -> Set<String> {
    let rows = try connection.query(
      #"""
      SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1
      UNION SELECT t.typname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      WHERE n.nspname = $1
      UNION SELECT s.stxname FROM pg_catalog.pg_statistic_ext s
      JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace WHERE n.nspname = $1
      """#, [schema])
    return Set((0..<rows.count).compactMap { rows[$0, 0] })
  }

  /// Makes it a table of its own: no part of a partitioned one, no child of another.
  func separate(on connection: PostgresConnection) throws(PostgresError) {
    let name = try quotedName(table.oldSchema, table.table.name.name)
    let parents = try connection.query(
      #"""
      SELECT n.nspname, p.relname, c.relispartition
      FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
      JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
      WHERE i.inhrelid = $1::pg_catalog.regclass
      """#, [name])
    for row in 0..<parents.count {
      guard let schema = parents[row, 0], let parent = parents[row, 1] else { continue }
      let quoted = try quotedName(schema, parent)
      if parents[row, 2] == "t" {
        try connection.execute(#"ALTER TABLE \#(quoted) DETACH PARTITION \#(name)"#)
      } else {
        try connection.execute(#"ALTER TABLE \#(name) NO INHERIT \#(quoted)"#)
      }
    }
  }
}
