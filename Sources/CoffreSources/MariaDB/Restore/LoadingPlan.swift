import CoffreCore
import MariaDBKit

/// How the rows of each table come into a database that was made for them. The figures behind the limits are on the page of
/// benchmarks; they are of MariaDB 10.11.
struct LoadingPlan: Sendable {
  struct Step: Sendable {
    let table: DatabaseManifest.Table
    /// Whether several connections load it at the same time.
    let isShared: Bool
    /// Whether keys that are not unique are made before the rows: one that is made behind them reads all of them again.
    let hasKeysFirst: Bool

    /// Whether InnoDB does better to put each row into its place than to collect and sort them, as it does in an empty table
    /// without unique checks: long rows are written several times until they are sorted.
    var goesInOrder: Bool { isShared || Self.isLong(table) }

    /// Moving the bytes of such a row takes longer than finding its place.
    fileprivate static func isLong(_ table: DatabaseManifest.Table) -> Bool {
      table.rows > 0 && table.bytes / table.rows >= 1024
    }

    /// The time that loading takes, in the bytes of a very long row that would take as long.
    fileprivate var effort: Int64 { table.bytes.adding(saturating: table.rows.multiplied(saturating: 400)) }
  }

  /// Those that take longest first.
  let steps: [Step]

  /// A table that is loaded sooner than this is worth no second connection. In bytes.
  private static let leastShared: Int64 = 64 << 20
  /// What a row may take in the keys of its table, in bytes.
  private static let keysOfRow: Int64 = 64

  /// - Parameters:
  ///   - shareable: tables by the bytes of their names, see `shareable(in:on:)`.
  ///   - memory: that the server keeps pages in, in bytes: what does not fit there is found by a disk's access each.
  init(_ tables: [DatabaseManifest.Table], shareable: Set<[UInt8]>, connectionCount: Int, memory: Int64) {
    let total = tables.reduce(Int64(0)) { $0.adding(saturating: $1.bytes) }
    steps = tables.map { table in
      let isShared =
        connectionCount > 1 && table.bytes > Self.leastShared && table.bytes > total / 8
        && !Step.isLong(table) && table.condition == nil && shareable.contains(Array(table.name.name.utf8))
      let fits = table.rows.multiplied(saturating: Self.keysOfRow) <= memory
      return Step(table: table, isShared: isShared, hasKeysFirst: fits && (isShared || Step.isLong(table)))
    }.sorted { ($1.effort, $0.table.path) < ($0.effort, $1.table.path) }
  }

  /// Tables in which several connections do not wait for each other. `LOAD DATA` into a table that numbers its rows holds a lock
  /// until it ends, and without a primary key the order of rows would be lost.
  static func shareable(in database: String, on connection: MariaDBConnection) throws(MariaDBError) -> Set<[UInt8]> {
    let literal = MariaDBQuoting.literal(database)
    let rows = try connection.execute(
      #"""
      SELECT t.TABLE_NAME FROM information_schema.TABLES t JOIN information_schema.TABLE_CONSTRAINTS k
       ON k.TABLE_SCHEMA = t.TABLE_SCHEMA AND k.TABLE_NAME = t.TABLE_NAME AND k.CONSTRAINT_TYPE = 'PRIMARY KEY'
      WHERE t.TABLE_SCHEMA = \#(literal) AND t.ENGINE = 'InnoDB' AND t.TABLE_TYPE = 'BASE TABLE'
       AND t.TABLE_NAME NOT IN (SELECT c.TABLE_NAME FROM information_schema.COLUMNS c
        WHERE c.TABLE_SCHEMA = \#(literal) AND c.EXTRA LIKE '%auto_increment%')
      """#)
    return Set((0..<rows.count).compactMap { rows[$0, 0].map { Array($0.utf8) } })
  }
}
