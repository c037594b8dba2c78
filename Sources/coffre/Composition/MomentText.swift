import CoffreCore
import CoffreSystem

/// How people write a moment: `2026-11-21 14:05:09` or `2026-11-21`, of this machine's zone, or RFC 3339 with a zone.
func moment(_ text: String) -> Timestamp? {
  if let timestamp = Timestamp(rfc3339: text) { return timestamp }
  let halves = text.split(separator: " ", omittingEmptySubsequences: false)
  guard let day = halves.first, halves.count <= 2,
    let civil = Timestamp(rfc3339: "\(day)T\(halves.count == 2 ? halves[1] : "00:00:00")Z")
  else { return nil }
  // The zone's offset is known of instants: of the one where the civil time would be in the offset just found. Around a
  // change of the clock the second try settles it; a time that no clock showed is taken by the offset before.
  let first = Clock.localOffset(at: civil.seconds)
  let second = Clock.localOffset(at: civil.seconds - Int64(first))
  let third = Clock.localOffset(at: civil.seconds - Int64(second))
  let offset = third == second ? second : min(second, third)
  return Timestamp(
    seconds: civil.seconds - Int64(offset), nanoseconds: civil.nanoseconds,
    utcOffset: Clock.localOffset(at: civil.seconds - Int64(offset)))
}
