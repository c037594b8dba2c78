/// A shell pattern for one component of a path: `*`, `?`, `[set]`, `[^set]` and `\x`.
package struct NamePattern: Sendable, Hashable {
  private let globs: [Glob]

  /// - Parameter text: the whole pattern, for the error.
  package init(_ component: PathBytes, of text: String) throws(Pattern.Invalid) {
    globs = try Glob.parse(component, of: text)
  }

  /// The only name it matches; `nil` if there may be several.
  package var literal: PathBytes? {
    let bytes = globs.compactMap { glob -> UInt8? in if case .byte(let byte) = glob { byte } else { nil } }
    return bytes.count == globs.count ? bytes : nil
  }

  package func matches(_ name: PathBytes) -> Bool { Glob.matches(globs[...], name[...]) }
}
