import CoffreCore
import PostgresKit

/// Gathers what the server's planner must know of a database that was loaded.
///
/// A foreign server that does not answer ends it early, and does no other harm.
/// - Returns: a remark if it was not done.
func gatherStatistics(of database: String, on connection: PostgresConnection) throws(SourceError) -> [SourceNote] {
  do throws(PostgresError) {
    try connection.execute("ANALYZE")
    return []
  } catch {
    guard error.reason == .refused else { throw SourceError(restoring: error, "finish", database) }
    return [
      SourceNote(
        subject: "database \(database)",  // not for people
        message: "its statistics are not all gathered: \(error.message); run ANALYZE there later")
    ]
  }
}
