package import CoffreCore
import Synchronization

/// A folder that only this user may enter, with whatever is put into it: removed with the value, and at the latest when
/// ``ThisProcess/end(with:)`` ends the process, whoever still holds it then. Secrets for other programs lie in such folders.
package final class TransientFolder: Sendable {
  package let path: PathBytes

  private static let standing = Mutex<Set<PathBytes>>([])

  /// - Parameter parent: where it is made; `nil` for the folder of temporary files.
  package init(in parent: PathBytes? = nil) throws(SystemError) {
    let path = joined(parent ?? temporaryDirectory(), Array("coffre-".utf8) + temporaryName())
    // Known before it is made: a process that ends meanwhile leaves none.
    _ = Self.standing.withLock { $0.insert(path) }
    do throws(SystemError) {
      try makeDirectories(path, permissions: 0o700)
    } catch {
      _ = Self.standing.withLock { $0.remove(path) }
      throw error
    }
    self.path = path
  }

  deinit {
    try? removeTree(path)
    _ = Self.standing.withLock { $0.remove(path) }
  }

  /// Removes those that stand; whoever makes one afterwards waits for the end.
  ///
  /// - Parameter end: ends the process.
  static func removeAll(then end: () -> Never) -> Never {
    standing.withLock { paths in
      for path in paths { try? removeTree(path) }
      end()
    }
  }
}
