import CoffreCore
import MongoKit

extension SourceError {
  /// Of a restore that cannot go on, as the server says it.
  init(restoring error: MongoError, _ action: String, _ subject: String) {
    self.init(
      Self.reason(restoring: error), action, Array(subject.utf8), because: error.message,
      advice: Self.advice(restoring: error, isConnecting: action == "connect to") ?? error.advice)
  }

  private static func reason(restoring error: MongoError) -> Reason {
    switch error.code {
    case _ where error.reason == .cancelled: .cancelled
    case _ where error.reason == .missing: .toolMissing
    case 13, MongoError.authenticationFailed: .noPermission
    case 14031, 12501: .noSpace
    case _ where error.reason == .unreachable: .unreachable
    default: .failed
    }
  }

  private static func advice(restoring error: MongoError, isConnecting: Bool) -> Message? {
    if let advice = passwordAdvice(for: error) { return advice }
    return switch error.code {
    case 13: "Restore as a user with the roles 'restore' and 'readWriteAnyDatabase'."
    case 14031, 12501: "Free some space on the server, then run the command again."
    case 13297: "The server has a database whose name differs by capitals alone: choose another name."
    case _ where error.reason == .unreachable && isConnecting:
      "Check the address and the port, and that the server is running."
    case _ where error.reason == .unreachable:
      "Look into the server's log for why it ended the connection, then run the command again."
    default: nil
    }
  }
}
