import CoffreCore
import PostgresKit

extension SourceError {
  /// Of a database that cannot be backed up without it.
  init(_ error: PostgresError, _ action: String, _ path: PathBytes) {
    self.init(
      error.reason == .cancelled ? .cancelled : .notWhole, action, path, because: error.message,
      advice: error.advice ?? Self.advice(for: error))
  }

  /// Where a password is given; `nil` if that is not what is wrong.
  static func passwordAdvice(for error: PostgresError) -> Message? {
    guard error.isPasswordMissing || error.state == "28P01" else { return nil }
    return "Give the password in the file that --source-password-file names, in PGPASSWORD or in ~/.pgpass."
  }

  /// Where services stand; `nil` if that is not what is wrong.
  static func serviceAdvice(for error: PostgresError) -> Message? {
    // libpq's own words, in English as no locale was set; it does not say more.
    guard error.reason == .unreachable, error.state.isEmpty,
      error.text.hasPrefix(#"definition of service"#) || error.text.contains(#"service file"#)
    else { return nil }
    return "Look at ~/.pg_service.conf, or at the file that PGSERVICEFILE names."
  }

  private static func advice(for error: PostgresError) -> Message? {
    if let advice = passwordAdvice(for: error) ?? serviceAdvice(for: error) { return advice }
    return switch error.state {
    case "55P03": "Somebody is changing a table: run the backup again later, or give a longer --lock-timeout."
    case "40001": "Set hot_standby_feedback on the standby, or back up the primary."
    case "57P01", "57P02", "57P03", "08006", "08003":
      "The server or somebody on it ended our sessions: look at its log, then run the backup again."
    case "22021", "22P05":
      "Names of this database are no text in its encoding: rename them, or back it up with pg_dump."
    case "" where error.reason == .unreachable:
      "Look whether the server runs, and at its log; then run the backup again."
    default: nil
    }
  }
}
