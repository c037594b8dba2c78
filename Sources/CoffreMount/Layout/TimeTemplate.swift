package import CoffreCore

/// How a snapshot's time is written in names: by the example of Monday, 2 January 2006, 15:04:05, seven hours west of
/// Greenwich (the layouts of Go's package `time`, which restic's `--time-template` takes).
package struct TimeTemplate: Sendable, Hashable {
  /// `2006-01-02T15:04:05Z07:00`: RFC 3339.
  package static let standard = TimeTemplate("2006-01-02T15:04:05Z07:00")

  private enum Piece: Sendable, Hashable {
    case text([UInt8])
    case field(Field)
    /// Of a second: digits, whether zeros at the end are left away, and the byte before them.
    case fraction(digits: Int, isTrimmed: Bool, separator: UInt8)
  }

  /// As the example writes them; of two that begin alike the longer one comes first.
  private enum Field: String, CaseIterable, Sendable {
    case longMonth = "January"
    case month = "Jan"
    case longWeekday = "Monday"
    case weekday = "Mon"
    case zoneName = "MST"
    case year = "2006"
    case dayOfYear = "002"
    case paddedDayOfYear = "__2"
    case twoDigitMonth = "01"
    case twoDigitDay = "02"
    case twoDigitHour12 = "03"
    case twoDigitMinute = "04"
    case twoDigitSecond = "05"
    case twoDigitYear = "06"
    case hour24 = "15"
    case monthNumber = "1"
    case day = "2"
    case paddedDay = "_2"
    case hour12 = "3"
    case minute = "4"
    case second = "5"
    case halfOfDay = "PM"
    case lowerHalfOfDay = "pm"
    case zoneWithColons = "-07:00:00"
    case zoneWithSeconds = "-070000"
    case zoneWithColon = "-07:00"
    case zone = "-0700"
    case zoneHour = "-07"
    case utcOrZoneWithColons = "Z07:00:00"
    case utcOrZoneWithSeconds = "Z070000"
    case utcOrZoneWithColon = "Z07:00"
    case utcOrZone = "Z0700"
    case utcOrZoneHour = "Z07"
  }

  private let pieces: [Piece]

  package init(_ template: String) {
    var pieces: [Piece] = []
    var text: [UInt8] = []
    var rest = Array(template.utf8)[...]
    func finishText() {
      if !text.isEmpty { pieces.append(.text(text)) }
      text = []
    }
    while let first = rest.first {
      if let field = Self.field(at: rest) {
        finishText()
        pieces.append(.field(field))
        rest = rest.dropFirst(field.rawValue.utf8.count)
      } else if let (piece, length) = Self.fraction(at: rest) {
        finishText()
        pieces.append(piece)
        rest = rest.dropFirst(length)
      } else {
        text.append(first)
        rest = rest.dropFirst()
      }
    }
    finishText()
    self.pieces = pieces
  }

  private static func field(at rest: ArraySlice<UInt8>) -> Field? {
    let found = Field.allCases.first { rest.starts(with: $0.rawValue.utf8) }
    switch found {
    // `Janet` has no month in it.
    case .month, .weekday:
      let next = rest.dropFirst(3).first ?? 0
      return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(next) ? nil : found
    // `_2006` is an underscore and a year.
    case .paddedDay where rest.starts(with: "_2006".utf8): return nil
    default: return found
    }
  }

  /// A point or comma with zeros or nines behind it, and no other digit after them.
  private static func fraction(at rest: ArraySlice<UInt8>) -> (piece: Piece, length: Int)? {
    guard let separator = rest.first, separator == UInt8(ascii: ".") || separator == UInt8(ascii: ","),
      let digit = rest.dropFirst().first, digit == UInt8(ascii: "0") || digit == UInt8(ascii: "9")
    else { return nil }
    let digits = rest.dropFirst().prefix { $0 == digit }
    if let next = rest[digits.endIndex...].first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { return nil }
    let piece = Piece.fraction(
      digits: min(9, digits.count), isTrimmed: digit == UInt8(ascii: "9"), separator: separator)
    return (piece, digits.count + 1)
  }
}

// MARK: Writing

extension TimeTemplate {
  /// In the zone that the time carries.
  package func text(of time: Timestamp) -> [UInt8] {
    let local = time.seconds + Int64(time.utcOffset)
    let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    let parts = Parts(
      date: CivilDate(daysSince1970: day), day: day, second: Int(local - day * 86_400), time: time)
    var text: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .text(let constant): text += constant
      case .field(let field): text += Array(parts.text(field).utf8)
      case .fraction(let digits, let isTrimmed, let separator):
        var fraction = Array(padded(Int(time.nanoseconds), 9).utf8.prefix(digits))
        if isTrimmed { while fraction.last == UInt8(ascii: "0") { fraction.removeLast() } }
        if !fraction.isEmpty { text += [separator] + fraction }
      }
    }
    return text
  }

  private struct Parts {
    let date: CivilDate
    /// Since 1970.
    let day: Int64
    /// Of the day.
    let second: Int
    let time: Timestamp

    func text(_ field: Field) -> String {
      switch field {
      case .longMonth: Self.months[date.month - 1]
      case .month: String(Self.months[date.month - 1].prefix(3))
      case .longWeekday: weekdayName
      case .weekday: String(weekdayName.prefix(3))
      case .zoneName: time.utcOffset == 0 ? "UTC" : zone(hourOnly: time.utcOffset % 3600 == 0, colon: "")
      case .year: padded(Int(date.year), 4)
      case .twoDigitYear: padded(Int(date.year % 100), 2)
      case .dayOfYear: padded(dayOfYear, 3)
      case .paddedDayOfYear: padded(dayOfYear, 3, with: " ")
      case .twoDigitMonth: padded(date.month, 2)
      case .monthNumber: String(date.month)
      case .twoDigitDay: padded(date.day, 2)
      case .day: String(date.day)
      case .paddedDay: padded(date.day, 2, with: " ")
      case .hour24: padded(second / 3600, 2)
      case .twoDigitHour12: padded(hour12, 2)
      case .hour12: String(hour12)
      case .twoDigitMinute: padded(second / 60 % 60, 2)
      case .minute: String(second / 60 % 60)
      case .twoDigitSecond: padded(second % 60, 2)
      case .second: String(second % 60)
      case .halfOfDay: second < 43_200 ? "AM" : "PM"
      case .lowerHalfOfDay: second < 43_200 ? "am" : "pm"
      case .zoneHour: zone(hourOnly: true)
      case .zone: zone(colon: "")
      case .zoneWithColon: zone()
      case .zoneWithSeconds: zone(colon: "") + "00"
      case .zoneWithColons: zone() + ":00"
      case .utcOrZoneHour: time.utcOffset == 0 ? "Z" : zone(hourOnly: true)
      case .utcOrZone: time.utcOffset == 0 ? "Z" : zone(colon: "")
      case .utcOrZoneWithColon: time.utcOffset == 0 ? "Z" : zone()
      case .utcOrZoneWithSeconds: time.utcOffset == 0 ? "Z" : zone(colon: "") + "00"
      case .utcOrZoneWithColons: time.utcOffset == 0 ? "Z" : zone() + ":00"
      }
    }

    private static let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December",
    ]
    private static let weekdays = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"]

    /// 1 January 1970 was a Thursday.
    private var weekdayName: String { Self.weekdays[Int((day % 7 + 7) % 7)] }
    private var hour12: Int { (second / 3600 + 11) % 12 + 1 }
    private var dayOfYear: Int {
      Int(day - CivilDate(year: date.year, month: 1, day: 1).daysSince1970) + 1
    }

    /// Offsets are whole minutes.
    private func zone(hourOnly: Bool = false, colon: String = ":") -> String {
      let minutes = Int(abs(time.utcOffset)) / 60
      let hours = (time.utcOffset < 0 ? "-" : "+") + padded(minutes / 60, 2)
      return hourOnly ? hours : hours + colon + padded(minutes % 60, 2)
    }
  }
}

private func padded(_ number: Int, _ width: Int, with filler: String = "0") -> String {
  let digits = String(number)
  return String(repeating: filler, count: max(0, width - digits.count)) + digits
}
