import CoffreCore
import CoffreSystem
import PostgresKit

/// Gives loaded databases their names, all at once: there is no moment without one of them, and none with some only.
struct DatabaseSwap: Sendable {
  struct Step: Sendable, Hashable {
    /// The name of the database that was loaded.
    let loaded: String
    /// What it is called from now on.
    let name: String
    /// What the database that has this name now is called from now on; `nil` if there is none.
    let replaced: String?
  }

  let steps: [Step]
  /// For sessions that are about to end.
  private static let attempts = 6

  init(_ steps: [Step]) { self.steps = steps }

  /// A database is locked while it is renamed: nobody gets in, and the server waits until those who are in it have left.
  /// So nothing must be switched off before, which could stay off if we are killed meanwhile.
  ///
  /// - Parameters:
  ///   - connection: in none of the databases.
  ///   - other: another one like it, which ends sessions while the first one waits for them; without it they are waited
  ///     for.
  func run(
    on connection: PostgresConnection, endingSessionsBy other: PostgresConnection?, cancellation: Cancellation
  ) throws(SourceError) {
    guard let other else { return try rename(on: connection, cancellation) { nil } }
    let outcome = Monitor(Outcome())
    do throws(SystemError) {
      try runThreads(count: 2, named: "swap") { number in
        if number == 0 {
          do throws(SourceError) {
            try rename(on: connection, cancellation) { outcome.withLock { $0.refusal } }
          } catch {
            outcome.withLock { $0.failure = error }
          }
          outcome.withLock { $0.isOver = true }
        } else {
          repeat {
            do throws(PostgresError) {
              try endSessions(by: other)
            } catch {
              outcome.withLock { $0.refusal = error }
            }
          } while outcome.wait(for: Self.pace, until: { $0.isOver || $0.refusal != nil }, then: { _ in }) == nil
        }
      }
    } catch {
      throw SourceError(.failed, "start threads for", subject, because: error.cause)
    }
    if let failure = outcome.withLock({ $0.failure }) { throw failure }
  }

  private struct Outcome: Sendable {
    var isOver = false
    var failure: SourceError?
    /// Why sessions could not be ended.
    var refusal: PostgresError?
  }

  private static let pace = Duration.milliseconds(50)
  private var subject: PathBytes { Array(steps.map(\.name).joined(separator: ", ").utf8) }

  private func rename(
    on connection: PostgresConnection, _ cancellation: Cancellation, refusal: () -> PostgresError?
  ) throws(SourceError) {
    for attempt in 1... {
      do throws(PostgresError) {
        // On the disk with all that was loaded before, for which no commit waited.
        try connection.execute(#"BEGIN; SET LOCAL synchronous_commit = on"#)
        for step in steps {
          if let replaced = step.replaced { try rename(step.name, to: replaced, on: connection) }
          try rename(step.loaded, to: step.name, on: connection)
        }
        try connection.execute("COMMIT")
        return
      } catch {
        _ = try? connection.execute("ROLLBACK")
        // Somebody is in it; the server itself waited five seconds.
        let isInUse = error.state == "55006"
        if isInUse, let refusal = refusal() {
          throw SourceError(restoring: refusal, "end sessions in", displayed(subject))
        }
        guard isInUse, attempt < Self.attempts, !cancellation.isCancelled else {
          throw SourceError(restoring: error, "rename", displayed(subject))
        }
      }
    }
  }

  private func rename(_ old: String, to new: String, on connection: PostgresConnection) throws(PostgresError) {
    try connection.execute(#"ALTER DATABASE \#(quotedIdentifier(old)) RENAME TO \#(quotedIdentifier(new))"#)
  }

  private func endSessions(by connection: PostgresConnection) throws(PostgresError) {
    for step in steps where step.replaced != nil {
      _ = try connection.query(
        #"""
        SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
        WHERE datname = $1 AND pid <> pg_catalog.pg_backend_pid()
        """#, [step.name])
    }
  }

  /// Who is in a database now.
  ///
  /// - Returns: how many sessions, ours not counted.
  static func sessions(in database: String, on connection: PostgresConnection) throws(PostgresError) -> Int {
    let rows = try connection.query(
      #"""
      SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity
      WHERE datname = $1 AND pid <> pg_catalog.pg_backend_pid()
      """#, [database])
    return rows[0, 0].flatMap { Int($0) } ?? 0
  }

  /// Whether all have their names: what is to be asked where the answer to COMMIT was lost.
  func isDone(on connection: PostgresConnection) throws(PostgresError) -> Bool {
    for step in steps {
      guard try !Self.exists(step.loaded, on: connection), try Self.exists(step.name, on: connection) else {
        return false
      }
    }
    return true
  }

  static func exists(_ database: String, on connection: PostgresConnection) throws(PostgresError) -> Bool {
    try connection.query(#"SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1"#, [database]).count > 0
  }
}
