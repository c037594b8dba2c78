import CoffreCore
import CoffreSystem
import PostgresKit

/// Databases that a restore made under names that nobody knows: in the end they get their own names, or they go.
struct MadeDatabases: Sendable {
  let server: RestoreServer
  private var names: [String] = []

  init(on server: RestoreServer) { self.server = server }

  /// Noted before it is made: an answer may be lost.
  mutating func note(_ name: String) { names.append(name) }

  /// Removes one that has served.
  mutating func drop(_ name: String, on connection: PostgresConnection) throws(SourceError) {
    try Self.drop(name, on: connection, of: server)
    names.removeAll { $0 == name }
  }

  private static func drop(
    _ name: String, on connection: PostgresConnection, of server: RestoreServer
  ) throws(SourceError) {
    try dropSubscriptions(in: name, connection, of: server)
    try DatabaseReplacement.asked(name) { () throws(PostgresError) in
      let quoted = try quotedIdentifier(name)
      if try DatabaseSwap.exists(name, on: connection) {
        // A template cannot be dropped.
        try connection.execute(#"ALTER DATABASE \#(quoted) IS_TEMPLATE false"#)
        try connection.execute(#"DROP DATABASE \#(quoted) WITH (FORCE)"#)
      }
    }
  }

  /// A database that has one cannot be dropped. Nothing is asked of the server that it would take rows from.
  private static func dropSubscriptions(
    in name: String, _ connection: PostgresConnection, of server: RestoreServer
  ) throws(SourceError) {
    let found = try DatabaseReplacement.asked(name) { () throws(PostgresError) in
      try connection.query(
        #"""
        SELECT s.subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
        WHERE d.datname = $1
        """#, [name])
    }
    guard found.count > 0 else { return }
    let inside = try server.connect(to: name)
    try DatabaseReplacement.asked(name) { () throws(PostgresError) in
      for row in 0..<found.count {
        guard let subscription = found[row, 0] else { continue }
        let quoted = try quotedIdentifier(subscription)
        try inside.execute(#"ALTER SUBSCRIPTION \#(quoted) DISABLE"#)
        try inside.execute(#"ALTER SUBSCRIPTION \#(quoted) SET (slot_name = NONE)"#)
        try inside.execute(#"DROP SUBSCRIPTION \#(quoted)"#)
      }
    }
  }

  /// Gives all their names.
  mutating func finish(_ steps: [DatabaseSwap.Step], disconnecting: Bool) throws(SourceError) -> [SourceNote] {
    guard !steps.isEmpty else { return [] }
    let taken = steps.map(\.name)
    let swap = DatabaseSwap(steps)
    let maintenance = try server.maintain(outside: taken)
    let ends = disconnecting && steps.contains { $0.replaced != nil }
    do throws(SourceError) {
      try swap.run(
        on: maintenance, endingSessionsBy: ends ? try server.maintain(outside: taken) : nil,
        cancellation: server.cancellation)
    } catch {
      // The answer may be lost of what was done.
      guard error.reason == .unreachable, let connection = reconnected(outside: taken),
        (try? swap.isDone(on: connection)) == true
      else { throw error }
    }
    names = []
    return steps.flatMap { step in
      let subject = "database \(step.name)"  // not for people
      let made = SourceNote(subject: subject, message: "it was restored", isGood: true)
      guard let replaced = step.replaced else { return [made] }
      return [
        made,
        SourceNote(
          subject: subject,
          message: "the database that it replaces is called '\(replaced)' now; drop it when nobody needs it",
          isGood: true),
      ]
    }
  }

  /// A connection, though the run may be cancelled, and the server just about to start again after a crash.
  private func reconnected(outside names: [String]) -> PostgresConnection? {
    let clean = server.with(Cancellation())
    for attempt in 1...Self.reconnections {
      do throws(SourceError) {
        return try clean.maintain(outside: names)
      } catch {
        guard error.reason == .unreachable, attempt < Self.reconnections else { return nil }
        try? pause(for: .seconds(1), unless: clean.cancellation)
      }
    }
    return nil
  }

  /// A crashed server is back within seconds, unless it is gone.
  private static let reconnections = 15

  /// Removes what was made, though the run may be cancelled.
  ///
  /// - Parameter undoMore: what else there is to undo; `nil` for nothing.
  /// - Returns: the error, and what became of the rest.
  mutating func undone(
    after error: SourceError, _ undoMore: ((PostgresConnection) -> Void)? = nil
  ) -> SourceError {
    guard !names.isEmpty || undoMore != nil else { return error }
    if let connection = reconnected(outside: names) {
      let clean = server.with(Cancellation())
      names.removeAll { name in (try? Self.drop(name, on: connection, of: clean)) != nil }
      undoMore?(connection)
    }
    let outcome: Message =
      names.isEmpty
      ? "what the restore had made was removed, and nothing else was changed"
      : "what the restore had made could not be removed: \(names.joined(separator: ", "))"
    // Nobody looks closer at a run that was only interrupted.
    let reason = !names.isEmpty && error.reason == .cancelled ? .failed : error.reason
    return SourceError(
      reason, error.action, error.path, because: "\(error.cause); \(outcome)",
      advice: names.isEmpty
        ? error.explanation.advice : "Drop \(counted(names.count, "database")) by hand once the server answers again.")
  }
}
