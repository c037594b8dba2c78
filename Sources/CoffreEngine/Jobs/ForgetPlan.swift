package import CoffreCore
package import CoffreRepository

/// What a forget will do, decided before anything is removed.
package struct ForgetPlan: Sendable {
  /// What the rules say about one group.
  package struct Group: Sendable {
    package let key: SnapshotGroup.Key
    package let decision: RetentionDecision<StoredSnapshot>
  }

  /// Where rules decide; empty otherwise.
  package let groups: [Group]
  /// Where no rule decides: what goes because it was named, or because all goes.
  package let named: [NamedSnapshot]

  package var kept: Int { groups.reduce(0) { $0 + $1.decision.kept.count } }
  /// Oldest first within each group: should the removal be cut off, what is left is the newest.
  package var removals: [SnapshotID] {
    named.map(\.id) + groups.flatMap { $0.decision.removed.reversed().map(\.id) }
  }
}

/// Why a forget does nothing at all.
package enum ForgetRefused: Error, Sendable, Hashable {
  /// A snapshot that cannot be read may belong to any group.
  case unreadable(RepositoryError, count: Int)
  /// The rules keep nothing of a group.
  case nothingLeft(SnapshotGroup.Key)
}

extension ForgetRefused: Explained {
  package var explanation: Explanation {
    switch self {
    case .unreadable(let error, let count):
      Explanation(
        "\(counted(count, "snapshot")) cannot be read, so nothing is forgotten",
        because: "'\(error.finding.subject)': \(error.finding.problem)",
        advice: "Look at the repository with `coffre repo check`; a snapshot that is lost for good is dropped by its "
          + "id, `coffre snapshot forget <id>`.")
    case .nothingLeft(let key):
      Explanation(
        "the rules would remove the last snapshot of \(key.forPeople)",
        advice: "Add a rule that keeps some, such as --keep-last 1, or give the ids of the snapshots that are to go.")
    }
  }

  package var exitCode: ExitCode { .failed }
}
