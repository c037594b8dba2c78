import CoffreCore
import Testing

@Suite("Calendar durations")
struct CalendarDurationTests {
  @Test(arguments: [
    ("1y5m7d2h", CalendarDuration(years: 1, months: 5, days: 7, hours: 2)), ("2h", CalendarDuration(hours: 2)),
    ("3d1y", CalendarDuration(years: 1, days: 3)), ("0d", CalendarDuration()), ("014d", CalendarDuration(days: 14)),
  ])
  func `are read`(_ example: (text: String, duration: CalendarDuration)) {
    #expect(CalendarDuration(example.text) == example.duration)
  }

  @Test(arguments: ["", "7", "d", "1w", "1d2", "-1d", "+1d", "1.5d", "1d 2h", "1d1d", "1D", "٣d", "9999999999d", "1dd"])
  func `anything else is refused`(_ text: String) {
    #expect(CalendarDuration(text) == nil)
  }

  @Test(arguments: ["1y5m7d2h", "14d", "1y2h", "6m"])
  func `are written as they are read`(_ text: String) {
    #expect(CalendarDuration(text)?.description == text)
  }

  @Test func `zero is zero`() {
    #expect(CalendarDuration("0y0m0d0h")?.isZero == true)
    #expect(CalendarDuration("1h")?.isZero == false)
    #expect(CalendarDuration().description == "0h")
  }

  /// What Go's AddDate gives, as restic uses it.
  @Test(arguments: [
    ("2024-03-31T12:00:00Z", "1m", "2024-03-02T12:00:00Z"), ("2023-03-31T12:00:00Z", "1m", "2023-03-03T12:00:00Z"),
    ("2024-10-31T00:30:00+02:00", "1m", "2024-10-01T00:30:00+02:00"),
    ("2024-02-29T10:00:00Z", "1y", "2023-03-01T10:00:00Z"), ("2024-02-29T10:00:00Z", "4y", "2020-02-29T10:00:00Z"),
    ("2024-01-15T10:00:00Z", "1m", "2023-12-15T10:00:00Z"), ("2024-01-15T10:00:00Z", "13m", "2022-12-15T10:00:00Z"),
    ("2024-01-01T00:00:00Z", "1d", "2023-12-31T00:00:00Z"), ("2024-03-01T01:00:00Z", "2h", "2024-02-29T23:00:00Z"),
    ("2024-05-31T08:00:00.5Z", "1y5m7d2h", "2022-12-24T06:00:00.5Z"),
    // The month ends in the zone of the time, not in UTC.
    ("2024-03-31T23:30:00-05:00", "1m", "2024-03-02T23:30:00-05:00"),
    ("1970-01-01T00:00:00+05:45", "1m", "1969-12-01T00:00:00+05:45"),
  ])
  func `are counted back by the calendar of the zone`(_ example: (time: String, duration: String, result: String))
    throws
  {
    let time = try #require(Timestamp(rfc3339: example.time))
    let duration = try #require(CalendarDuration(example.duration))
    #expect(time.subtracting(duration).description == example.result)
  }

  @Test func `the longest overflow nothing`() throws {
    let largest = CalendarDuration.largest
    let longest = CalendarDuration(years: largest, months: largest, days: largest, hours: largest)
    let time = try #require(Timestamp(rfc3339: "2024-03-31T12:00:00Z"))
    #expect(time.subtracting(longest).isBefore(.missing))
    #expect(Timestamp.missing.subtracting(longest).isBefore(.missing))
  }
}
