package import CoffreCore

/// Something about one row: why it cannot be backed up, or what its keeper should know.
package struct RowProblem: Error, Sendable, Hashable {
  /// Stable word for programs.
  package let code: String
  /// Where the row says it; `nil` if it is not one column's fault.
  package let column: InventoryColumn?
  package let message: Message

  package init(_ code: String, _ column: InventoryColumn?, _ message: Message) {
    self.code = code
    self.column = column
    self.message = message
  }
}

/// A path as messages show it.
func shown(_ path: PathBytes) -> String { visible(displayed(path)) }
