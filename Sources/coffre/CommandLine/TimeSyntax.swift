import CoffreCore
import CoffreSystem

/// How moments are written on the command line.
enum TimeSyntax {
  /// `2026-11-21`, `2026-11-21 14:05`, `2026-11-21 14:05:09`, each with an offset behind it (`+0100`, `+01:00`, `Z`) or in
  /// the local zone; `21.11.2026` for the date; RFC 3339.
  ///
  /// - Parameter offset: of the local zone at an instant, in seconds east of Greenwich.
  static func moment(_ text: String, offset: (Int64) -> Int32 = { Clock.localOffset(at: $0) }) -> Timestamp? {
    Timestamp(rfc3339: text) ?? written(text, offset)
  }

  /// A moment, or a duration: so long before `now`.
  static func momentOrAge(
    _ text: String, now: Timestamp = Clock.now(), offset: (Int64) -> Int32 = { Clock.localOffset(at: $0) }
  ) -> Timestamp? {
    guard let age = ValueSyntax.duration(text) else { return moment(text, offset: offset) }
    let (seconds, attoseconds) = age.components
    let rest = Int64(now.nanoseconds) - attoseconds / 1_000_000_000
    return Timestamp(
      seconds: now.seconds - seconds - (rest < 0 ? 1 : 0), nanoseconds: Int32(rest < 0 ? rest + 1_000_000_000 : rest),
      utcOffset: now.utcOffset)
  }

  /// Rewrites the text as RFC 3339, which knows what dates there are.
  private static func written(_ text: String, _ offset: (Int64) -> Int32) -> Timestamp? {
    var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard let day = words.first.flatMap({ date($0) }) else { return nil }
    words.removeFirst()
    var time = "00:00:00"
    if let word = words.first, word.contains(":"), !word.hasPrefix("+"), !word.hasPrefix("-") {
      time = word.split(separator: ":").count == 2 ? word + ":00" : word
      words.removeFirst()
    }
    if let zone = words.first {
      guard words.count == 1, let zone = self.zone(zone) else { return nil }
      return Timestamp(rfc3339: "\(day)T\(time)\(zone)")
    }
    guard let wall = Timestamp(rfc3339: "\(day)T\(time)Z") else { return nil }
    // The zone's offset is known of instants: of the one where the civil time would be in the offset just found. Around a
    // change of the clock the second try settles it; a time that no clock showed is taken by the offset before.
    let first = offset(wall.seconds)
    let second = offset(wall.seconds - Int64(first))
    let third = offset(wall.seconds - Int64(second))
    let instant = wall.seconds - Int64(min(second, third))
    return Timestamp(seconds: instant, nanoseconds: wall.nanoseconds, utcOffset: offset(instant))
  }

  private static func date(_ text: String) -> String? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return text }
    return "\(parts[2])-\(parts[1])-\(parts[0])"
  }

  private static func zone(_ text: String) -> String? {
    if text == "Z" || text == "UTC" || text == "GMT" { return "Z" }  // not for people
    guard text.hasPrefix("+") || text.hasPrefix("-") else { return nil }
    guard !text.contains(":") else { return text }
    guard text.utf8.count == 5 else { return nil }
    return "\(text.prefix(3)):\(text.suffix(2))"
  }
}
