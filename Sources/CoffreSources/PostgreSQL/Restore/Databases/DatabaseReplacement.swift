import CoffreCore
import PostgresKit

/// What has to be true before a database that exists may be put aside, or its rows replaced.
struct DatabaseReplacement: Sendable {
  let name: String
  let settings: DatabaseRestoreSettings
  let server: RestoreServer
  /// What the server is called in snapshots; `nil` to go by its address.
  var nameInSnapshots: String?

  /// Whether the server has such a database; nothing happens here.
  ///
  /// - Throws: if it does, and nobody agreed to that it is put aside.
  func isNeeded() throws(SourceError) -> Bool {
    try RestoreGoal.check(name)
    let connection = try server.maintain(outside: [])
    let exists = try Self.asked(name) { () throws(PostgresError) in try DatabaseSwap.exists(name, on: connection) }
    if exists { try RestoreGoal.demandConsent(to: name, settings, because: "the database exists") }
    return exists
  }

  /// Backs it up.
  ///
  /// - Parameter isUnused: whether it must be so, as it will be renamed.
  func makeSafe(demandingThat isUnused: Bool) throws(SourceError) {
    if isUnused, !settings.disconnects {
      let connection = try server.maintain(outside: [name])
      let count = try Self.asked(name) { () throws(PostgresError) in
        try DatabaseSwap.sessions(in: name, on: connection)
      }
      guard count == 0 else {
        throw SourceError(
          .failed, "replace", Array(name.utf8), because: "it is used by \(counted(count, "session"))",
          advice: "End them, or give --disconnect.")
      }
    }
    do {
      try settings.safety?(name, nameInSnapshots)
    } catch {
      throw SourceError(
        server.cancellation.isCancelled ? .cancelled : .safety(of: error), "back up before it is replaced",
        Array(name.utf8), because: shortText(of: error),
        advice: (error as? any Explained)?.explanation.advice)
    }
  }

  static func asked<Result>(
    _ subject: String, _ body: () throws(PostgresError) -> Result
  ) throws(SourceError) -> Result {
    do throws(PostgresError) {
      return try body()
    } catch {
      throw SourceError(restoring: error, "ask about", subject)
    }
  }
}
