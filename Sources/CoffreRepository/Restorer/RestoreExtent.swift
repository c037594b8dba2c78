import CoffreCore

/// Which directories of a snapshot hold all that the source held: those that were backed up, and what is below them.
///
/// Directories above them are in the tree too, and hold nothing but the way down: what else lies in the real ones, the
/// snapshot does not know. Where that is not certain, a directory does not count as whole.
struct RestoreExtent: Sendable {
  /// What the snapshot's tree has at a path.
  enum Place: Sendable, Hashable {
    case directory
    /// With the names in it.
    case root([PathBytes])
    case other
    case nothing
  }

  /// Where one of the snapshot's paths lies in the tree, and where it lay in the source.
  private struct Root: Sendable {
    let tree: [PathBytes]
    let source: [PathBytes]
    var isAbsolute: Bool { tree == source }
  }

  private let roots: [Root]

  init(paths: [String], place: ([PathBytes]) throws -> Place) rethrows {
    var roots: [Root] = []
    for path in paths {
      let source = components(of: Array(path.utf8))
      // An absolute source lies under its whole path, a relative one under the end of it, `.` in the root itself.
      var tree = source
      var found = try place(tree)
      while found == .nothing {
        tree.removeFirst()
        found = try place(tree)
      }
      switch found {
      case .directory: roots.append(Root(tree: tree, source: source))
      case .root(let names):
        // A source that could not be read lies nowhere either; then the way down to it may be there.
        let isDot = paths.count == 1 && !names.isEmpty && !names.contains { source.contains($0) }
        if isDot || source.isEmpty { roots.append(Root(tree: [], source: source)) }
      case .other, .nothing: break
      }
    }
    self.roots = roots
  }

  /// Where a directory of the tree lay in the source.
  ///
  /// - Returns: `nil` if it was not backed up whole, or that is not certain.
  func source(of path: [PathBytes]) -> [PathBytes]? {
    let isAboveAnother = roots.contains { $0.tree.count > path.count && $0.tree.starts(with: path) }
    let found = roots.filter { path.starts(with: $0.tree) && ($0.isAbsolute || !isAboveAnother) }
    return found.max { $0.tree.count < $1.tree.count }.map { $0.source + path.dropFirst($0.tree.count) }
  }
}
