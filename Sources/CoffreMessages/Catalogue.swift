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
    var english: Substring?
    for line in catalogue.split(separator: "\n") {
      if line.hasPrefix("= ") {
        english = line.dropFirst(2)
      } else if line.hasPrefix("> "), let known = english {
        entries.append((english: unescaped(known), other: unescaped(line.dropFirst(2))))
        english = nil
      }
    }
    return entries
  }

  private static func unescaped(_ text: Substring) -> String {
    var result = ""
    var rest = text
    while let character = rest.popFirst() {
      if character == "\\", rest.first == "n" {
        rest.removeFirst()
        result += "\n"
      } else {
        result.append(character)
      }
    }
    return result
  }
}
