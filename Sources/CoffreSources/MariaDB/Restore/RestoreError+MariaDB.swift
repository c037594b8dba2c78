import CoffreCore
import MariaDBKit

extension SourceError {
  /// Of a restore that cannot go on, as the server says it.
  ///
  /// - Parameter place: which part of the subject, such as the statement of a script; no secret in it.
  init(restoring error: MariaDBError, _ action: String, _ subject: String, at place: Message? = nil) {
    let cause: Message = if let place { "\(place): \(error.message)" } else { error.message }
    self.init(
      Self.reason(of: error), action, Array(subject.utf8), because: cause,
      advice: Self.advice(restoring: error, isConnecting: action == "connect to") ?? error.advice)
  }

  private static func reason(of error: MariaDBError) -> Reason {
    switch error.code {
    case _ where error.reason == .cancelled: .cancelled
    case 1044, 1142, 1143, 1227, 1370, 1419: .noPermission
    case 1021, 1114: .noSpace
    case _ where error.reason == .unreachable: .unreachable
    default: .failed
    }
  }

  private static func advice(restoring error: MariaDBError, isConnecting: Bool) -> Message? {
    if let advice = passwordAdvice(for: error) { return advice }
    return switch error.code {
    case 1044, 1142, 1143, 1227, 1370: "Restore as a user who may create databases, and objects that others define."
    case 1418, 1419: "Restore as a user with all rights, or set log_bin_trust_function_creators on the server."
    case 1148, 3948, 4166: "Rows are sent with LOAD DATA LOCAL: set local_infile on the server."
    case 1153: "A row is longer than the server takes: raise max_allowed_packet on it."
    case 1021, 1114: "Free some space on the server, then run the command again."
    case 1273, 1115: "Restore to a server that knows the character set and its collation."
    case 1286: "Install the storage engine on the server, or restore to one that has it."
    case 1290, 1836: "It is set to read-only: restore to a server that takes changes."
    case _ where error.reason == .unreachable && isConnecting:
      "Check the address and the port, and that the server is running."
    case _ where error.reason == .unreachable:
      "Look into the server's log for why it ended the connection, then run the command again."
    default: nil
    }
  }
}
