package import CoffreCore
package import CoffreSystem

/// A file that hands a secret to a child process, in a folder that only this user may enter; removed with the value.
package final class SecretFile: Sendable {
  package let path: PathBytes
  private let folder: PathBytes

  package init(_ content: [UInt8], named name: String) throws(SystemError) {
    let parent = temporaryDirectory()
    let folder = joined(parent, Array("coffre-".utf8) + temporaryName())
    try makeDirectories(folder, permissions: 0o700)
    self.folder = folder
    path = joined(folder, Array(name.utf8))
    do throws(SystemError) {
      try writeFileAtomically(content, path, permissions: 0o600)
    } catch {
      try? removeTree(folder)
      throw error
    }
  }

  deinit { try? removeTree(folder) }
}
