/// Patterns in order; a later one that starts with `!` takes back what earlier ones matched.
package struct PatternList: Sendable, Hashable {
  package let patterns: [Pattern]

  package init(_ patterns: [Pattern] = []) { self.patterns = patterns }

  package init(_ texts: [String]) throws(Pattern.Invalid) {
    var patterns: [Pattern] = []
    for text in texts { patterns.append(try Pattern(text)) }
    self.patterns = patterns
  }

  package var isEmpty: Bool { patterns.isEmpty }

  package func matches(_ path: [PathBytes]) -> Bool {
    var result = false
    for pattern in patterns where pattern.isNegated == result && pattern.matches(path) { result = !pattern.isNegated }
    return result
  }

  /// Whether something below the directory may match: includes enter only such directories.
  package func mayMatchBelow(_ path: [PathBytes]) -> Bool {
    patterns.contains { !$0.isNegated && $0.mayMatchBelow(path) }
  }
}
