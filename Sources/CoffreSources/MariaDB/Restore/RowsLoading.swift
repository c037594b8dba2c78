import CoffreCore
import CoffreSystem
import MariaDBKit

/// Puts the rows of a snapshot into tables that were made for them.
struct RowsLoading: Sendable {
  let source: RestoreSource
  let target: MariaDBTarget

  /// A table, or a share of its rows.
  private struct Piece: Sendable {
    let step: LoadingPlan.Step
    var share = 0
    var shares = 1
  }

  /// What came of a piece.
  private struct Outcome: Sendable {
    var sent: SentRows
    /// As the server counted them.
    var taken: Int64
    /// Whether the server remarked on values: whether they are what they were, only they themselves tell.
    var isRemarkedOn: Bool
  }

  /// Loads tables with several connections; what is not right with their rows is told by `LoadedTable`.
  func load(_ plan: LoadingPlan, into database: String) throws(SourceError) -> [LoadedTable] {
    let pieces = pieces(of: plan)
    let outcomes = Monitor([Int: Outcome]())
    try target.work(pieces.count, in: database) { number, connection, ended throws(SourceError) in
      let outcome = try load(pieces[number], by: connection, ended)
      outcomes.withLock { $0[number] = outcome }
    }
    let all = outcomes.withLock { $0 }
    var loaded: [LoadedTable] = []
    for step in plan.steps {
      var whole = Outcome(sent: SentRows(), taken: 0, isRemarkedOn: false)
      for (number, outcome) in all where pieces[number].step.table.name == step.table.name {
        whole.sent.merge(outcome.sent)
        whole.taken += outcome.taken
        whole.isRemarkedOn = whole.isRemarkedOn || outcome.isRemarkedOn
      }
      if whole.isRemarkedOn, whole.taken == whole.sent.rows {
        try compare(step.table, whole.sent, on: target.connect(to: database))
      }
      loaded.append(LoadedTable(table: step.table, sent: whole.sent, taken: whole.taken))
    }
    return loaded
  }

  /// Whole tables, then shares of others for whoever has nothing else to do.
  private func pieces(of plan: LoadingPlan) -> [Piece] {
    let whole = plan.steps.filter { !$0.isShared }.map { Piece(step: $0) }
    let shares = 4 * target.connectionCount
    return plan.steps.filter(\.isShared).reduce(into: whole) { pieces, step in
      pieces += (0..<shares).map { Piece(step: step, share: $0, shares: shares) }
    }
  }

  /// In a transaction of its own.
  private func load(
    _ piece: Piece, by connection: MariaDBConnection, _ cancellation: Cancellation
  ) throws(SourceError) -> Outcome {
    let table = piece.step.table
    let file = Array(table.path.utf8)
    try asked(table) { () throws(MariaDBError) in
      // Without these checks InnoDB collects and sorts what goes into an empty table, and needs no undo log.
      try connection.execute(#"SET unique_checks = \#(piece.step.goesInOrder ? 1 : 0)"#)
      try connection.execute(#"START TRANSACTION"#)
    }
    let reader: any ByteReader =
      piece.shares == 1
      ? try source.contents.read(file)
      : try RowsOfFile(source.contents.open(file), share: piece.share, of: piece.shares)
    let outcome = try send(table, from: reader, by: connection, cancellation)
    try asked(table) { () throws(MariaDBError) in try connection.execute(#"COMMIT"#) }
    return outcome
  }

  /// Loads a table within a transaction of the caller's.
  func send(
    _ table: DatabaseManifest.Table, by connection: MariaDBConnection, _ cancellation: Cancellation
  ) throws(SourceError) -> LoadedTable {
    let outcome = try send(
      table, from: source.contents.read(Array(table.path.utf8)), by: connection, cancellation)
    if outcome.isRemarkedOn, outcome.taken == outcome.sent.rows { try compare(table, outcome.sent, on: connection) }
    return LoadedTable(table: table, sent: outcome.sent, taken: outcome.taken)
  }

  private func send(
    _ table: DatabaseManifest.Table, from reader: any ByteReader, by connection: MariaDBConnection,
    _ cancellation: Cancellation
  ) throws(SourceError) -> Outcome {
    let hasHistory = table.condition != nil
    let texts = try textColumns(of: table, on: connection)
    let statement = LoadStatement(
      table: MariaDBQuoting.identifier(table.name.name), file: "rows", columns: table.columns, texts: texts)
    if hasHistory { try setHistory(1, of: table, on: connection) }
    let summer = RowSummer()
    let feed = RowFeed(reader, progress: source.progress)
    let outcome =
      if target.facts.loadsFiles {
        try load(statement.text, of: table, from: feed, summer, by: connection, cancellation)
      } else {
        try insert(
          InsertStatement(
            table: statement.table, columns: table.columns, texts: texts, limit: Self.longest(target.facts)),
          of: table, from: feed, summer, by: connection, cancellation)
      }
    if hasHistory { try setHistory(0, of: table, on: connection) }
    return Outcome(
      sent: SentRows(rows: summer.rows, bytes: summer.bytes, sum: summer.sum), taken: outcome.rows,
      isRemarkedOn: outcome.warnings > 0)
  }

  private func load(
    _ statement: String, of table: DatabaseManifest.Table, from feed: RowFeed, _ summer: RowSummer,
    by connection: MariaDBConnection, _ cancellation: Cancellation
  ) throws(SourceError) -> LoadOutcome {
    var buffer = makeBuffer(256 << 10)
    var taken = 0
    var count = 0
    do throws(LoadFailure<SourceError>) {
      return try connection.load(statement) { (memory: inout MutableSpan<UInt8>) throws(SourceError) in
        if taken == count {
          if cancellation.isCancelled {
            throw SourceError(
              .cancelled, "load the rows of", Array(table.path.utf8), because: "the run was cancelled")
          }
          count = try feed.next(into: &buffer)
          taken = 0
          Self.add(buffer.span.extracting(0..<count), to: summer)
        }
        let piece = min(memory.count, count - taken)
        copy(buffer.span.extracting(taken..<(taken + piece)), into: &memory)
        taken += piece
        return piece
      }
    } catch {
      switch error {
      case .source(let cause): throw cause
      case .server(let cause): throw SourceError(restoring: cause, "load the rows of", table.name.text)
      }
    }
  }

  /// Many rows in one statement, as far as the server takes it.
  private static func longest(_ facts: MariaDBFacts) -> Int { min(facts.longestStatement / 2, 1 << 20) }

  private func insert(
    _ statement: consuming InsertStatement, of table: DatabaseManifest.Table, from feed: RowFeed,
    _ summer: RowSummer, by connection: MariaDBConnection, _ cancellation: Cancellation
  ) throws(SourceError) -> LoadOutcome {
    var statement = statement
    var buffer = makeBuffer(256 << 10)
    var taken: Int64 = 0
    var warnings = 0
    func send() throws(SourceError) {
      guard statement.rows > 0 else { return }
      let bytes = statement.take()
      try asked(table) { () throws(MariaDBError) in
        taken += try connection.execute(bytes: bytes).affectedCount
        warnings += connection.warningCount
      }
    }
    while true {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "load the rows of", Array(table.path.utf8), because: "the run was cancelled")
      }
      let count = try feed.next(into: &buffer)
      guard count > 0 else { break }
      var start = 0
      while start < count {
        let end = firstIndex(of: UInt8(ascii: "\n"), in: buffer.span.extracting(0..<count), from: start).map { $0 + 1 }
        let row = start..<(end ?? count)
        if statement.isFull(for: buffer.span.extracting(row)) { try send() }
        statement.add(buffer.span.extracting(row))
        summer.add(buffer.span.extracting(row))
        start = row.upperBound
      }
    }
    try send()
    return LoadOutcome(rows: taken, warnings: warnings)
  }

  private static func add(_ rows: Span<UInt8>, to summer: RowSummer) {
    var start = 0
    while start < rows.count {
      let end = firstIndex(of: UInt8(ascii: "\n"), in: rows, from: start).map { $0 + 1 } ?? rows.count
      summer.add(rows.extracting(start..<end))
      start = end
    }
  }

  private func setHistory(
    _ value: Int, of table: DatabaseManifest.Table, on connection: MariaDBConnection
  ) throws(SourceError) {
    guard target.facts.version.insertsHistory else {
      throw SourceError(
        .failed, "load the rows of", Array(table.name.text.utf8),
        because: "its rows have a history, and this server takes none back",
        advice: "Restore to MariaDB 10.11 or later.")
    }
    try asked(table) { () throws(MariaDBError) in
      try connection.execute(#"SET system_versioning_insert_history = \#(value)"#)
    }
  }

  private func textColumns(
    of table: DatabaseManifest.Table, on connection: MariaDBConnection
  ) throws(SourceError) -> Set<String> {
    let columns = try columns(of: table, on: connection)
    return Set(columns.filter { $0.takesNoBytes(by: target.facts.version) }.map(\.name))
  }

  private func columns(
    of table: DatabaseManifest.Table, on connection: MariaDBConnection
  ) throws(SourceError) -> [MariaDBColumn] {
    try asked(table) { () throws(MariaDBError) in
      let database = try connection.execute("SELECT DATABASE()")[0, 0] ?? ""  // not for people
      return try MariaDBColumn.all(of: database, table: table.name.name, on: connection)[table.name.name] ?? []
    }
  }

  /// - Throws: unless the rows in the table sum up to what was sent.
  private func compare(
    _ table: DatabaseManifest.Table, _ sent: SentRows, on connection: MariaDBConnection
  ) throws(SourceError) {
    let known = Dictionary(
      try columns(of: table, on: connection).map { ($0.name, $0.selected) }, uniquingKeysWith: { first, _ in first })
    let list = table.columns.map { known[$0] ?? MariaDBQuoting.identifier($0) }.joined(separator: ", ")
    let summer = RowSummer()
    try asked(table) { () throws(MariaDBError) in
      let condition = table.condition.map { " \($0)" } ?? ""
      let stream = try RowStream(
        #"SELECT \#(list) FROM \#(MariaDBQuoting.identifier(table.name.name))\#(condition)"#, on: connection)
      var lines: [UInt8] = []
      var ends: [Int] = []
      while try stream.append(to: &lines, ends: &ends, upTo: 64 << 10) {
        Self.add(lines.span, to: summer)
        lines.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
      }
    }
    guard summer.rows == sent.rows, summer.sum == sent.sum else {
      throw SourceError(
        .failed, "load the rows of", Array(table.name.text.utf8),
        because: "the server changed values of them on their way",
        advice: "Restore to a server of the same version, into a table of the same shape.")
    }
  }

  @discardableResult
  private func asked<Result>(
    _ table: DatabaseManifest.Table, _ body: () throws(MariaDBError) -> Result
  ) throws(SourceError) -> Result {
    try MariaDBTarget.asked("load the rows of", table.name.text, body)
  }
}
