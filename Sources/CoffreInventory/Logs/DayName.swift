import CoffreCore

/// A day as names of log files have it.
struct DayName: Sendable, Hashable {
  /// Since 1970-01-01.
  let number: Int64

  private static let head = Array("coffre-".utf8)
  private static let tail = Array(".log".utf8)

  /// The day in the zone that the moment carries.
  init(_ moment: Timestamp) {
    let local = moment.seconds + Int64(moment.utcOffset)
    number = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
  }

  private init(number: Int64) { self.number = number }

  /// - Parameter number: of the day's files, from 0.
  func fileName(_ number: Int) -> PathBytes {
    let date = String(Timestamp(seconds: self.number * 86_400, nanoseconds: 0).forPeople.prefix(10))
    return Self.head + Array((number == 0 ? date : "\(date).\(number)").utf8) + Self.tail
  }

  /// - Returns: `nil` for what is no log file of ours.
  static func parse(_ name: PathBytes) -> (day: DayName, number: Int)? {
    guard name.starts(with: head), name.suffix(tail.count) == tail[...] else { return nil }
    let parts = displayed(name.dropFirst(head.count).dropLast(tail.count)).split(
      separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let date = parts.first, date.utf8.count == 10,
      let moment = Timestamp(rfc3339: "\(date)T00:00:00Z"), let number = parts.count == 2 ? Int(parts[1]) : 0
    else { return nil }
    let day = DayName(number: moment.seconds / 86_400)
    return day.fileName(number) == name ? (day, number) : nil
  }
}
