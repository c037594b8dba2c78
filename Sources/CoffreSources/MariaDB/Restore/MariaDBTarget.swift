import CoffreCore
import CoffreSystem
import MariaDBKit

/// The server that is restored to: always the same one, where the address names several.
struct MariaDBTarget: Sendable {
  let settings: DatabaseSettings
  let cancellation: Cancellation
  let connectionCount: Int
  let facts: MariaDBFacts

  /// Finds the server that answers.
  init(_ restore: DatabaseRestoreSettings, cancellation: Cancellation) throws(SourceError) {
    self.cancellation = cancellation
    connectionCount = max(1, restore.connectionCount)
    var settings = DatabaseSettings(
      location: restore.location, password: restore.password, connectionCount: connectionCount)
    let opener = MariaDBOpener(settings, cancellation: cancellation)
    do throws(MariaDBError) {
      facts = try MariaDBFacts(on: try opener.connect())
    } catch {
      throw SourceError(restoring: error, "connect to", restore.location.text)
    }
    settings.location = settings.location.pinned(to: opener.server)
    self.settings = settings
  }

  private init(_ other: MariaDBTarget, _ cancellation: Cancellation) {
    settings = other.settings
    self.cancellation = cancellation
    connectionCount = other.connectionCount
    facts = other.facts
  }

  /// The same for work that ends for a reason of its own, or that must be done though the restore was cancelled.
  func with(_ cancellation: Cancellation) -> MariaDBTarget { MariaDBTarget(self, cancellation) }

  /// - Parameter database: that is entered; `nil` for none.
  func connect(to database: String? = nil) throws(SourceError) -> MariaDBConnection {
    do throws(MariaDBError) {
      return try open(database)
    } catch {
      throw SourceError(restoring: error, "connect to", database ?? settings.location.text)
    }
  }

  private func open(_ database: String?) throws(MariaDBError) -> MariaDBConnection {
    let connection = try MariaDBOpener(settings, cancellation: cancellation).connect(mayLoad: true)
    for command in DefinitionScripts.settings { try connection.execute(command) }
    // Without them InnoDB collects and sorts the rows of a table that was empty: twice the work for rows that come sorted.
    try connection.execute(#"SET unique_checks = 1"#)
    if let database { try connection.execute(#"USE \#(MariaDBQuoting.identifier(database))"#) }
    return connection
  }

  /// Does numbered pieces of work with several connections to one database.
  func work(
    _ count: Int, in database: String,
    doing body: @escaping @Sendable (Int, MariaDBConnection, Cancellation) throws(SourceError) -> Void
  ) throws(SourceError) {
    let work = ParallelWork(subject: Array(database.utf8), workers: connectionCount, cancellation: cancellation)
    try work.run(
      count,
      opening: { [self] ended throws(SourceError) in
        do throws(MariaDBError) {
          return ParallelWork.Opened<MariaDBConnection>.connected(try with(ended).open(database))
        } catch {
          let refusal = SourceError(restoring: error, "connect to", database)
          guard [1040, 1203, 1226].contains(error.code) else { throw refusal }
          return .noRoom(refusal)
        }
      }, doing: body)
  }

  static func asked<Result>(
    _ action: String, _ subject: String, _ body: () throws(MariaDBError) -> Result
  ) throws(SourceError) -> Result {
    do throws(MariaDBError) {
      return try body()
    } catch {
      throw SourceError(restoring: error, action, subject)
    }
  }

  static func exists(_ database: String, on connection: MariaDBConnection) throws(MariaDBError) -> Bool {
    try connection.execute(
      #"SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = \#(MariaDBQuoting.literal(database))"#
    ).count > 0
  }
}

// MARK: Before something is replaced

extension MariaDBTarget {
  /// Backs a database up.
  ///
  /// - Parameter known: what its server is called in the snapshot that is restored; `nil` if nobody knows.
  func makeSafe(
    _ database: String, _ settings: DatabaseRestoreSettings, known: String?
  ) throws(SourceError) {
    do {
      try settings.safety?(database, known)
    } catch {
      throw SourceError(
        cancellation.isCancelled ? .cancelled : .safety(of: error), "back up before it is replaced",
        Array(database.utf8), because: shortText(of: error), advice: (error as? any Explained)?.explanation.advice)
    }
  }
}

// MARK: Cleaning up

extension MariaDBTarget {
  /// A connection, though the run may be cancelled, and the server just about to start again after a crash.
  func reconnected() -> MariaDBConnection? {
    let clean = with(Cancellation())
    for attempt in 1...Self.reconnections {
      do throws(SourceError) {
        return try clean.connect()
      } catch {
        guard error.reason == .unreachable, attempt < Self.reconnections else { return nil }
        try? pause(for: .seconds(1), unless: clean.cancellation)
      }
    }
    return nil
  }

  /// A crashed server is back within seconds, unless it is gone.
  private static let reconnections = 15

  /// Ends what still works in databases that only this restore knows, and waits until it is over: a server goes on with a
  /// statement though nobody waits for its answer.
  func endSessions(in databases: [String], by connection: MariaDBConnection) throws(MariaDBError) {
    guard !databases.isEmpty else { return }
    try endSessions(
      #"DB IN (\#(databases.map(MariaDBQuoting.literal).joined(separator: ", ")))"#, by: connection)
  }

  /// The same with sessions of ours.
  func endSessions(_ numbers: [UInt], by connection: MariaDBConnection) throws(MariaDBError) {
    guard !numbers.isEmpty else { return }
    try endSessions(#"ID IN (\#(numbers.map { "\($0)" }.joined(separator: ", ")))"#, by: connection)
  }

  private func endSessions(_ condition: String, by connection: MariaDBConnection) throws(MariaDBError) {
    for attempt in 1...Self.looks {
      let rows = try connection.execute(
        #"SELECT ID FROM information_schema.PROCESSLIST WHERE \#(condition) AND ID <> CONNECTION_ID()"#)
      if rows.count == 0 { return }
      for row in 0..<rows.count where attempt == 1 {
        guard let number = rows[row, 0].flatMap({ UInt64($0) }) else { continue }
        do throws(MariaDBError) {
          try connection.execute(#"KILL \#(number)"#)
        } catch {
          // Gone meanwhile (1094), or not ours (1095).
          guard error.reason == .refused else { throw error }
        }
      }
      try? pause(for: .milliseconds(100), unless: Cancellation())
    }
    throw MariaDBError(.unexpected, saying: "a session of the restore is still at work")
  }

  private static let looks = 600
}
