package import CoffreCore

/// What came of a row: for the list's own columns, the journal and people.
package struct RowOutcome: Sendable, Hashable {
  package let status: RowStatus
  /// When it began, in the local zone.
  package let began: Timestamp
  package let duration: Duration
  /// Of the archive, else of what was stored, in bytes; `nil` if there is none.
  package let size: Int64?
  package let message: Message
  /// Where the archive is, else which snapshot it is; `nil` if there is none.
  package let archive: String?

  package init(
    status: RowStatus, began: Timestamp, duration: Duration, size: Int64?, message: Message, archive: String?
  ) {
    self.status = status
    self.began = began
    self.duration = duration
    self.size = size
    self.message = message
    self.archive = archive
  }
}

extension RowOutcome {
  /// One value for a column, in a form that every engine takes.
  enum Value: Sendable, Hashable {
    case text(String)
    case number(String)
    case moment(Timestamp)
  }

  /// What is written where the list has the column. Of a row that failed the last archive and its size stay as they are.
  func values(in language: Language) -> [InventoryColumn: Value] {
    let (seconds, attoseconds) = duration.components
    var values: [InventoryColumn: Value] = [
      .lastStatus: .text(status.word), .lastRun: .moment(began), .lastMessage: .text(language.text(message)),
      .lastDuration: .number(decimalText(Double(seconds) + Double(attoseconds) / 1e18, decimals: 3)),
    ]
    if let size { values[.lastSize] = .number("\(size)") }
    if let archive { values[.lastArchive] = .text(archive) }
    return values
  }
}
