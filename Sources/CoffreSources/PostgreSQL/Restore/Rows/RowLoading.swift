import CoffreCore
import CoffreSystem
import PostgresKit

/// Puts the rows of a snapshot into tables that were made for them.
struct RowLoading: Sendable {
  let source: RestoreSource
  let encoding: String

  /// Loads all of a plan, with several connections.
  func load(_ plan: LoadPlan, into database: String, on server: RestoreServer) throws(SourceError) -> [LoadedTable] {
    let loaded = Monitor([LoadedTable]())
    if !plan.first.isEmpty {
      let connection = try server.connect(to: database)
      for step in plan.first {
        let result = try load(step, by: connection, server.cancellation)
        loaded.withLock { $0.append(result) }
      }
    }
    let shared = plan.parallel.map { $0.isShared ? SharedTable($0) : nil }
    // Who has nothing else to do helps with the large ones, the largest first.
    let helping = shared.compactMap(\.self).flatMap { Array(repeating: $0, count: server.connectionCount - 1) }
    try server.work(
      plan.parallel.count + helping.count, in: database,
      doing: { number, connection, ended throws(SourceError) in
        let isFirst = number < plan.parallel.count
        guard let table = isFirst ? shared[number] : helping[number - plan.parallel.count] else {
          let result = try loadAlone(plan.parallel[number], by: connection, ended)
          loaded.withLock { $0.append(result) }
          return
        }
        try loadSome(of: table, by: connection, ended)
      })
    return loaded.withLock { $0 } + shared.compactMap { $0?.loaded }
  }

  /// Loads what is left of a table, beside other connections.
  private func loadSome(
    of table: SharedTable, by connection: PostgresConnection, _ cancellation: Cancellation
  ) throws(SourceError) {
    let feed = try table.feed { () throws(SourceError) in try openFeed(of: table.step) }
    guard !feed.isAtEnd else { return }
    table.add(try load(table.step, from: feed, by: connection, cancellation))
  }

  /// In a transaction of its own, so that rows can be frozen.
  private func loadAlone(
    _ step: LoadPlan.Step, by connection: PostgresConnection, _ cancellation: Cancellation
  ) throws(SourceError) -> LoadedTable {
    guard step.isFrozen else { return try load(step, by: connection, cancellation) }
    try wrapped(step) { () throws(PostgresError) in
      try connection.execute("BEGIN; TRUNCATE ONLY \(try step.target.quotedName())")  // not for people
    }
    let result = try load(step, by: connection, cancellation)
    try wrapped(step) { () throws(PostgresError) in try connection.execute("COMMIT") }
    return result
  }

  /// Sends one table's rows; what is not right with them is told by `LoadedTable`.
  func load(
    _ step: LoadPlan.Step, by connection: PostgresConnection, _ cancellation: Cancellation
  ) throws(SourceError) -> LoadedTable {
    try load(step, from: try openFeed(of: step), by: connection, cancellation)
  }

  private func openFeed(of step: LoadPlan.Step) throws(SourceError) -> RowFeed {
    RowFeed(try source.contents.read(Array(step.table.path.utf8)), progress: source.progress)
  }

  private func load(
    _ step: LoadPlan.Step, from feed: RowFeed, by connection: PostgresConnection, _ cancellation: Cancellation
  ) throws(SourceError) -> LoadedTable {
    let copy = try wrapped(step) { () throws(PostgresError) in
      try CopyIn(try step.copyCommand(encoding: encoding), on: connection)
    }
    let sender = RowSender(file: Array(step.table.path.utf8), feed: feed, cancellation: cancellation)
    let sent = try sender.send(by: copy)
    let taken = try wrapped(step) { () throws(PostgresError) in try copy.finish() }
    return LoadedTable(table: step.table, sent: sent, taken: Int64(taken))
  }

  @discardableResult
  private func wrapped<Result>(
    _ step: LoadPlan.Step, _ body: () throws(PostgresError) -> Result
  ) throws(SourceError) -> Result {
    do throws(PostgresError) {
      return try body()
    } catch {
      let place: Message? = error.context.isEmpty ? nil : .verbatim(Self.line(of: error.context))
      throw SourceError(restoring: error, "load the rows of", step.target.name.text, at: place)
    }
  }

  /// `COPY orders, line 7` of `COPY orders, line 7, column total: "12"`: values may be secrets.
  static func line(of context: String) -> String {
    let pieces = context.split(separator: ",", omittingEmptySubsequences: false)
    guard let place = pieces.firstIndex(where: { $0.hasPrefix(" line ") }) else { return "" }
    let number = pieces[place].dropFirst(6).prefix(while: \.isNumber)
    return pieces[..<place].joined(separator: ",") + #", line \#(number)"#
  }
}
