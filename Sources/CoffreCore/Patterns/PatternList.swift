/// Patterns in order; a later one that starts with `!` takes back what earlier ones matched.
///
/// Those that ignore case are a list of their own: what either list matches is matched, and `!` works within its list
/// (as restic does for `--exclude` and `--iexclude`).
package struct PatternList: Sendable, Hashable {
  package let patterns: [Pattern]
  /// In lower case; matched against paths in lower case.
  package let caselessPatterns: [Pattern]

  package init(_ patterns: [Pattern] = []) {
    self.patterns = patterns
    caselessPatterns = []
  }

  /// - Parameter caseless: patterns that ignore case.
  package init(_ texts: [String], ignoringCase caseless: [String] = []) throws(Pattern.Invalid) {
    var patterns: [Pattern] = []
    for text in texts { patterns.append(try Pattern(text)) }
    var caselessPatterns: [Pattern] = []
    for text in caseless { caselessPatterns.append(try Pattern(displayed(lowercased(Array(text.utf8))))) }
    self.patterns = patterns
    self.caselessPatterns = caselessPatterns
  }

  package var isEmpty: Bool { patterns.isEmpty && caselessPatterns.isEmpty }
  /// Whether something that a list matched may be taken back.
  package var takesBack: Bool { patterns.contains(where: \.isNegated) || caselessPatterns.contains(where: \.isNegated) }

  package func matches(_ path: [PathBytes]) -> Bool {
    Self.matches(path, patterns)
      || !caselessPatterns.isEmpty && Self.matches(path.map { lowercased($0) }, caselessPatterns)
  }

  /// Whether something below the directory may match: includes enter only such directories.
  package func mayMatchBelow(_ path: [PathBytes]) -> Bool {
    Self.mayMatchBelow(path, patterns)
      || !caselessPatterns.isEmpty && Self.mayMatchBelow(path.map { lowercased($0) }, caselessPatterns)
  }

  private static func matches(_ path: [PathBytes], _ patterns: [Pattern]) -> Bool {
    var result = false
    for pattern in patterns where pattern.isNegated == result && pattern.matches(path) { result = !pattern.isNegated }
    return result
  }

  private static func mayMatchBelow(_ path: [PathBytes], _ patterns: [Pattern]) -> Bool {
    patterns.contains { !$0.isNegated && $0.mayMatchBelow(path) }
  }
}
