package import CoffreCore

/// How a row ended.
package enum RowStatus: String, Sendable, Hashable, CaseIterable {
  /// Backed up whole, and read back.
  case done
  /// There is a backup, and it lacks something.
  case partial
  case failed
  /// The run was stopped while it was being done.
  case interrupted

  /// What a run writes into the list: for ever, as people's own programs read it.
  package var word: String {
    switch self {
    case .done: "ok"
    case .partial: "partiel"
    case .failed: "echec"
    case .interrupted: "interrompu"
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .done: .done
    case .partial: .partial
    case .failed: .failed
    case .interrupted: .interrupted
    }
  }
}
