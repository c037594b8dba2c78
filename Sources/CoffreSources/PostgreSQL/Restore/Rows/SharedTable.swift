import CoffreCore
import CoffreSystem

/// A large table that several connections load together.
final class SharedTable: Sendable {
  private struct State: Sendable {
    var feed: RowFeed?
    var sent = SentRows()
    var taken: Int64 = 0
  }

  let step: LoadPlan.Step
  private let state = Monitor(State())

  init(_ step: LoadPlan.Step) { self.step = step }

  /// Its rows, from where others left them.
  ///
  /// - Parameter open: called by the first who asks.
  func feed(_ open: () throws(SourceError) -> RowFeed) throws(SourceError) -> RowFeed {
    try state.withLock { state throws(SourceError) in
      if let feed = state.feed { return feed }
      let feed = try open()
      state.feed = feed
      return feed
    }
  }

  /// Adds what one connection loaded.
  func add(_ loaded: LoadedTable) {
    state.withLock { state in
      state.sent.merge(loaded.sent)
      state.taken += loaded.taken
    }
  }

  /// What all of them loaded.
  var loaded: LoadedTable { state.withLock { LoadedTable(table: step.table, sent: $0.sent, taken: $0.taken) } }
}
