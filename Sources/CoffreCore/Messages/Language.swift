/// How one language says messages.
package struct Language: Sendable {
  /// ISO 639-1, `en`.
  package let code: String
  /// Gives the template for an English one; what is missing is said in English.
  private let phrase: @Sendable (String) -> String?
  private let decimalSeparator: String
  /// From bytes on, each 1024 of the one before.
  private let byteUnits: [String]
  /// Which form a count takes.
  private let isSingular: @Sendable (Int) -> Bool

  package init(
    code: String, phrase: @escaping @Sendable (String) -> String?, decimalSeparator: String, byteUnits: [String],
    isSingular: @escaping @Sendable (Int) -> Bool
  ) {
    self.code = code
    self.phrase = phrase
    self.decimalSeparator = decimalSeparator
    self.byteUnits = byteUnits
    self.isSingular = isSingular
  }

  package static let english = Language(
    code: "en", phrase: { _ in nil }, decimalSeparator: ".",
    byteUnits: ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"],
    isSingular: { $0 == 1 })

  /// The whole text, without its last line's end.
  package func text(_ message: Message) -> String {
    Message.filled(template(of: message)) { number in
      message.arguments.indices.contains(number - 1) ? text(message.arguments[number - 1]) : "{\(number)}"
    }
  }

  /// This language's own template; the English one if it has none.
  private func template(of message: Message) -> String {
    var english = message.template
    if let plural = message.pluralTemplate, case .number(let count) = message.arguments.first, !isSingular(count) {
      english = plural
    }
    return phrase(english) ?? english
  }

  private func text(_ argument: Message.Argument) -> String {
    switch argument {
    case .text(let text): visible(text)
    case .message(let message): text(message)
    case .number(let number): String(number)
    case .decimal(let value, let places): decimal(value, places: places)
    case .bytes(let bytes): text(bytes: bytes)
    case .duration(let duration): text(duration)
    case .moment(let moment): moment.forPeople
    }
  }

  /// Three digits and a binary unit: `999 B`, `1.21 KiB`, `345 GiB`.
  private func text(bytes: Int64) -> String {
    var value = Double(bytes)
    var unit = 0
    while value >= 999.5, unit < byteUnits.count - 1 {
      value /= 1024
      unit += 1
    }
    guard unit > 0 else { return "\(bytes) \(byteUnits[0])" }
    return "\(decimal(value, places: value < 9.995 ? 2 : value < 99.95 ? 1 : 0)) \(byteUnits[unit])"
  }

  private func text(_ duration: Duration) -> String {
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    if seconds < 60 { return decimal(seconds, places: seconds < 10 ? 2 : 1) + " s" }
    let whole = Int64(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }  // not for people
    let minutes = whole / 60 % 60
    return "\(whole / 3600) h \(minutes < 10 ? "0" : "")\(minutes) min"  // not for people
  }

  private func decimal(_ value: Double, places: Int) -> String {
    let text = decimalText(value, decimals: places)
    guard decimalSeparator != "." else { return text }
    return text.split(separator: ".", omittingEmptySubsequences: false).joined(separator: decimalSeparator)
  }
}
