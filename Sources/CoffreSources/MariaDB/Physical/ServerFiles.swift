package import CoffreCore

/// The files of a server, in a folder that no server has in use.
package struct ServerFiles: Sendable, Hashable {
  /// Where they lie while something is done with them.
  package let path: PathBytes
  /// What errors call them: where they are wanted, or where they were copied from.
  package let target: PathBytes

  package init(path: PathBytes, target: PathBytes) {
    self.path = path
    self.target = target
  }
}
