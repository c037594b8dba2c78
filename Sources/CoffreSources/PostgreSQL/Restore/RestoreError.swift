import CoffreCore
import PostgresKit

extension SourceError {
  /// Of a restore that cannot go on, as the server says it.
  ///
  /// - Parameters:
  ///   - place: which part of the subject, such as the statement of a script; no secret in it.
  ///   - ownAdvice: if the caller knows better.
  init(
    restoring error: PostgresError, _ action: String, _ subject: String, at place: Message? = nil,
    advice ownAdvice: Message? = nil
  ) {
    let cause: Message = if let place { "\(place): \(error.message)" } else { error.message }
    self.init(
      Self.reason(of: error), action, Array(subject.utf8), because: cause,
      advice: ownAdvice ?? Self.advice(restoring: error, isConnecting: action == "connect to") ?? error.advice)
  }

  private static func reason(of error: PostgresError) -> Reason {
    switch error.state {
    case _ where error.reason == .cancelled: .cancelled
    case "42501": .noPermission
    case "53100": .noSpace
    // The server answers; what is missing is not it.
    case "3D000": .failed
    case _ where error.reason == .unreachable: .unreachable
    default: .failed
    }
  }

  private static func advice(restoring error: PostgresError, isConnecting: Bool) -> Message? {
    if let advice = passwordAdvice(for: error) ?? serviceAdvice(for: error) { return advice }
    return switch error.state {
    case "42501":
      "Restore as a superuser, or as a role that may create databases and is a member of all roles that own something in it."
    case "" where error.reason == .unreachable && isConnecting:
      "Check the address and the port, and that the server is running."
    case _ where error.reason == .unreachable && !isConnecting:
      "Look into the server's log for why it ended the connection, then run the command again."
    case "53100": "Free some space on the server, then run the command again."
    case "22023" where error.text.contains("locale") || error.text.contains("LOCALE"),
      "42809" where error.text.contains("locale"):
      "Install the locale on the server, or restore to a server that has it."
    case "0A000" where error.text.contains("extension"), "58P01":
      "Install the package of the extension on the server, then run the command again."
    case "25006": "It is a standby, or set to read-only: restore to a server that takes changes."
    case "55P03", "55006": "End the sessions that use it, or give --disconnect."
    default: nil
    }
  }
}
