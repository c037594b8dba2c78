package import CoffreCore

/// What a row would do.
package struct RowPlan: Sendable, Hashable {
  package let type: InventoryType
  /// The file or folder on this machine; absolute.
  package let source: PathBytes
  /// Where a file system must be mounted for the source to be the one that is meant.
  package let sourceMount: PathBytes?
  /// The folder that archives go to; absolute.
  package let destination: PathBytes
  package let destinationMount: PathBytes?
  /// As `RowRules.formats` names it.
  package let format: String
  /// Which archives of the row stay; empty for all.
  package let retention: RetentionPolicy
}

/// A row, and what comes of it.
package struct JudgedRow: Sendable {
  package enum Outcome: Sendable {
    case inactive
    case planned(RowPlan)
    /// Never empty.
    case wrong([RowProblem])
  }

  package let row: InventoryRow
  package let outcome: Outcome
  /// What does no harm, and is perhaps not meant.
  package let remarks: [RowProblem]

  package init(row: InventoryRow, outcome: Outcome, remarks: [RowProblem]) {
    self.row = row
    self.outcome = outcome
    self.remarks = remarks
  }
}
