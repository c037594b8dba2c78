import CoffreCore
import CoffreSystem

/// Which file it is, whatever path leads to it.
struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64

  init(_ attributes: EntryAttributes) {
    device = attributes.device
    inode = attributes.inode
  }

  /// Of those of the folders that exist.
  static func all(of folders: [PathBytes]) -> Set<FileIdentity> {
    Set(folders.compactMap { try? FileDescriptor.attributes(ofPath: $0, .following) }.map { FileIdentity($0) })
  }
}
