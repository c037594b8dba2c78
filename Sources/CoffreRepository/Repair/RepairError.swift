package import CoffreCore

/// Why a repair cannot be done as it was asked for.
package enum RepairError: Error, Sendable, Hashable {
  case noSuchPack(String)
  case ambiguousPack(String, matches: [String])
  /// The index has to be in order first.
  case indexDamaged(object: String, problem: Message)
  /// The packs have to be in order first.
  case packDamaged(PackID, problem: Message)
  /// A copy of a pack stands there already, and is another one.
  case copyDiffers(path: String)
}

extension RepairError: Explained {
  package var explanation: Explanation {
    switch self {
    case .noSuchPack(let text):
      Explanation("no pack's id begins with '\(text)'", advice: "Take the ids from `coffre repo check --read-data`.")
    case .ambiguousPack(let text, let matches):
      Explanation(
        "'\(text)' is the beginning of several packs' ids", because: .verbatim(matches.joined(separator: ", ")),
        advice: "Give more digits of the id.")
    case .indexDamaged(let object, let problem):
      Explanation(
        "the index has to be repaired first", because: "'\(object)': \(problem)",
        advice: "Run `coffre repo repair index`, then this command again.")
    case .packDamaged(let pack, let problem):
      Explanation(
        "pack \(pack.short) has to be repaired first", because: problem,
        advice: "Run `coffre repo repair packs \(pack.short)`, then this command again.")
    case .copyDiffers(let path):
      Explanation(
        "'\(path)' exists and is not a copy of the pack", advice: "Move it away, or give another folder with --save-to."
      )
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .ambiguousPack: .usage
    case .noSuchPack, .indexDamaged, .packDamaged, .copyDiffers: .failed
    }
  }
}
