/// How numbers with units are written on the command line.
enum ValueSyntax {
  /// A count of bytes with a binary unit: `512`, `10M`, `10MiB`, `1.5G`. No sign; `nil` if it is none or too large.
  static func size(_ text: String) -> Int64? {
    var body = text[...]
    for ending in ["iB", "ib", "B", "b"] where body.hasSuffix(ending) {
      body = body.dropLast(ending.count)
      // `MiB` says binary, `MB` would say decimal, and `iB` alone says nothing.
      let unit = body.last.flatMap { unitShift[lowercase($0)] }
      guard (unit != nil) == (ending.count == 2) else { return nil }
      break
    }
    var shift: Int64 = 0
    if let last = body.last, let unit = unitShift[lowercase(last)] {
      shift = unit
      body = body.dropLast()
    }
    guard let number = Decimal(body), shift > 0 || number.thousandths % 1000 == 0 else { return nil }
    return number.multiplied(by: 1 << shift)
  }

  /// Numbers with units in falling order, `1d12h`, `1h30m`, `90s`, `250ms`; a bare number only if it is zero.
  static func duration(_ text: String) -> Duration? {
    if text == "0" { return .zero }
    guard !text.isEmpty else { return nil }
    var rest = text[...]
    var total: Int64 = 0
    var smallest = Int64.max
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let unit = rest.dropFirst(digits.count).prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(digits.count + unit.count)
      guard let number = Decimal(digits), let milliseconds = unitMilliseconds[String(unit)] else { return nil }
      guard milliseconds < smallest, let part = number.multiplied(by: milliseconds) else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow else { return nil }
      (total, smallest) = (sum, milliseconds)
    }
    return .milliseconds(total)
  }

  private static let unitShift: [String: Int64] = ["k": 10, "m": 20, "g": 30, "t": 40, "p": 50]

  private static let unitMilliseconds: [String: Int64] = [
    "ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000,
  ]

  private static func lowercase(_ character: Character) -> String { character.lowercased() }

  /// A number with up to three decimals, exact.
  private struct Decimal {
    let thousandths: Int64

    init?(_ text: Substring) {
      let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      let fraction = halves.count > 1 ? halves[1] : "0"
      guard let whole = halves.first, !whole.isEmpty, !fraction.isEmpty, fraction.count <= 3 else { return nil }
      guard (whole + fraction).allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
      let padded = fraction + String(repeating: "0", count: 3 - fraction.count)
      guard let thousandths = Int64(whole + padded) else { return nil }
      self.thousandths = thousandths
    }

    /// The product, rounded down; `nil` if it does not fit.
    func multiplied(by factor: Int64) -> Int64? {
      let (whole, wholeOverflow) = (thousandths / 1000).multipliedReportingOverflow(by: factor)
      let (part, partOverflow) = (thousandths % 1000).multipliedReportingOverflow(by: factor)
      let (sum, sumOverflow) = whole.addingReportingOverflow(part / 1000)
      return wholeOverflow || partOverflow || sumOverflow ? nil : sum
    }
  }
}
