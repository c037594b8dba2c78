package import CoffreCore

/// Why a shelf, or a point of it, is of no use.
package enum ShelfError: Error, Sendable, Hashable {
  /// There is no folder, or it is no shelf.
  case noShelf(String)
  /// Somebody else writes to it, or reads what is to be removed.
  case locked(String, by: String)
  case noSuchPoint(String, shelf: String)
  case severalPoints(String)
  /// No point is left that could be meant.
  case empty(String)
  case foreignManifest
  case newerManifest(version: UInt64)
  case malformedManifest(MalformedShelfManifest)
  /// A point, or what it needs, is damaged.
  case damaged(point: String, file: String, Message)
  /// A point is encrypted, and what was given does not open it.
  case sealed(point: String, ShelfManifest.Encryption, because: Message)
  /// What was written reads back otherwise.
  case notProved(path: String, Message)
  case invalidTemplate(String, Message)
  case unreadablePoints([String])
}

extension ShelfError: Explained {
  package var explanation: Explanation {
    switch self {
    case .noShelf(let path):
      Explanation(
        "'\(path)' is no shelf", advice: "Give a folder that `coffre backup --to` wrote to.")
    case .locked(let path, let holder):
      Explanation(
        "the shelf '\(path)' is in use",
        because: holder.isEmpty ? nil : "\(holder) works on it", advice: "Wait for it to end.")
    case .noSuchPoint(let name, let shelf):
      Explanation(
        "the shelf '\(shelf)' has no point '\(name)'", advice: "Run `coffre shelf list \(shelf)`.")
    case .severalPoints(let name):
      Explanation(
        "'\(name)' could be several points, of different sources", advice: "Give a point by its name.")
    case .empty(let path): Explanation("the shelf '\(path)' holds nothing that could be meant")
    case .foreignManifest:
      Explanation("the file 'manifest.json' is no manifest of a shelf")
    case .newerManifest(let version):
      Explanation(
        "the manifest has version \(version), and this Coffre reads up to \(ShelfManifest.version)",
        advice: "Use the Coffre that made the backup, or a later one; its archives need none.")
    case .malformedManifest(let error): error.explanation
    case .damaged(let point, let file, let problem):
      Explanation(
        "the point '\(point)' is damaged: '\(file)'", because: problem,
        advice: "Restore another point; `coffre shelf verify` tells which are whole.")
    case .sealed(let point, let encryption, let problem):
      Explanation(
        "the point '\(point)' is encrypted (\(encryption.kind)) and was not opened", because: problem,
        advice: encryption.advice)
    case .notProved(let path, let problem):
      Explanation(
        "what was written to '\(path)' reads back otherwise", because: problem,
        advice: "Nothing was kept. Check the disk and the memory of this machine, then run the command again.")
    case .invalidTemplate(let template, let problem):
      Explanation("the template '\(template)' cannot be used: \(problem)", advice: "Correct it in --name-template.")
    case .unreadablePoints(let names):
      Explanation(
        "nothing was removed, as these points cannot be read: \(names.joined(separator: ", "))",
        advice:
          "Run `coffre shelf verify`: it says why. Give the right to enter a folder that is closed, and move what is no "
          + "point elsewhere; remove by hand only the folder, or the files, of a point that is lost.")
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .noShelf: .noRepository
    case .locked: .locked
    case .noSuchPoint, .empty, .foreignManifest, .malformedManifest, .unreadablePoints: .failed
    case .severalPoints, .invalidTemplate: .usage
    case .newerManifest: .versionNotSupported
    case .sealed: .wrongPassword
    case .damaged, .notProved: .verificationFailed
    }
  }
}

extension ShelfManifest.Encryption {
  fileprivate var advice: Message {
    let names = recipients.joined(separator: ", ")
    return switch ArchiveProtection.Kind(rawValue: kind) {
    case .native: "Give its password with --password-file or --password-command."
    case .age where recipients.isEmpty: "Give its password with --password-file or --password-command."
    case .age: "Give with --identity the secret key of one of its recipients: \(names)."
    case .aes: "Give with --key-file the key that it was made with."
    case .gpg: "gpg's ring must hold the secret key of one of its recipients: \(names)."
    case nil: "Use the Coffre that made it, or a later one."
    }
  }
}
