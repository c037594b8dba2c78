package import CoffreCore

/// Why prune stops. Whatever it says, no pack that a snapshot needs was removed.
package enum PruneError: Error, Sendable, Hashable {
  /// What is needed cannot be told: a snapshot or tree cannot be read, or a blob is in no index.
  case needUnknown(subject: String, problem: Message, hasMarkedPacks: Bool)
  /// Packs that hold needed blobs are not there.
  case packsMissing(PackID, count: Int)
  /// A pack that holds needed blobs is not as long as the index says.
  case packSizeWrong(PackID, size: Int64, expected: Int64)
  /// Packs that the index lists with different blobs.
  case contradictoryPacks(PackID, count: Int)
  /// A pack that is to be repacked holds a blob that is not what it should be.
  case packDamaged(PackID, problem: Message)
  case noSnapshots(location: String, packs: Int)
  case versionHasNoCompression(location: String)
  /// What it has to write finds no room.
  case noSpace(cause: Message, isRepacking: Bool)
  /// The option that needs no space was not given the repository's own id.
  case notConfirmed(location: String, id: String)
  /// Old index files are gone and new ones could not be written: packs are in no index.
  case indexIncomplete(location: String, cause: Message)
}

extension PruneError {
  /// A reason of the repository, said as what it means for prune. Errors of the store stay what they are.
  static func judging(_ error: any Error, hasMarkedPacks: Bool) -> any Error {
    guard let error = error as? RepositoryError else { return error }
    switch error {
    case .damaged, .missingBlob:
      let (subject, problem) = error.finding
      return PruneError.needUnknown(subject: subject, problem: problem, hasMarkedPacks: hasMarkedPacks)
    default: return error
    }
  }
}

extension PruneError: Explained {
  package var explanation: Explanation {
    switch self {
    case .needUnknown(let subject, let problem, let hasMarkedPacks):
      Explanation(
        "prune cannot tell what is still needed, and removed nothing", because: "'\(subject)': \(problem)",
        advice: hasMarkedPacks
          ? "Run `rustic prune` first: packs are marked for deletion here, and it may take them back."
          : "Run `coffre repo check` to see the damage, mend or forget what is broken, then prune again.")
    case .packsMissing(let pack, let count):
      Explanation(
        "the store lacks \(counted(count, "pack")) with data that snapshots need; nothing was removed",
        because: "'data/\(pack.short)…' is one of them",
        advice: "Look for the files; if they are lost, run `coffre repo repair index`, then back up again.")
    case .packSizeWrong(let pack, let size, let expected):
      Explanation(
        "pack \(pack) holds needed data and does not have its size; nothing was removed",
        because: "it has \(size) bytes, the index says \(expected)",
        advice: "Run `coffre repo repair packs \(pack)`, then prune again.")
    case .contradictoryPacks(let pack, let count):
      Explanation(
        "the index lists \(counted(count, "pack")) in two ways; nothing was removed",
        because: "'data/\(pack.short)…' has different blobs in different index files",
        advice: "Run `coffre repo repair index`, then prune again.")
    case .packDamaged(let pack, let problem):
      Explanation(
        "pack \(pack) is damaged; nothing was removed", because: problem,
        advice: "Run `coffre repo repair packs \(pack)`: it saves what can be saved. Then prune again.")
    case .noSnapshots(let location, let packs):
      Explanation(
        "there is no snapshot in '\(location)', so prune would remove all of its \(counted(packs, "pack"))",
        advice: "If that is what you want, give --allow-empty. If there should be snapshots, look where they went.")
    case .versionHasNoCompression(let location):
      Explanation(
        "'\(location)' has repository version 1, which knows no compression",
        advice: "Leave out --repack-uncompressed, or copy the snapshots into a new repository.")
    case .noSpace(let cause, isRepacking: true):
      Explanation(
        "there is no space for what prune writes anew; nothing was lost", because: cause,
        advice: "Run `coffre repo prune --max-repack-size 0`, which writes nothing but a small index.")
    case .noSpace(let cause, isRepacking: false):
      Explanation(
        "there is not even space for prune's lock or for a new index; nothing was lost", because: cause,
        advice:
          "Free a little space beside the repository, never inside it, and run the command again. If there is none "
          + "to be had: `coffre repo prune --unsafe-recover-no-free-space`, see its help.")
    case .notConfirmed(let location, let id):
      Explanation(
        "'--unsafe-recover-no-free-space' wants the id of the repository '\(location)', so that nobody gives it by chance",
        advice: "Try `coffre repo prune --max-repack-size 0` first. If that finds no space, give "
          + "--unsafe-recover-no-free-space \(id)")
    case .indexIncomplete(let location, let cause):
      Explanation(
        "the index of '\(location)' is incomplete: its old files are gone, and the new ones could not be written",
        because: cause,
        advice: "Nothing that a snapshot needs is lost. Free some space if there is none, then run "
          + "`coffre repo repair index -r \(location)`, before anything else.")
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .versionHasNoCompression, .notConfirmed: .usage
    case .noSpace: .noSpace
    case .indexIncomplete: .failed
    case .needUnknown, .packsMissing, .packSizeWrong, .contradictoryPacks, .packDamaged, .noSnapshots: .failed
    }
  }
}
