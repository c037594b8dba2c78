import CoffreCore
import CoffreRepository
import FuseKit

/// A folder that the layout made, as it was when it was opened.
struct OpenVirtualFolder: OpenFolder {
  let entries: [(name: PathBytes, found: NumberedEntry)]
  let inode: UInt64
  let parentInode: UInt64

  var count: Int { entries.count }
  func entry(at position: Int) -> (name: PathBytes, found: NumberedEntry) { entries[position] }
  /// Numbers of such entries hold for ever.
  func keep(_ position: Int) {}
}

/// A folder of a snapshot; held until nobody lists it any more.
final class OpenTreeFolder: OpenFolder {
  private let tree: BrowsedTree
  private let folder: BrowsedFolder
  private let fileSystem: RepositoryFileSystem

  /// Takes over a hold on the folder. All its entries can be numbered.
  init(_ tree: BrowsedTree, _ folder: BrowsedFolder, in fileSystem: RepositoryFileSystem) {
    self.tree = tree
    self.folder = folder
    self.fileSystem = fileSystem
  }

  deinit { fileSystem.folders.release(folder) }

  var count: Int { tree.nodes.count }
  var inode: UInt64 { folder.inode }
  var parentInode: UInt64 { folder.parentInode }

  func entry(at position: Int) -> (name: PathBytes, found: NumberedEntry) {
    let node = tree.nodes[position]
    return (node.name, fileSystem.found(node, at: position, in: folder))
  }

  func keep(_ position: Int) { fileSystem.folders.mention(in: folder) }
}

/// A file of a snapshot.
struct OpenSnapshotFile: OpenFile {
  private let contents: FileContents
  private let subject: String
  private let reports: MountReports

  init(_ contents: FileContents, subject: String, reports: MountReports) {
    self.contents = contents
    self.subject = subject
    self.reports = reports
  }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(FileSystemFailure) -> Int {
    do {
      return try contents.read(at: offset, into: &buffer, for: "'\(subject)'")
    } catch {
      throw reports.damage(error, subject)
    }
  }
}
