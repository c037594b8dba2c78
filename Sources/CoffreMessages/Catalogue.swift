/// Reads catalogues: what is said in English, and how another language says it.
///
/// An entry is two lines, `= ` and the English template, `> ` and the other; a line's end inside a text is `\n`. Other
/// lines are for translators.
package enum Catalogue {
  package static func phrases(in catalogue: String) -> [String: String] {
    var phrases: [String: String] = [:]
    for (english, other) in entries(in: catalogue) { phrases[english] = other }
    return phrases
  }

  /// In order; a text that stands twice comes twice, and one without its other half is left out.
  package static func entries(in catalogue: String) -> [(english: String, other: String)] {
    var entries: [(english: String, other: String)] = []
    var english: Substring.UTF8View?
    for line in catalogue.utf8.split(separator: UInt8(ascii: "\n")) {
      if line.starts(with: "= ".utf8) {
        english = line.dropFirst(2)
      } else if line.starts(with: "> ".utf8), let known = english {
        entries.append((english: unescaped(known), other: unescaped(line.dropFirst(2))))
        english = nil
      }
    }
    return entries
  }

  private static func unescaped(_ text: Substring.UTF8View) -> String {
    let backslash = UInt8(ascii: "\\")
    guard text.contains(backslash) else { return String(Substring(text)) }
    var result: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      if byte == backslash, rest.first == UInt8(ascii: "n") {
        rest.removeFirst()
        result.append(UInt8(ascii: "\n"))
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
