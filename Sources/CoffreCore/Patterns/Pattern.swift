/// One exclude or include pattern, as restic reads it: matched component by component on absolute paths.
///
/// Without a leading slash it matches any run of whole components; `**` stands for any number of components; inside a
/// component `*`, `?`, `[set]`, `[^set]` and `\x` never match a slash. A match of a directory covers all below it.
package struct Pattern: Sendable, Hashable {
  package struct Invalid: Error, Sendable, Hashable {
    package let pattern: String
    package let problem: Message
  }

  package let text: String
  package let isNegated: Bool
  private let isAnchored: Bool
  fileprivate let parts: [Part]

  fileprivate enum Part: Sendable, Hashable {
    case anyComponents
    case literal([UInt8])
    case glob([Glob])

    func matches(_ component: PathBytes) -> Bool {
      switch self {
      case .anyComponents: true
      case .literal(let bytes): bytes == component
      case .glob(let globs): Glob.matches(globs[...], component[...])
      }
    }
  }

  /// - Parameter allowsNegation: whether a leading `!` re-includes; otherwise it is an ordinary character.
  package init(_ text: String, allowsNegation: Bool = true) throws(Invalid) {
    self.text = text
    var body = Array(text.utf8)
    isNegated = allowsNegation && body.first == UInt8(ascii: "!")
    if isNegated { body.removeFirst() }
    guard !body.isEmpty else { throw Invalid(pattern: text, problem: "it is empty") }
    isAnchored = body[0] == UInt8(ascii: "/")
    var parts: [Part] = []
    for component in cleanedComponents(of: body) {
      if component == Array("**".utf8) {
        parts.append(.anyComponents)
      } else {
        let globs = try Glob.parse(component, of: text)
        let literal = globs.compactMap { glob -> UInt8? in if case .byte(let byte) = glob { byte } else { nil } }
        parts.append(literal.count == globs.count ? .literal(literal) : .glob(globs))
      }
    }
    self.parts = parts
  }

  /// Whether the pattern matches the path itself or one of the directories above it.
  package func matches(_ path: [PathBytes]) -> Bool {
    if isAnchored { return matchesPrefix(parts[...], path[...]) }
    // Without a component, as in `.`, there is nothing to match.
    return !parts.isEmpty && path.indices.contains { matchesPrefix(parts[...], path[$0...]) }
  }

  /// Whether something below the directory `path` may match; a directory for which this is false need not be entered.
  package func mayMatchBelow(_ path: [PathBytes]) -> Bool {
    guard isAnchored else { return true }
    return mayMatchBelow(parts[...], path[...])
  }

  /// All of `parts` matches the beginning of `path`. Backtracks to the last `**` only, so that the time is bounded by the
  /// product of the lengths.
  private func matchesPrefix(_ parts: ArraySlice<Part>, _ path: ArraySlice<PathBytes>) -> Bool {
    var part = parts.startIndex
    var position = path.startIndex
    var star: (part: Int, position: Int)?
    while part < parts.endIndex {
      if case .anyComponents = parts[part] {
        star = (part, position)
        part += 1
      } else if position < path.endIndex, parts[part].matches(path[position]) {
        part += 1
        position += 1
      } else {
        guard let last = star, last.position < path.endIndex else { return false }
        part = last.part + 1
        position = last.position + 1
        star = (last.part, position)
      }
    }
    return true
  }

  private func mayMatchBelow(_ parts: ArraySlice<Part>, _ path: ArraySlice<PathBytes>) -> Bool {
    guard let part = parts.first, let component = path.first else { return true }
    if case .anyComponents = part { return true }
    return part.matches(component) && mayMatchBelow(parts.dropFirst(), path.dropFirst())
  }
}

/// As Go's path cleaning does: no empty or `.` components, `..` takes away the one before; above the root there is none.
private func cleanedComponents(of body: [UInt8]) -> [[UInt8]] {
  var result: [[UInt8]] = []
  for component in components(of: body) {
    if component == Array("..".utf8), result.isEmpty ? body.first == UInt8(ascii: "/") : result.last != component {
      _ = result.popLast()
    } else {
      result.append(component)
    }
  }
  return result
}
