import CoffreCore
import SQLiteKit

extension SourceError {
  /// Of a database that cannot be read.
  init(_ error: SQLiteError, _ action: String, _ path: PathBytes, advice: Message? = nil) {
    self.init(Self.reason(of: error), action, path, because: error.message, advice: advice ?? Self.advice(for: error))
  }

  /// Of a restore that cannot go on.
  init(restoring error: SQLiteError, _ path: PathBytes, advice: Message? = nil) {
    let reason = Self.reason(of: error)
    self.init(
      reason == .notWhole ? .failed : reason, "restore to", path, because: error.message,
      advice: advice ?? Self.advice(for: error))
  }

  private static func reason(of error: SQLiteError) -> Reason {
    switch error.reason {
    case .cancelled: .cancelled
    case .noSpace: .noSpace
    case .noPermission, .needsRecovery: .noPermission
    case .busy, .notADatabase, .damaged, .cannotOpen, .failed: .notWhole
    }
  }

  private static func advice(for error: SQLiteError) -> Message? {
    switch error.reason {
    case .busy:
      "Somebody keeps it locked: run the command again later, or give a longer --lock-timeout."
    case .notADatabase:
      "It is another file, or encrypted: encrypted databases are backed up through the program that has the key."
    case .damaged:
      "The database is damaged: save what can be read with `sqlite3 FILE .recover`, and keep your older backups."
    case .needsRecovery:
      "A program died while it was writing: run as a user who may write there, or open the database once with the program."
    case .noPermission, .cannotOpen:
      "Run as a user who may read the file, and write into its folder if the database keeps a log there (WAL)."
    case .noSpace, .cancelled, .failed: nil
    }
  }
}
