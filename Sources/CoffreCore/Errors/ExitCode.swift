/// How a command ends; stable, and a superset of restic's (docs/guide/exit-codes.md).
package enum ExitCode: Int32, Sendable, CaseIterable {
  case done = 0
  /// Failed; for `repo check`: damaged.
  case failed = 1
  case usage = 2
  /// A snapshot exists, but something could not be read.
  case partial = 3
  case noRepository = 10
  case locked = 11
  case wrongPassword = 12
  case destinationUnreachable = 13
  case sourceUnreadable = 14
  case verificationFailed = 15
  case configurationInvalid = 16
  case toolMissing = 20
  case noSpace = 21
  case noPermission = 22
  case versionNotSupported = 23
  case interrupted = 130
  case terminated = 143

  /// One line of a help text.
  package var meaning: Message {
    switch self {
    case .done: "done"
    case .failed: "failed, or damaged"
    case .usage: "wrong usage"
    case .partial: "partial: something could not be read or written"
    case .noRepository: "no repository"
    case .locked: "locked"
    case .wrongPassword: "wrong password"
    case .destinationUnreachable: "destination unreachable or refuses"
    case .sourceUnreadable: "source unreachable or unreadable"
    case .verificationFailed: "verification failed"
    case .configurationInvalid: "configuration invalid"
    case .toolMissing: "tool missing or too old"
    case .noSpace: "no space"
    case .noPermission: "no permission"
    case .versionNotSupported: "repository version not supported"
    case .interrupted: "interrupted (SIGINT)"
    case .terminated: "terminated (SIGTERM)"
    }
  }
}
