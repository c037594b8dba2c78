/// What a store could not do.
package struct StoreError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// Nothing lies under the key.
    case notFound
    /// Less is there than was asked for, or the buffer is smaller than the object.
    case truncated
    case noSpace
    case noPermission
    /// Read-only, append-only or full by rule.
    case refused
    case unreachable
    case cancelled
    case failed
  }

  package enum Action: String, Sendable, Hashable {
    case save, load, list, remove, open, create
  }

  package let reason: Reason
  package let action: Action
  /// A key of the store, or its location.
  package let subject: String
  /// As the system said it.
  package let cause: Message
  /// What to do about this one, where the store knows better than the reason tells.
  package let remedy: Message?

  package init(
    _ reason: Reason, _ action: Action, _ subject: String, because cause: Message, remedy: Message? = nil
  ) {
    self.reason = reason
    self.action = action
    self.subject = subject
    self.cause = cause
    self.remedy = remedy
  }

  /// The same, under a name that tells the reader more.
  package func about(_ subject: String) -> StoreError {
    StoreError(reason, action, subject, because: cause, remedy: remedy)
  }

  /// Whether other objects of the store may well be in order: said of one that a list had named.
  package var concernsOneObject: Bool {
    switch reason {
    case .notFound, .truncated, .failed, .noPermission: true
    case .noSpace, .refused, .unreachable, .cancelled: false
    }
  }

  /// Whether the same call may go through a little later.
  package var isWorthRetrying: Bool { reason == .unreachable || reason == .failed }
}

extension StoreError: Explained {
  package var explanation: Explanation {
    Explanation("cannot \(.word(action.rawValue)) '\(subject)'", because: cause, advice: remedy ?? advice)
  }

  private var advice: Message? {
    switch reason {
    case .noSpace: "Free some space where the repository lies, then run the command again; nothing was lost."
    case .noPermission: "Run as a user who may read and write the repository."
    case .refused: "Check that the place is mounted writable and accepts new files."
    case .unreachable: "Check the network and the address, then run the command again."
    case .notFound, .truncated: "Run `coffre repo check` to see what else is missing or damaged, and how to repair it."
    case .cancelled, .failed: nil
    }
  }

  package var exitCode: ExitCode {
    switch reason {
    case .noSpace: .noSpace
    case .noPermission: .noPermission
    case .refused, .unreachable: .destinationUnreachable
    case .notFound, .truncated, .failed: .failed
    case .cancelled: .interrupted
    }
  }
}
