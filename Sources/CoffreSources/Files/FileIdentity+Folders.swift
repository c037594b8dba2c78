import CoffreCore
import CoffreSystem

extension FileIdentity {
  /// Of those of the folders that exist.
  static func all(of folders: [PathBytes]) -> Set<FileIdentity> {
    Set(folders.compactMap { try? FileDescriptor.attributes(ofPath: $0, .following) }.map { FileIdentity($0) })
  }
}
