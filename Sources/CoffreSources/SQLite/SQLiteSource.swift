import CoffreCore
import CoffreSystem
import SQLiteKit

/// A database on this machine, held at one instant: as long as this lives, nobody changes what it sees.
///
/// In WAL mode nobody waits for it. In the other modes a writer waits until it is gone, as for any reader.
final class SQLiteSource {
  let connection: SQLiteConnection
  let place: SQLitePlace
  /// When the instant was taken.
  let takenAt: Timestamp
  /// As SQLite tells it: `wal`, `delete`, …
  let journalMode: String

  /// - Throws: for what is no database, or not to be had within `patience`.
  init(_ place: SQLitePlace, patience: Duration, cancellation: Cancellation) throws(SourceError) {
    self.place = place
    try Self.check(place.path)
    do throws(SQLiteError) {
      // Who may write undoes what a dead writer began, as every program that opens the database would.
      connection = try SQLiteConnection(place.path, for: .writing, patience: patience, cancellation: cancellation)
      if Self.hasLog(connection.path) { connection.keepLogOnClose() }
      try connection.run("BEGIN")
      // The first reading takes the instant.
      try connection.run(#"SELECT count(*) FROM sqlite_master"#)
      takenAt = Clock.now().at(utcOffset: 0)
      journalMode = try connection.value(#"PRAGMA journal_mode"#).string ?? ""
    } catch {
      throw SourceError(error, "read", place.path)
    }
  }

  private static func check(_ path: PathBytes) throws(SourceError) {
    let kind: EntryKind
    do throws(SystemError) {
      // No descriptor is opened: closing it would take away the locks of this process.
      kind = try FileDescriptor.attributes(ofPath: path, .following).kind
    } catch {
      throw SourceError(
        error.isNoPermission ? .noPermission : .notWhole, "read", path, because: error.cause,
        advice: error.isNotFound ? "Look for a misspelt name; the address is sqlite:PATH." : nil)
    }
    guard kind == .file else {
      throw SourceError(.notWhole, "read", path, because: "it is no file", advice: "Name the file of a database.")
    }
  }

  /// A log that somebody else wrote stays as it is; one that is made for this reading goes with it.
  private static func hasLog(_ path: PathBytes) -> Bool {
    (try? FileDescriptor.attributes(ofPath: path + Array("-wal".utf8))) != nil
  }

  /// In bytes, at the instant.
  func size() throws(SourceError) -> (pages: Int64, pageSize: Int64) {
    do throws(SQLiteError) {
      return (
        try connection.value(#"PRAGMA page_count"#).integer ?? 0,
        try connection.value(#"PRAGMA page_size"#).integer ?? 0
      )
    } catch {
      throw SourceError(error, "read", place.path)
    }
  }
}
