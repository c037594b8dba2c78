/// Which row is next. A state machine without I/O: whoever drives it knows the time and does the rows.
///
/// Rows come in the order of the list. One whose share is away waits and lets the others go before it; after a few tries it is
/// given up.
package struct RowQueue: Sendable {
  package struct Settings: Sendable, Hashable {
    /// How often a row is tried again whose share is away.
    package var retries: Int
    /// How long it waits before each.
    package var pause: Duration

    package init(retries: Int, pause: Duration) {
      self.retries = retries
      self.pause = pause
    }
  }

  /// A row to be done, once.
  package struct Turn: Sendable, Hashable {
    /// Its place among the rows, from 0.
    package let row: Int
    /// From 1.
    package let attempt: Int
    /// Whether it is not tried again.
    package let isLast: Bool
  }

  package enum Step: Sendable, Hashable {
    case turn(Turn)
    /// Nothing can be done before this moment, unless a row that is being done comes back.
    case wait(until: Duration)
    /// All that is left is being done by others, who may bring rows back.
    case waitForOthers
    case end
  }

  private struct Waiting: Sendable {
    let row: Int
    let attempt: Int
    let moment: Duration
  }

  private let settings: Settings
  private var fresh: ArraySlice<Int>
  private var waiting: [Waiting] = []
  private var running = 0
  /// Grows whenever a row comes back: whoever waits may look again.
  package private(set) var returns = 0

  /// - Parameter count: of rows.
  package init(count: Int, _ settings: Settings) {
    self.settings = settings
    fresh = (0..<count).map { $0 }[...]
  }

  /// - Parameter now: since any moment that does not change.
  package mutating func next(at now: Duration) -> Step {
    // Rows that wait were first in the list.
    if let due = waiting.indices.first(where: { waiting[$0].moment <= now }) {
      let row = waiting.remove(at: due)
      return begin(row.row, row.attempt)
    }
    if let row = fresh.popFirst() { return begin(row, 1) }
    if let moment = waiting.map(\.moment).min() { return .wait(until: moment) }
    return running > 0 ? .waitForOthers : .end
  }

  private mutating func begin(_ row: Int, _ attempt: Int) -> Step {
    running += 1
    return .turn(Turn(row: row, attempt: attempt, isLast: attempt > settings.retries))
  }

  /// The row is done, well or badly.
  package mutating func finished(_ turn: Turn) {
    running -= 1
    returns += 1
  }

  /// The row's share is away.
  ///
  /// - Precondition: the turn was not its last.
  package mutating func postponed(_ turn: Turn, at now: Duration) {
    precondition(!turn.isLast, "the row was to be given up")
    running -= 1
    returns += 1
    waiting.append(Waiting(row: turn.row, attempt: turn.attempt + 1, moment: now + settings.pause))
  }
}
