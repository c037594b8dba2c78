package import CoffreCore

/// What keeps a whole inventory from being read or made.
package struct InventoryError: Error, Sendable, Hashable, Explained {
  package enum Reason: Sendable, Hashable {
    /// The list does not answer, or is not whole.
    case unreadable
    /// A mapping file, a name of a table, or the list's columns are not as they must be.
    case configuration
    /// What was to be made is there already.
    case exists
    /// It cannot be made or written.
    case failed
    /// It may not be written, or is nothing that can be: no later try helps.
    case refused
    case cancelled
  }

  package let reason: Reason
  package let explanation: Explanation

  package init(_ reason: Reason, _ problem: Message, because cause: Message? = nil, advice: Message? = nil) {
    self.reason = reason
    explanation = Explanation(problem, because: cause, advice: advice)
  }

  package var exitCode: ExitCode {
    switch reason {
    case .unreadable: .sourceUnreadable
    case .configuration: .configurationInvalid
    case .exists, .failed, .refused: .failed
    case .cancelled: .interrupted
    }
  }

  /// A list that cannot be read is never taken for one without rows.
  static func unreadable(_ place: String, because cause: Message, advice: Message? = nil) -> InventoryError {
    InventoryError(.unreadable, "cannot read the list from '\(place)'", because: cause, advice: advice)
  }

  static func unmakable(_ place: String, because cause: Message, advice: Message? = nil) -> InventoryError {
    InventoryError(.failed, "cannot make the list in '\(place)'", because: cause, advice: advice)
  }

  static func unwritable(_ place: String, because cause: Message, advice: Message? = nil) -> InventoryError {
    unwritable(.failed, place, because: cause, advice: advice)
  }

  /// Also not the next time.
  static func refused(_ place: String, because cause: Message, advice: Message) -> InventoryError {
    unwritable(.refused, place, because: cause, advice: advice)
  }

  private static func unwritable(
    _ reason: Reason, _ place: String, because cause: Message, advice: Message?
  ) -> InventoryError {
    InventoryError(
      reason, "the outcome cannot be written into the list in '\(place)'", because: cause, advice: advice)
  }

  /// - Parameter count: of rows that are like the one that was backed up.
  static func notOneRow(_ place: String, count: Int) -> InventoryError {
    unwritable(
      place,
      because: count == 0
        ? "the row is not there any more, or was changed meanwhile" : "\(count) rows are like this one",
      advice: count == 0 ? nil : "Give each row of the list an id of its own.")
  }

  static func existing(_ table: String, in place: String) -> InventoryError {
    InventoryError(
      .exists, "the table '\(table)' is in '\(place)' already; it is left as it is",
      advice: "Give another name with --table, or look at this one with `coffre inventory check`.")
  }
}
