package import CoffreCore
package import CoffreSystem

/// A file that hands a secret to a child process, in a folder that only this user may enter; removed with the value.
package final class SecretFile: Sendable {
  package let path: PathBytes
  private let folder: TransientFolder

  /// - Parameter parent: where the folder is made; `nil` for that of temporary files.
  package init(_ content: [UInt8], named name: String, in parent: PathBytes? = nil) throws(SystemError) {
    folder = try TransientFolder(in: parent)
    path = joined(folder.path, Array(name.utf8))
    try writeFileAtomically(content, path, permissions: 0o600)
  }
}
