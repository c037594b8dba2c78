package import CoffreCore
import CoffreSystem

/// A new folder for one test; it goes with its last reference.
package final class TestFolder: Sendable {
  package let path: PathBytes

  package init() throws {
    path = joined(CoffreSystem.temporaryDirectory(), Array("coffre-test-".utf8) + temporaryName())
    try makeDirectories(path)
  }

  deinit { try? removeTree(path) }

  package func path(_ name: String) -> PathBytes { joined(path, Array(name.utf8)) }

  /// Makes a file with the folders above it.
  package func write(_ name: String, _ bytes: [UInt8], permissions: UInt16 = 0o600) throws {
    let path = path(name)
    try makeDirectories(splitPath(path).folder)
    try writeFileAtomically(bytes, path, permissions: permissions)
  }
}
