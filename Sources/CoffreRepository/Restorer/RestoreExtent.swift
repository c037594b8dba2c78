import CoffreCore

/// Which directories of a snapshot hold all that the source held: those that were backed up, and what is below them.
///
/// Directories above them are in the tree too, and hold nothing but the way down: what else lies in the real ones, the
/// snapshot does not know.
struct RestoreExtent: Sendable {
  /// Where one of the snapshot's paths lies in the tree, and where it lay in the source.
  private struct Root: Sendable {
    let tree: [PathBytes]
    let source: [PathBytes]
    var isAbsolute: Bool { tree == source }
  }

  private var roots: [Root] = []

  /// - Parameter isDirectory: whether the snapshot's tree has a directory there.
  init(paths: [String], isDirectory: ([PathBytes]) throws -> Bool) rethrows {
    for path in paths {
      let source = components(of: Array(path.utf8))
      // An absolute source lies under its whole path, a relative one under the end of it; `.` is the root itself.
      var length = source.count
      while length > 0, try !isDirectory(Array(source.suffix(length))) { length -= 1 }
      roots.append(Root(tree: Array(source.suffix(length)), source: source))
    }
  }

  /// Where a directory of the tree lay in the source.
  ///
  /// - Returns: `nil` if it was not backed up whole, or that is not certain.
  func source(of path: [PathBytes]) -> [PathBytes]? {
    let isAboveAnother = roots.contains { $0.isAbsolute && $0.tree.count > path.count && $0.tree.starts(with: path) }
    let found = roots.filter { path.starts(with: $0.tree) && ($0.isAbsolute || !isAboveAnother) }
    return found.max { $0.tree.count < $1.tree.count }.map { $0.source + path.dropFirst($0.tree.count) }
  }
}
