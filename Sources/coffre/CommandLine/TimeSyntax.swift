import CoffreCore
import CoffreSystem

/// How moments are written on the command line.
enum TimeSyntax {
  /// `2026-11-21`, `2026-11-21 14:05`, `2026-11-21 14:05:09`, each with an offset behind it (`+0100`, `+01:00`, `Z`) or in
  /// the local zone; `21.11.2026` for the date; RFC 3339; or a duration: so long before `now`.
  ///
  /// - Parameter offset: of the local zone at an instant, in seconds east of Greenwich.
  static func moment(
    _ text: String, now: Timestamp = Clock.now(), offset: (Int64) -> Int32 = { Clock.localOffset(at: $0) }
  ) -> Timestamp? {
    if let exact = Timestamp(rfc3339: text) { return exact }
    if let age = ValueSyntax.duration(text) {
      let (seconds, attoseconds) = age.components
      let rest = Int64(now.nanoseconds) - attoseconds / 1_000_000_000
      return Timestamp(
        seconds: now.seconds - seconds - (rest < 0 ? 1 : 0), nanoseconds: Int32(rest < 0 ? rest + 1_000_000_000 : rest),
        utcOffset: now.utcOffset)
    }
    return written(text, offset)
  }

  /// Rewrites the text as RFC 3339, which knows what dates there are.
  private static func written(_ text: String, _ offset: (Int64) -> Int32) -> Timestamp? {
    var words = text.split(separator: " ").map(String.init)
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
    // The offset is that of the instant, which is known only with the offset: the second try is right but in the gap of a
    // change of clocks, where either is.
    let guess = wall.seconds - Int64(offset(wall.seconds))
    let local = offset(guess)
    return Timestamp(seconds: wall.seconds - Int64(local), nanoseconds: wall.nanoseconds, utcOffset: local)
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
