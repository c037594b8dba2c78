package import CoffreCore

/// Which entries of a point, or of an archive, are brought back, by patterns.
package struct EntryChoice: Sendable {
  enum Answer: Sendable, Hashable {
    case take
    case leave
    /// A folder in which something may be wanted.
    case enter
  }

  private let includes: PatternList
  private let excludes: PatternList
  /// A folder that is left out with all in it.
  private var leftOut: PathBytes?

  /// - Parameters:
  ///   - includes: only what matches, with the folders it lies in; empty for everything.
  ///   - excludes: not what matches; a folder goes with all in it.
  package init(includes: PatternList = PatternList(), excludes: PatternList = PatternList()) {
    self.includes = includes
    self.excludes = excludes
  }

  package var isChoosing: Bool { !includes.isEmpty || !excludes.isEmpty }

  /// Of an archive, whose entries come in any order.
  package func takes(_ path: PathBytes) -> Bool {
    let path = components(of: path)
    return (includes.isEmpty || includes.matches(path)) && !excludes.matches(path)
  }

  /// Of a point: asked in the order of its manifest.
  mutating func answer(for entry: ShelfEntry) -> Answer {
    guard isChoosing else { return .take }
    if let folder = leftOut {
      if entry.path.starts(with: folder) { return .leave }
      leftOut = nil
    }
    let path = components(of: entry.path)
    let isDirectory = entry.attributes.kind == .directory
    func leave() -> Answer {
      if isDirectory { leftOut = entry.path + [UInt8(ascii: "/")] }
      return .leave
    }
    if excludes.matches(path) { return leave() }
    if includes.isEmpty || includes.matches(path) { return .take }
    return isDirectory && includes.mayMatchBelow(path) ? .enter : leave()
  }
}
