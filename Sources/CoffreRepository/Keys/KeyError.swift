package import CoffreCore

/// Why a key was not added or removed.
package enum KeyError: Error, Sendable, Hashable {
  case noSuchKey(String)
  case ambiguousKey(String, matches: [String])
  /// The key that opened the repository.
  case inUse(String)
  /// Without it nobody could open the repository any more.
  case lastKey(String)
  /// Peers try so many keys and no more.
  case tooMany(limit: Int)
  /// What was written does not open the repository; it was taken away again.
  case notProved
  /// The new key is there and so is the old one, which could not be removed.
  case oldKeyStays(old: String, new: String, cause: Message)
}

extension KeyError: Explained {
  package var explanation: Explanation {
    switch self {
    case .noSuchKey(let text):
      Explanation("no key matches '\(text)'", advice: "See `coffre repo key list` for what there is.")
    case .ambiguousKey(let text, let matches):
      Explanation(
        "'\(text)' matches several keys", because: .verbatim(matches.joined(separator: ", ")),
        advice: "Give more digits of the id.")
    case .inUse(let id):
      Explanation(
        "key \(id) is the one whose password was given",
        advice: "Give the password of another key, or change this one with `coffre repo key passwd`.")
    case .lastKey(let id):
      Explanation(
        "key \(id) is the last one that can be read: without it nobody could open the repository",
        advice: "Add another with `coffre repo key add` first.")
    case .tooMany(let limit):
      Explanation(
        "the repository has \(limit) keys, and programs try no more than that",
        advice: "Remove one that nobody needs with `coffre repo key remove`.")
    case .notProved:
      Explanation(
        "the new key does not open the repository; it was removed again, and the old password still holds",
        advice: "Run `coffre repo check`, then try again.")
    case .oldKeyStays(let old, let new, let cause):
      Explanation(
        "the new password opens the repository (key \(new)), but the old one still does too: key \(old) stays",
        because: cause, advice: "With the new password, run `coffre repo key remove \(old)`.")
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .ambiguousKey: .usage
    case .noSuchKey, .inUse, .lastKey, .tooMany, .notProved, .oldKeyStays: .failed
    }
  }
}
