import CoffreCore

/// How long archives of a row are kept, as people write it into a table.
enum RowRetention {
  /// `7` keeps the seven newest; `30j` or `1a6m` (`30d`, `1y6m`) what is younger, counted back from the newest.
  ///
  /// - Returns: `nil` for anything else, and for what would keep nothing.
  static func policy(_ word: String) -> RetentionPolicy? {
    var policy = RetentionPolicy()
    if word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      guard let count = Int(word), count > 0, let limit = RetentionLimit(word) else { return nil }
      policy.counts[.each] = limit
      return policy
    }
    let text = word.lowercased().filter { !$0.isWhitespace }
    // The letters of days and years in French.
    let english = String(text.map { $0 == "j" ? "d" : $0 == "a" ? "y" : $0 })
    guard let duration = CalendarDuration(english), !duration.isZero else { return nil }
    policy.durations[.each] = duration
    return policy
  }
}
