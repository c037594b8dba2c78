import CoffreCore

/// Writes times as `Timestamp.append(to:)` does, but keeps the date: neighbours in a tree often share their day.
struct TimeEncoder: Sendable {
  /// `9999-12-31T23:59:59.123456789+14:00`.
  static let maximumCount = 35

  /// Of `date`, since 1970 in the zone of the time.
  private var day: Int64 = 0
  private var date = CivilDate(daysSince1970: 0)

  mutating func append(_ time: Timestamp, to output: inout OutputSpan<UInt8>) {
    let time = time.clampedToWritableYears
    let local = time.seconds + Int64(time.utcOffset)
    let secondsADay: Int64 = 86_400
    var (day, secondOfDay) = local.quotientAndRemainder(dividingBy: secondsADay)
    if secondOfDay < 0 {
      day -= 1
      secondOfDay += secondsADay
    }
    if day != self.day {
      self.day = day
      date = CivilDate(daysSince1970: day)
    }
    appendDate(to: &output)
    appendClock(UInt32(truncatingIfNeeded: secondOfDay), to: &output)
    if time.nanoseconds != 0 { appendFraction(UInt32(bitPattern: time.nanoseconds), to: &output) }
    guard time.utcOffset != 0 else { return output.append(UInt8(ascii: "Z")) }
    output.append(time.utcOffset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    let minutes = time.utcOffset.magnitude / 60
    output.append(twoDigits: minutes / 60)
    output.append(UInt8(ascii: ":"))
    output.append(twoDigits: minutes % 60)
  }

  private func appendDate(to output: inout OutputSpan<UInt8>) {
    let year = UInt32(truncatingIfNeeded: date.year)
    output.append(twoDigits: year / 100)
    output.append(twoDigits: year % 100)
    output.append(UInt8(ascii: "-"))
    output.append(twoDigits: UInt32(truncatingIfNeeded: date.month))
    output.append(UInt8(ascii: "-"))
    output.append(twoDigits: UInt32(truncatingIfNeeded: date.day))
    output.append(UInt8(ascii: "T"))
  }

  private func appendClock(_ secondOfDay: UInt32, to output: inout OutputSpan<UInt8>) {
    output.append(twoDigits: secondOfDay / 3600)
    output.append(UInt8(ascii: ":"))
    output.append(twoDigits: secondOfDay / 60 % 60)
    output.append(UInt8(ascii: ":"))
    output.append(twoDigits: secondOfDay % 60)
  }

  /// Nine digits without the zeros at their end.
  private func appendFraction(_ nanoseconds: UInt32, to output: inout OutputSpan<UInt8>) {
    output.append(UInt8(ascii: "."))
    var rest = nanoseconds
    while rest != 0 {
      // The digit in front; what is left moves up to its place.
      output.append(48 &+ UInt8(truncatingIfNeeded: rest / 100_000_000))
      rest = rest % 100_000_000 &* 10
    }
  }
}
