import CoffreCore
import Testing

@testable import coffre

@Suite("Moments on the command line")
struct TimeSyntaxTests {
  /// 2026-11-21 12:00:00.25 UTC.
  private static let now = Timestamp(seconds: 1_795_262_400, nanoseconds: 250_000_000, utcOffset: 3600)

  /// One hour east of Greenwich until 2026-03-29 01:00 UTC, two hours until 2026-10-25 01:00 UTC, one hour from then on.
  private static func paris(_ seconds: Int64) -> Int32 {
    (1_774_746_000..<1_792_890_000).contains(seconds) ? 7200 : 3600
  }

  /// Five hours west of Greenwich until 2026-03-08 07:00 UTC, four hours until 2026-11-01 06:00 UTC, five from then on.
  private static func newYork(_ seconds: Int64) -> Int32 {
    (1_772_953_200..<1_793_512_800).contains(seconds) ? -14_400 : -18_000
  }

  @Test(
    arguments: [
      ("2026-11-21", "2026-11-21T00:00:00+01:00"), ("2026-11-21 14:05", "2026-11-21T14:05:00+01:00"),
      ("2026-11-21 14:05:09", "2026-11-21T14:05:09+01:00"), ("21.11.2026", "2026-11-21T00:00:00+01:00"),
      ("21.11.2026 14:05", "2026-11-21T14:05:00+01:00"), ("2026-07-01 08:00", "2026-07-01T08:00:00+02:00"),
      ("2026-11-21 14:05:09 -0700", "2026-11-21T14:05:09-07:00"),
      ("2026-11-21 14:05 +05:30", "2026-11-21T14:05:00+05:30"),
      ("2026-11-21 Z", "2026-11-21T00:00:00Z"), ("2026-11-21 14:05 UTC", "2026-11-21T14:05:00Z"),
      ("2026-11-21T14:05:09.5Z", "2026-11-21T14:05:09.5Z"), ("2024-02-29", "2024-02-29T00:00:00+01:00"),
      // On the day of the change: before it, and after it.
      ("2026-10-25 01:30", "2026-10-25T01:30:00+02:00"), ("2026-10-25 04:00", "2026-10-25T04:00:00+01:00"),
      ("1d", "2026-11-20T13:00:00.25+01:00"), ("1h30m", "2026-11-21T11:30:00.25+01:00"),
      ("500ms", "2026-11-21T12:59:59.75+01:00"), ("0s", "2026-11-21T13:00:00.25+01:00"),
    ])
  func `are dates, times or ages`(_ example: (text: String, moment: String)) {
    #expect(TimeSyntax.momentOrAge(example.text, now: Self.now, offset: Self.paris)?.description == example.moment)
  }

  @Test(
    arguments: [
      "", "yesterday", "2026-02-29", "2026-13-01", "2026-11-21 25:00", "2026-11-21 14", "2026-11-21 14:05:09 MST",
      "2026-11-21 14:05 +1", "2026-11-21 14:05 Z Z", "21/11/2026", "2026", "-1d", "14:05", "1.2.2026", "2026-11-21  ",
      "5",
    ])
  func `nothing else is one`(_ text: String) {
    let moment = TimeSyntax.momentOrAge(text, now: Self.now, offset: Self.paris)
    #expect(moment == nil, "\(text): \(moment?.description ?? "")")
  }

  /// What no clock showed counts as if the clocks had been changed a little later.
  @Test(
    arguments: [
      (zone: paris, text: "2026-03-29 01:59", moment: "2026-03-29T01:59:00+01:00"),
      (paris, "2026-03-29 02:30", "2026-03-29T03:30:00+02:00"),
      (paris, "2026-03-29 03:00", "2026-03-29T03:00:00+02:00"),
      (newYork, "2026-03-08 01:59", "2026-03-08T01:59:00-05:00"),
      (newYork, "2026-03-08 02:30", "2026-03-08T03:30:00-04:00"),
      (newYork, "2026-03-08 03:00", "2026-03-08T03:00:00-04:00"),
      (newYork, "2026-11-01 00:59", "2026-11-01T00:59:00-04:00"),
      (newYork, "2026-11-01 02:00", "2026-11-01T02:00:00-05:00"),
    ] as [(@Sendable (Int64) -> Int32, String, String)])
  func `around a change of the clocks there is one for every time`(
    _ example: (zone: @Sendable (Int64) -> Int32, text: String, moment: String)
  ) {
    #expect(TimeSyntax.moment(example.text, offset: example.zone)?.description == example.moment)
  }

  @Test(arguments: ["1d", "1h30m", "0s"])
  func `an age is none where only moments are meant`(_ text: String) {
    #expect(TimeSyntax.moment(text, offset: Self.paris) == nil)
  }
}
