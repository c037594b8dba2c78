/// Which file or folder it is, whatever path leads to it.
package struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64

  package init(_ attributes: EntryAttributes) {
    device = attributes.device
    inode = attributes.inode
  }
}
