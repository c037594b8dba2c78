import CoffreCore
import MariaDBKit

extension SourceError {
  /// Of a database that cannot be backed up without it.
  init(_ error: MariaDBError, _ action: String, _ path: PathBytes) {
    self.init(
      error.reason == .cancelled ? .cancelled : .notWhole, action, path, because: error.message,
      advice: error.advice ?? Self.advice(for: error))
  }

  /// Where a password is given; `nil` if that is not what is wrong.
  static func passwordAdvice(for error: MariaDBError) -> Message? {
    guard error.code == 1045 || error.code == 1698 else { return nil }
    return "Give the password in the file that --source-password-file names, in MYSQL_PWD or in ~/.my.cnf."
  }

  private static func advice(for error: MariaDBError) -> Message? {
    if let advice = passwordAdvice(for: error) { return advice }
    return switch error.code {
    case 1205: "Somebody is changing a table: run the backup again later, or give a longer --lock-timeout."
    case 1412, 1146, 1054: "Run the backup again when nobody changes the shape of tables."
    case 1142, 1143, 1044, 1227, 1370: "Grant the right, or leave it out by a pattern."
    case 1040, 1203, 1226: "The server has no room for another session: raise max_connections, or run it later."
    case _ where error.reason == .unreachable:
      "Look whether the server runs, and at its log; then run the backup again."
    default: nil
    }
  }
}
