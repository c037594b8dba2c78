import CoffreCore
import CoffreInventory
import Synchronization

/// Writes outcomes back into the list, where it has columns for them. What does not go is told, and fails no backup.
final class ListResults: Sendable {
  private let place: InventoryPlace
  private let table: TableName?
  private let list: InventoryTable
  private let mapping: InventoryMapping
  private let language: Language
  private let events: any EventSink
  /// One at a time, and none any more once the list refused for good.
  private let isOver = Mutex(false)

  /// - Parameter table: `nil` where the list is none that can be changed.
  init(
    _ place: InventoryPlace, _ table: TableName?, _ list: InventoryTable, _ mapping: InventoryMapping,
    language: Language, events: any EventSink
  ) {
    self.place = place
    self.table = table
    self.list = list
    self.mapping = mapping
    self.language = language
    self.events = events
  }

  /// What is told once, before the first row.
  func begin() {
    let missing = InventoryColumn.results.filter { !list.has($0, mapping) }
    guard missing.count < InventoryColumn.results.count else {
      return events.take(.note("the list has no columns for results; they stand in the journal and the log"))
    }
    switch place {
    case .file:
      events.take(.note("a CSV file is only read: results stand in the journal and the log, not in it"))
    case .database where table == nil:
      events.take(
        .note("the result of a query is only read: results stand in the journal and the log, not in the list"))
    case .database:
      guard !missing.isEmpty else { return }
      events.take(
        .note("the list has no column for \(missing.map(\.name).joined(separator: ", ")); nothing is written there"))
    }
  }

  /// - Parameter row: as it was read.
  func write(_ outcome: RowOutcome, of row: InventoryRow) {
    guard let table, case .database(let settings) = place,
      let update = RowUpdate(outcome, of: row, in: list, table, mapping, language: language)
    else { return }
    isOver.withLock { isOver in
      guard !isOver else { return }
      do throws(InventoryError) {
        // Also of a run that is told to stop: what is done is done.
        try InventoryDatabases.open(settings, for: .updating, cancellation: Cancellation()).update(update)
      } catch {
        isOver = error.reason == .refused
        let text: Message = error.explanation.advice.map { "\(error.text). \($0)" } ?? error.text
        events.take(
          .warning(JobWarning(code: "write-back", subject: #"row \#(row.label)"#, message: text, isLoss: false)))
      }
    }
  }
}
