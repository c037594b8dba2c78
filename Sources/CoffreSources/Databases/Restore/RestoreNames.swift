import CoffreCore
import OpenSSLKit

/// Names that a restore makes. Servers cut names behind 63 bytes without a word: none of these is longer.
enum RestoreNames {
  static let longest = 63

  /// `<name>_restored_20261121`.
  static func restored(_ name: String, at time: Timestamp) -> String {
    limited(name, suffix: "_restored_" + digits(of: time).date)
  }

  /// `<name>_before_20261121_140509`: the database that was replaced.
  static func before(_ name: String, at time: Timestamp) -> String {
    let digits = digits(of: time)
    return limited(name, suffix: "_before_\(digits.date)_\(digits.time)")
  }

  /// `<name>_coffre_<random>`: the database that is being loaded.
  static func aside(_ name: String, token: String = token()) -> String { limited(name, suffix: "_coffre_" + token) }

  static func token() -> String {
    randomBytes(6).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }.joined()
  }

  /// What an index, a sequence or the like of a table is called when the table gets a new name.
  ///
  /// - Parameter taken: names that others have.
  static func renamed(_ name: String, of old: String, to new: String, taken: Set<String>) -> String {
    guard taken.contains(name) else { return name }
    let rest = name.hasPrefix(old) ? String(name.dropFirst(old.count)) : "_\(name)"
    for number in 0... {
      let candidate = limited(new, suffix: number == 0 ? rest : "\(rest)\(number)")
      if !taken.contains(candidate) { return candidate }
    }
    preconditionFailure("there are more names than any server holds")
  }

  /// The name, cut between characters so that the suffix has room.
  static func limited(_ name: String, suffix: String) -> String {
    let room = max(longest - suffix.utf8.count, 0)
    guard name.utf8.count > room else { return name + suffix }
    var kept = String.UnicodeScalarView()
    var size = 0
    for scalar in name.unicodeScalars {
      size += String(scalar).utf8.count
      if size > room { break }
      kept.append(scalar)
    }
    let whole = String(kept) + suffix
    return String(decoding: whole.utf8.prefix(longest), as: UTF8.self)
  }

  private static func digits(of time: Timestamp) -> (date: String, time: String) {
    let words = time.forPeople.split(separator: " ").map { $0.filter(\.isNumber) }
    guard words.count == 2 else { return ("", "") }
    return (words[0], words[1])
  }
}
