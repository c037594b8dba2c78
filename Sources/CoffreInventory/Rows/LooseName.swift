/// A name as people compare it: without case, accents, `_`, `-` and white space.
///
/// `Repertoire_MySQL`, `répertoire mysql` and `REPERTOIRE-MYSQL` are one.
package struct LooseName: Sendable, Hashable {
  private let folded: String

  package init(_ name: String) {
    var folded = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      let properties = scalar.properties
      // Accents that stand beside their letter, and every kind of space and dash.
      if properties.isWhitespace || scalar == "_" { continue }
      switch properties.generalCategory {
      case .nonspacingMark, .dashPunctuation, .format, .control: continue
      default: break
      }
      for lower in properties.lowercaseMapping.unicodeScalars
      where lower.properties.generalCategory != .nonspacingMark {
        folded.append(Self.withoutAccent(lower))
      }
    }
    self.folded = String(folded)
  }

  /// A letter with an accent is called so in Unicode: `LATIN SMALL LETTER E WITH ACUTE`.
  private static func withoutAccent(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let prefix = #"LATIN SMALL LETTER "#
    guard !scalar.isASCII, let name = scalar.properties.name, name.hasPrefix(prefix) else { return scalar }
    let words = name.dropFirst(prefix.count).split(separator: " ")
    guard words.count > 2, words[1] == "WITH", words[0].unicodeScalars.count == 1,
      let letter = words[0].unicodeScalars.first
    else { return scalar }
    return letter.properties.lowercaseMapping.unicodeScalars.first ?? scalar
  }
}
