/// What a source, or the place that is restored to, could not do.
package struct SourceError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// Was listed, is gone. Normal on a living system.
    case vanished
    case noPermission
    case noSpace
    /// Leads out of the place it must stay in, or has a name that no file may have.
    case hostile
    /// Exists already and must not be replaced.
    case exists
    /// A command or tool ended badly.
    case toolFailed
    /// There is no tool for it, or only older ones.
    case toolMissing
    /// The place that is restored to does not answer, or lets us not in.
    case unreachable
    /// A later Coffre wrote what is to be restored.
    case newer
    /// The view is not whole without it: no snapshot can be made of it.
    case notWhole
    case cancelled
    case failed
  }

  package let reason: Reason
  /// `read`, `list`, `write`…: completes "cannot … 'subject'".
  package let action: String
  package let path: PathBytes
  package let cause: Message
  private let ownAdvice: Message?

  /// - Parameter advice: if the source knows better than the reason tells.
  package init(
    _ reason: Reason, _ action: String, _ path: PathBytes, because cause: Message, advice: Message? = nil
  ) {
    self.reason = reason
    self.action = action
    self.path = path
    self.cause = cause
    ownAdvice = advice
  }

  /// Whether a backup cannot go on without the entry.
  package var endsRun: Bool { reason == .cancelled || reason == .notWhole }
}

extension SourceError: Explained {
  package var explanation: Explanation {
    Explanation("cannot \(.word(action)) '\(displayed(path))'", because: cause, advice: advice)
  }

  private var advice: Message? {
    if let ownAdvice { return ownAdvice }
    return switch reason {
    case .noPermission: "Run as a user who may do this, or leave it out with --exclude."
    case .noSpace: "Free some space there, then run the command again."
    case .hostile: "The snapshot may have been made to harm; restore to an empty folder and look at the named entry."
    case .exists: "Choose another target, or another --overwrite."
    case .vanished, .toolFailed, .toolMissing, .unreachable, .newer, .notWhole, .cancelled, .failed: nil
    }
  }

  package var exitCode: ExitCode {
    switch reason {
    case .noPermission: .noPermission
    case .noSpace: .noSpace
    case .vanished, .toolFailed, .notWhole: .sourceUnreadable
    case .toolMissing: .toolMissing
    case .unreachable: .destinationUnreachable
    case .newer: .versionNotSupported
    case .hostile, .exists, .failed: .failed
    case .cancelled: .interrupted
    }
  }
}
