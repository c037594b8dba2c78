import CoffreCore

/// What was read of one part of a table.
struct TablePart: Sendable, Hashable {
  let rows: Int64
  let bytes: Int64
  let rowSum: RowSum
}
