/// An instant with the zone offset it was written in, to the nanosecond.
package struct Timestamp: Sendable, Hashable {
  /// Since 1970-01-01T00:00:00Z; negative before.
  package let seconds: Int64
  /// 0 to 999 999 999, counted forward from `seconds`.
  package let nanoseconds: Int32
  /// East of Greenwich, in seconds; a whole number of minutes.
  package let utcOffset: Int32

  /// 0001-01-01T00:00:00Z: what a missing time is read as.
  package static let missing = Timestamp(seconds: -62_135_596_800, nanoseconds: 0)

  /// - Precondition: `nanoseconds` is in 0..<1 000 000 000.
  package init(seconds: Int64, nanoseconds: Int32, utcOffset: Int32 = 0) {
    precondition((0..<1_000_000_000).contains(nanoseconds), "nanoseconds out of range")
    self.seconds = seconds
    self.nanoseconds = nanoseconds
    self.utcOffset = utcOffset
  }

  /// Zones do not matter.
  package func isSameInstant(as other: Timestamp) -> Bool {
    seconds == other.seconds && nanoseconds == other.nanoseconds
  }

  package func isBefore(_ other: Timestamp) -> Bool {
    (seconds, nanoseconds) < (other.seconds, other.nanoseconds)
  }

  package func adding(seconds more: Int64) -> Timestamp {
    Timestamp(seconds: seconds + more, nanoseconds: nanoseconds, utcOffset: utcOffset)
  }

  /// The same instant, written in another zone.
  package func at(utcOffset: Int32) -> Timestamp {
    Timestamp(seconds: seconds, nanoseconds: nanoseconds, utcOffset: utcOffset)
  }

  /// Clamped to the years 0 to 9999, outside which the restic format cannot write a time.
  package var clampedToWritableYears: Timestamp {
    let first: Int64 = -62_167_219_200
    let last: Int64 = 253_402_300_799
    let local = seconds + Int64(utcOffset)
    if local < first { return Timestamp(seconds: first, nanoseconds: 0) }
    if local > last { return Timestamp(seconds: last, nanoseconds: nanoseconds) }
    return self
  }
}

// MARK: RFC 3339

extension Timestamp: CustomStringConvertible {
  package var description: String {
    var text = [UInt8]()
    append(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends RFC 3339 with up to nine fractional digits, trailing zeros removed, `Z` for UTC (Go's RFC3339Nano).
  package func append(to output: inout [UInt8]) {
    let local = seconds + Int64(utcOffset)
    let (days, secondOfDay) = local.flooredQuotientAndRemainder(dividingBy: 86_400)
    let date = CivilDate(daysSince1970: days)
    appendDecimal(date.year, width: 4, to: &output)
    output.append(UInt8(ascii: "-"))
    appendDecimal(Int64(date.month), width: 2, to: &output)
    output.append(UInt8(ascii: "-"))
    appendDecimal(Int64(date.day), width: 2, to: &output)
    output.append(UInt8(ascii: "T"))
    appendDecimal(secondOfDay / 3600, width: 2, to: &output)
    output.append(UInt8(ascii: ":"))
    appendDecimal(secondOfDay / 60 % 60, width: 2, to: &output)
    output.append(UInt8(ascii: ":"))
    appendDecimal(secondOfDay % 60, width: 2, to: &output)
    if nanoseconds != 0 {
      output.append(UInt8(ascii: "."))
      var rest = nanoseconds
      var width = 9
      while rest % 10 == 0 {
        rest /= 10
        width -= 1
      }
      appendDecimal(Int64(rest), width: width, to: &output)
    }
    guard utcOffset != 0 else { return output.append(UInt8(ascii: "Z")) }
    output.append(utcOffset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    let minutes = Int64(abs(utcOffset)) / 60
    appendDecimal(minutes / 60, width: 2, to: &output)
    output.append(UInt8(ascii: ":"))
    appendDecimal(minutes % 60, width: 2, to: &output)
  }

  /// Reads RFC 3339 as Go does: a `T`, at least one fractional digit after a point, `Z` or an offset.
  ///
  /// - Returns: `nil` for any other text, or a date or time out of range.
  package init?(rfc3339 text: Span<UInt8>) {
    var reader = TimeReader(position: 0)
    guard let year = reader.number(4, in: text), reader.skip("-", in: text), let month = reader.number(2, in: text),
      reader.skip("-", in: text), let day = reader.number(2, in: text), reader.skip("T", in: text),
      let hour = reader.number(2, in: text), reader.skip(":", in: text), let minute = reader.number(2, in: text),
      reader.skip(":", in: text), let second = reader.number(2, in: text)
    else { return nil }
    guard (1...12).contains(month), day >= 1, day <= CivilDate.days(inMonth: Int(month), year: year), hour < 24,
      minute < 60, second < 60
    else { return nil }
    var nanoseconds: Int32 = 0
    if reader.skip(".", in: text) {
      guard let fraction = reader.fraction(in: text) else { return nil }
      nanoseconds = fraction
    }
    var offset: Int32 = 0
    if !reader.skip("Z", in: text) {
      let isWest = reader.skip("-", in: text)
      guard isWest || reader.skip("+", in: text), let hours = reader.number(2, in: text), reader.skip(":", in: text),
        let minutes = reader.number(2, in: text), hours < 24, minutes < 60
      else { return nil }
      offset = Int32(hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    }
    guard reader.position == text.count else { return nil }
    let days = CivilDate(year: year, month: Int(month), day: Int(day)).daysSince1970
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - Int64(offset)
    self.init(seconds: seconds, nanoseconds: nanoseconds, utcOffset: offset)
  }

  package init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    self.init(rfc3339: bytes.span)
  }

  /// `2026-11-21 14:05:09` in the zone it carries, for people.
  package var forPeople: String {
    var text = [UInt8]()
    Timestamp(seconds: seconds, nanoseconds: 0, utcOffset: utcOffset).append(to: &text)
    text[10] = UInt8(ascii: " ")
    return String(decoding: text.prefix(19), as: UTF8.self)
  }
}

/// A day of the proleptic Gregorian calendar.
package struct CivilDate: Sendable, Hashable {
  package let year: Int64
  package let month: Int
  package let day: Int

  package init(year: Int64, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Counts in eras of 400 years that start on 1 March, so that the leap day comes last.
  package init(daysSince1970 days: Int64) {
    let shifted = days + 719_468
    let (era, dayOfEra) = shifted.flooredQuotientAndRemainder(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  package var daysSince1970: Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = shiftedYear.flooredQuotientAndRemainder(dividingBy: 400)
    let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  package static func days(inMonth month: Int, year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }
}

private struct TimeReader {
  var position: Int

  mutating func number(_ width: Int, in text: Span<UInt8>) -> Int64? {
    guard position + width <= text.count else { return nil }
    var value: Int64 = 0
    for index in position..<(position + width) {
      guard (48...57).contains(text[index]) else { return nil }
      value = value * 10 + Int64(text[index] - 48)
    }
    position += width
    return value
  }

  mutating func skip(_ character: Unicode.Scalar, in text: Span<UInt8>) -> Bool {
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Digits beyond the ninth are dropped.
  mutating func fraction(in text: Span<UInt8>) -> Int32? {
    var value: Int32 = 0
    var count = 0
    while position < text.count, (48...57).contains(text[position]) {
      if count < 9 { value = value * 10 + Int32(text[position] - 48) }
      count += 1
      position += 1
    }
    guard count > 0 else { return nil }
    for _ in min(count, 9)..<9 { value *= 10 }
    return value
  }
}

/// Appends `value` in decimal, padded with zeros to `width`.
private func appendDecimal(_ value: Int64, width: Int, to output: inout [UInt8]) {
  var divisor: Int64 = 1
  for _ in 1..<max(width, 1) { divisor *= 10 }
  while divisor > 0 {
    output.append(48 + UInt8(truncatingIfNeeded: value / divisor % 10))
    divisor /= 10
  }
}

extension Int64 {
  /// Rounds towards minus infinity, so that the remainder is never negative.
  fileprivate func flooredQuotientAndRemainder(dividingBy divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
