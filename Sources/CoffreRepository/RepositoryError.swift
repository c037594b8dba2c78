package import CoffreCore

/// What is wrong with a repository, or what it was asked for and does not have.
package enum RepositoryError: Error, Sendable, Hashable {
  case notFound(location: String)
  case alreadyExists(location: String)
  /// A key and no configuration: an init that was cut off.
  case halfMade(location: String)
  case locked(location: String, holder: Message, advice: Message)
  case wrongPassword(location: String)
  case versionNotSupported(location: String, version: UInt64)
  /// An object that is not what its name, its MAC or the format says.
  case damaged(object: String, problem: Message)
  /// A blob that a tree or snapshot names and no index knows.
  case missingBlob(id: Digest, neededBy: Message)
  case noSuchSnapshot(String)
  case ambiguousSnapshot(String, matches: [String])
  case noSuchPath(String, snapshot: String)
  /// Of a kind such as `pack` or `blob`, by its id.
  case noSuchObject(kind: String, String)
  case ambiguousObject(kind: String, String, matches: [String])
  /// Chunker settings of another program that Coffre does not follow.
  case foreignChunking(location: String)
  case lockLost(location: String)
  /// What this run itself has just sealed cannot be opened again.
  case selfCheckFailed(blob: Digest, problem: Message)
  /// Nothing may be removed there, only added.
  case keepsEverything(location: String, cause: Message, advice: Message?)
  /// What was to be backed up could not be read at all.
  case nothingToBackUp([String])
}

extension RepositoryError {
  /// Which object is concerned, and what is wrong with it: for lists of findings.
  package var finding: (subject: String, problem: Message) {
    switch self {
    case .damaged(let object, let problem): (object, problem)
    case .missingBlob(let id, let user): ("blob \(id.short)", "it is in no index; \(user) needs it")
    default: ("repository", text)
    }
  }
}

extension RepositoryError: Explained {
  package var explanation: Explanation {
    switch self {
    case .notFound(let location):
      Explanation(
        "no repository at '\(location)'",
        advice: "Check the place, and whether its disk is mounted; `coffre repo init` makes a new repository.")
    case .alreadyExists(let location):
      Explanation(
        "'\(location)' holds a repository already", advice: "Use it, or choose an empty place for the new one.")
    case .halfMade(let location):
      Explanation(
        "'\(location)' holds a key but no configuration: an init was cut off there",
        advice: "If there never were backups in it, remove its folder 'keys' and run the command again.")
    case .locked(let location, let holder, let advice):
      Explanation("'\(location)' is locked by \(holder)", advice: advice)
    case .selfCheckFailed(let blob, let problem):
      Explanation(
        "blob \(blob.short) was to be stored and is wrong already", because: problem,
        advice: "This machine's memory or processor makes mistakes: have it tested, for example with memtest86+, and "
          + "do not trust what it stored until `coffre repo check --read-data` ran on another machine.")
    case .wrongPassword(let location):
      Explanation("wrong password for '\(location)'", advice: "Give the password of one of the repository's keys.")
    case .versionNotSupported(let location, let version):
      Explanation(
        "'\(location)' has repository version \(version), which this Coffre does not know",
        advice: "Use a newer Coffre; versions 1 and 2 are supported.")
    case .damaged(let object, let problem):
      Explanation("'\(object)' is damaged", because: problem, advice: Self.remedy(for: object))
    case .missingBlob(let id, let user):
      Explanation(
        "blob \(id.short) is in no index", because: "\(user) needs it",
        advice: "Run `coffre repo check`, which says how to repair it; a new backup of the same files stores the blob "
          + "again.")
    case .noSuchSnapshot(let text):
      Explanation("no snapshot matches '\(text)'", advice: "See `coffre snapshot list` for what there is.")
    case .ambiguousSnapshot(let text, let matches):
      Explanation(
        "'\(text)' matches several snapshots", because: .verbatim(matches.joined(separator: ", ")),
        advice: "Give more digits of the id, or narrow `latest` with --host, --path or --tag.")
    case .noSuchPath(let path, let snapshot):
      Explanation("'\(path)' is not in snapshot \(snapshot)", advice: "See `coffre snapshot ls \(snapshot)`.")
    case .noSuchObject(let kind, let text):
      Explanation(
        "no \(.word(kind)) has an id that begins with '\(text)'",
        advice: "Check the id; other commands show ids with --json.")
    case .ambiguousObject(let kind, let text, let matches):
      Explanation(
        "several ids of kind \(.word(kind)) begin with '\(text)'", because: .verbatim(matches.joined(separator: ", ")),
        advice: "Give more digits of the id.")
    case .foreignChunking(let location):
      Explanation(
        "'\(location)' asks for chunk sizes of another program",
        advice: "Add to it with the program that made it (rustic); reading and restoring work here.")
    case .lockLost(let location):
      Explanation(
        "the lock on '\(location)' could not be refreshed for too long",
        advice: "Check the connection and run the command again; what was stored will be reused.")
    case .keepsEverything(let location, let cause, let advice):
      Explanation("nothing can be removed from '\(location)'", because: cause, advice: advice)
    case .nothingToBackUp(let paths):
      Explanation(
        "none of the sources can be read", because: .verbatim(paths.joined(separator: ", ")),
        advice: "Check the paths and their permissions; no snapshot was made.")
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .notFound: .noRepository
    case .locked: .locked
    case .wrongPassword: .wrongPassword
    case .keepsEverything: .destinationUnreachable
    case .versionNotSupported: .versionNotSupported
    case .ambiguousSnapshot, .ambiguousObject: .usage
    case .noSuchSnapshot, .noSuchPath, .noSuchObject, .alreadyExists, .halfMade, .damaged, .missingBlob,
      .foreignChunking,
      .lockLost, .selfCheckFailed, .nothingToBackUp:
      .failed
    }
  }
  /// What helps depends on what is damaged: by the folder of the repository in which it lies.
  private static func remedy(for object: String) -> Message {
    let parts = object.split(separator: "/", maxSplits: 1)
    let id = (parts.count == 2 ? parts[1] : "").prefix(8)
    return switch (parts.first, parts.count) {
    case ("config", 1):
      "Take the file 'config' from another copy of this repository; without it nothing here can be opened."
    case ("keys", 1):
      "Take the folder 'keys' from another copy of this repository; without a key nothing here can be opened."
    case ("keys", _):
      "Give the password of another key, if there is one, or take this file from another copy of the repository. "
        + "`coffre repo key remove \(id)`, with another key's password, removes it if nobody needs it."
    case ("snapshots", _):
      "Take this file from another copy of the repository; if there is none, drop it with `coffre snapshot forget \(id)`. "
        + "All other snapshots can be used as ever."
    case ("index", _): "Run `coffre repo repair index`, which makes the index anew from the packs."
    case ("locks", _): "If nobody is at work in this repository, run `coffre repo unlock --remove-all`."
    default: "Run `coffre repo check --read-data` to see what else is, and how to repair it."
    }
  }
}
