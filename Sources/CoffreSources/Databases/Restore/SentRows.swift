import CoffreCore

/// What was sent of a table.
struct SentRows: Sendable, Hashable {
  var rows: Int64 = 0
  var bytes: Int64 = 0
  var sum = RowSum()

  /// Adds what another connection sent.
  mutating func merge(_ other: SentRows) {
    rows += other.rows
    bytes += other.bytes
    sum.merge(other.sum)
  }
}
