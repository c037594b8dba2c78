import CoffreCore
import MongoKit

extension SourceError {
  /// Of a database that cannot be backed up without it.
  init(_ error: MongoError, _ action: String, _ path: PathBytes) {
    self.init(
      Self.reason(of: error), action, path, because: error.message,
      advice: error.advice ?? Self.advice(for: error))
  }

  private static func reason(of error: MongoError) -> Reason {
    switch error.reason {
    case .cancelled: .cancelled
    case .missing: .toolMissing
    case .unreachable, .refused, .unexpected: .notWhole
    }
  }

  /// Where a password is given; `nil` if that is not what is wrong.
  static func passwordAdvice(for error: MongoError) -> Message? {
    guard error.code == MongoError.authenticationFailed else { return nil }
    return "Give the password in the file that --source-password-file names; where another database than that of the "
      + "address knows the user, add ?authSource=admin."
  }

  private static func advice(for error: MongoError) -> Message? {
    if let advice = passwordAdvice(for: error) { return advice }
    return switch error.code {
    case 13: "Grant the role 'backup'; 'read' on the database is enough where it has no time series."
    case MongoError.snapshotTooOld:
      "The server keeps no instant that long: raise minSnapshotHistoryWindowInSeconds above the time that a backup takes."
    case 246, MongoError.otherCollection, 175: "Run the backup again when nobody makes, drops or renames collections."
    case 43, 237: "Somebody ended the cursor: run the backup again."
    case _ where error.reason == .unreachable:
      "Look whether the server runs, and at its log; then run the backup again."
    default: nil
    }
  }
}
