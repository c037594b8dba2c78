import CoffreCore
import CoffreSystem

/// Patterns in a file: one a line, trimmed; blank lines and those that begin with `#` are passed over; `$NAME` and
/// `${NAME}` stand for environment variables, `$$` for a dollar.
enum PatternFile {
  static func read(_ path: PathBytes) throws -> [String] {
    try TextInput.lines(of: path).map { displayed(TextInput.trimmed($0)) }
      .filter { !$0.isEmpty && !$0.hasPrefix("#") }
      .map { expanded($0) { Environment.value($0) ?? "" } }.filter { !$0.isEmpty }
  }

  /// As Go's `os.Expand` does: names of one special character are names too, and a `${` that nothing closes vanishes.
  static func expanded(_ text: String, _ value: (String) -> String) -> String {
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "$"), let next = rest.first else {
        result.append(byte)
        continue
      }
      var name: ArraySlice<UInt8>
      if next == UInt8(ascii: "{") {
        rest.removeFirst()
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { continue }
        name = rest[..<end]
        rest = rest[(end + 1)...]
        if name.isEmpty { continue }
      } else if specialNames.contains(next) {
        name = rest.prefix(1)
        rest.removeFirst()
      } else {
        name = rest.prefix { isPartOfName($0) }
        rest = rest.dropFirst(name.count)
      }
      // A dollar before something else is a dollar, and so is a doubled one.
      let isDollar = name.isEmpty || name.elementsEqual("$".utf8)
      result += isDollar ? [UInt8(ascii: "$")] : Array(value(displayed(name)).utf8)
    }
    return displayed(result)
  }

  private static let specialNames = Set("*#$@!?-0123456789".utf8)

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
