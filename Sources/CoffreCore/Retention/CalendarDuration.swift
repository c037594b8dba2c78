/// A length of time by the calendar: `1y5m7d2h`. Months and years are as long as they are, counted back from a date.
package struct CalendarDuration: Sendable, Hashable {
  package let years: Int
  package let months: Int
  package let days: Int
  package let hours: Int

  /// - Precondition: none is negative or beyond `largest`.
  package init(years: Int = 0, months: Int = 0, days: Int = 0, hours: Int = 0) {
    precondition(
      [years, months, days, hours].allSatisfy { (0...Self.largest).contains($0) }, "a duration out of range")
    self.years = years
    self.months = months
    self.days = days
    self.hours = hours
  }

  /// The largest number before a unit: far beyond any calendar, and no sum of such overflows.
  package static let largest = 999_999_999

  package var isZero: Bool { years == 0 && months == 0 && days == 0 && hours == 0 }
}

// MARK: Text

extension CalendarDuration: CustomStringConvertible {
  /// As restic writes it: units that are zero are left out.
  package var description: String {
    let parts = [(years, "y"), (months, "m"), (days, "d"), (hours, "h")].filter { $0.0 != 0 }
    return parts.isEmpty ? "0h" : parts.map { "\($0.0)\($0.1)" }.joined()
  }

  /// Reads numbers with the units y, m (months), d and h, each at most once, in any order.
  ///
  /// - Returns: `nil` for any other text, signs included.
  package init?(_ text: String) {
    var values: [Character: Int] = [:]
    var digits = ""
    for character in text {
      if character.isASCII, character.isNumber {
        digits.append(character)
        continue
      }
      guard "ymdh".contains(character), values[character] == nil, let value = Int(digits), value <= Self.largest else {
        return nil
      }
      values[character] = value
      digits = ""
    }
    guard digits.isEmpty, !values.isEmpty else { return nil }
    self.init(
      years: values["y", default: 0], months: values["m", default: 0], days: values["d", default: 0],
      hours: values["h", default: 0])
  }
}

// MARK: Counting back

extension Timestamp {
  /// The moment so long before, on the calendar and clock of the offset it carries.
  ///
  /// A day that the month reached does not have runs over into the next one, as in Go and restic: a month before
  /// 31 October is 1 October.
  package func subtracting(_ duration: CalendarDuration) -> Timestamp {
    let local = localSeconds
    let date = CivilDate(daysSince1970: local.dividedDown(by: 86_400))
    let months = date.year * 12 + Int64(date.month - 1) - Int64(duration.years) * 12 - Int64(duration.months)
    let year = months.dividedDown(by: 12)
    let first = CivilDate(year: year, month: Int(months - year * 12) + 1, day: 1)
    let days = first.daysSince1970 + Int64(date.day - 1) - Int64(duration.days)
    let secondOfDay = local - local.dividedDown(by: 86_400) * 86_400
    return Timestamp(
      seconds: days * 86_400 + secondOfDay - Int64(utcOffset) - Int64(duration.hours) * 3600, nanoseconds: nanoseconds,
      utcOffset: utcOffset)
  }

  /// What a clock in its zone shows, as if that were UTC.
  var localSeconds: Int64 { seconds + Int64(utcOffset) }
}

extension Int64 {
  /// The quotient rounded towards minus infinity.
  func dividedDown(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
