import CoffreCore
import CoffreRepository
import CoffreSystem
import FuseKit
import Synchronization

/// What the kernel asks of a mounted repository.
///
/// Two kinds of entries, told apart by their numbers: those that the layout made (`VirtualEntries`), and those in
/// snapshots (`FolderTable`).
final class RepositoryFileSystem: ReadOnlyFileSystem {
  struct Ownership: Sendable {
    /// Of what the layout made, and of everything if `isForAll`.
    var userID: UInt32
    var groupID: UInt32
    var isForAll: Bool
  }

  let view: RepositoryView
  let folders = FolderTable()
  let reports: MountReports
  private let virtual: VirtualEntries
  private let ownership: Ownership
  private let mounted: Timestamp
  private let renewal: LayoutRenewal?

  /// What is in a snapshot never changes.
  static let contentValidity = Duration.seconds(86_400)
  /// Snapshots come and go.
  static let layoutValidity = Duration.seconds(1)

  /// - Parameters:
  ///   - mounted: the time of folders without snapshots.
  ///   - renewal: asked whether the layout has changed; `nil` if it never does.
  init(
    view: RepositoryView, layout: SnapshotLayout, ownership: Ownership, mounted: Timestamp, reports: MountReports,
    renewal: LayoutRenewal? = nil
  ) {
    self.view = view
    virtual = VirtualEntries(layout)
    self.ownership = ownership
    self.mounted = mounted
    self.reports = reports
    self.renewal = renewal
  }

  func forget(_ node: NodeNumber, mentions: UInt64) {
    if node >= VirtualEntries.limit { folders.forget(node, mentions: mentions) }
  }
}

// MARK: Finding

extension RepositoryFileSystem {
  func lookUp(_ name: PathBytes, in folder: NodeNumber) throws(FileSystemFailure) -> NumberedEntry {
    if let parent = try virtualFolder(folder) {
      let (node, entry) = try virtual.find(name, in: parent.path)
      return found(node, entry)
    }
    let browsed = try hold(folder)
    do throws(FileSystemFailure) {
      // The hold becomes the mention of what was found.
      return try found(name, in: browsed)
    } catch {
      folders.release(browsed)
      throw error
    }
  }

  private func found(_ name: PathBytes, in folder: BrowsedFolder) throws(FileSystemFailure) -> NumberedEntry {
    let tree = try tree(of: folder)
    guard let position = tree.position(of: name) else { throw .notFound }
    return found(tree.nodes[position], at: position, in: folder)
  }

  func found(_ node: Node, at position: Int, in folder: BrowsedFolder) -> NumberedEntry {
    NumberedEntry(
      node: FolderTable.node(at: position, in: folder), attributes: attributes(of: node, in: folder),
      validity: Self.contentValidity)
  }

  func look(at node: NodeNumber) throws(FileSystemFailure) -> NumberedEntry {
    if node < VirtualEntries.limit {
      guard let entry = virtual[node] else { throw .stale }
      return found(node, entry)
    }
    let (folder, position, entry) = try entry(node)
    return found(entry, at: position, in: folder)
  }

  func details(of node: NodeNumber) throws(FileSystemFailure) -> EntryDetails {
    var details = EntryDetails()
    if node < VirtualEntries.limit {
      guard let entry = virtual[node]?.entry else { throw .stale }
      switch entry {
      case .link(let target, _): details.linkTarget = target
      case .snapshot(let top): details.extendedAttributes = top.node?.extendedAttributes ?? []
      case .folder: break
      }
    } else {
      let entry = try entry(node).node
      details.linkTarget = entry.linkTarget
      details.extendedAttributes = entry.extendedAttributes
    }
    return details
  }

  /// What the kernel's number means in a snapshot.
  private func entry(_ node: NodeNumber) throws(FileSystemFailure) -> (
    folder: BrowsedFolder, position: Int, node: Node
  ) {
    guard let (folder, position) = folders.place(of: node) else { throw .stale }
    let tree = try tree(of: folder)
    guard position < tree.nodes.count else { throw .stale }
    return (folder, position, tree.nodes[position])
  }
}

// MARK: Opening

extension RepositoryFileSystem {
  func openFolder(_ node: NodeNumber) throws(FileSystemFailure) -> any OpenFolder {
    if let folder = try virtualFolder(node) {
      let entries = try virtual.list(folder.path).map { ($0.name, found($0.node, $0.2)) }
      let above = splitPath(folder.path).folder
      return OpenVirtualFolder(
        entries: entries, inode: InodeNumbers.number(ofVirtual: folder.path),
        parentInode: InodeNumbers.number(ofVirtual: above == [UInt8(ascii: ".")] ? [] : above))
    }
    let folder = try hold(node)
    do throws(FileSystemFailure) {
      let tree = try tree(of: folder)
      for entry in tree.leftOut {
        reports.warn("left-out", subject(entry.name, in: folder), "\(entry.problem); it is not shown", isLoss: true)
      }
      return OpenTreeFolder(tree, folder, in: self)
    } catch {
      folders.release(folder)
      throw error
    }
  }

  func openFile(_ node: NodeNumber) throws(FileSystemFailure) -> any OpenFile {
    guard node >= VirtualEntries.limit else { throw .isAFolder }
    let (folder, _, entry) = try entry(node)
    guard entry.kind == .file else { throw entry.kind == .directory ? .isAFolder : .notFound }
    let subject = subject(entry.name, in: folder)
    do {
      let contents = try view.contents(of: entry, for: "'\(subject)'")
      if UInt64(contents.size) != entry.size {
        reports.warn(
          "size-differs", subject, "the snapshot says \(entry.size) bytes, its content has \(contents.size)",
          isLoss: false)
      }
      return OpenSnapshotFile(contents, subject: subject, reports: reports)
    } catch {
      throw reports.damage(error, subject)
    }
  }

  /// A folder that the layout made, after a look whether it still is the layout.
  ///
  /// - Returns: `nil` if it is a folder with a tree.
  private func virtualFolder(_ node: NodeNumber) throws(FileSystemFailure) -> VirtualEntries.Numbered? {
    guard node < VirtualEntries.limit else { return nil }
    guard let entry = virtual[node] else { throw .stale }
    switch entry.entry {
    case .link: throw .notAFolder
    case .snapshot: return nil
    case .folder:
      if let layout = renewal?.layoutIfChanged() { virtual.replace(by: layout) }
      return entry
    }
  }

  /// A folder with a tree, held.
  private func hold(_ node: NodeNumber) throws(FileSystemFailure) -> BrowsedFolder {
    try folders.hold(node) { number throws(FileSystemFailure) in
      if node < VirtualEntries.limit {
        guard let numbered = virtual[node] else { throw .stale }
        guard case .snapshot(let top) = numbered.entry else { throw .notAFolder }
        let above = splitPath(numbered.path).folder
        return BrowsedFolder(
          number: number, node: node, top: top,
          parentInode: InodeNumbers.number(ofVirtual: above == [UInt8(ascii: ".")] ? [] : above))
      }
      let (folder, _, entry) = try entry(node)
      guard entry.kind == .directory else { throw .notAFolder }
      guard let tree = entry.subtree else {
        reports.warn(
          "unreadable", subject(entry.name, in: folder), "the snapshot does not say what is in it", isLoss: true)
        throw .damaged
      }
      return BrowsedFolder(number: number, node: node, entry, tree: tree, in: folder)
    }
  }

  private func tree(of folder: BrowsedFolder) throws(FileSystemFailure) -> BrowsedTree {
    let tree: BrowsedTree
    do {
      tree = try view.tree(folder.tree, for: "'\(subject(nil, in: folder))'")
    } catch {
      throw reports.damage(error, subject(nil, in: folder))
    }
    guard tree.nodes.count <= FolderTable.largestFolder else { throw .tooMany }
    return tree
  }

  /// How messages name an entry: as commands take it, `3fa2c1d0:/etc/passwd`.
  private func subject(_ name: [UInt8]?, in folder: BrowsedFolder) -> String {
    let path = folders.path(of: folder)
    return "\(folder.top.id.short):\(displayed(name.map { joined(path, $0) } ?? path))"
  }
}

// MARK: Attributes

extension RepositoryFileSystem {
  private func found(_ node: NodeNumber, _ numbered: VirtualEntries.Numbered) -> NumberedEntry {
    var attributes = EntryAttributes(
      kind: .directory, permissions: 0o555, userID: ownership.userID, groupID: ownership.groupID, modified: mounted,
      inode: InodeNumbers.number(ofVirtual: numbered.path), links: 1)
    switch numbered.entry {
    case .folder(let modified):
      attributes.setTimes(modified ?? mounted)
    case .link(let target, let modified):
      attributes.kind = .symlink
      attributes.permissions = 0o777
      attributes.size = Int64(target.count)
      attributes.setTimes(modified)
    case .snapshot(let top):
      if let node = top.node { attributes = self.attributes(of: node, inode: 0) }
      if top.node == nil { attributes.setTimes(top.time) }
      attributes.inode = InodeNumbers.number(of: top)
    }
    return NumberedEntry(node: node, attributes: attributes, validity: Self.layoutValidity)
  }

  private func attributes(of node: Node, in folder: BrowsedFolder) -> EntryAttributes {
    attributes(of: node, inode: InodeNumbers.number(of: node, in: folder.inode, of: folder.top))
  }

  private func attributes(of node: Node, inode: UInt64) -> EntryAttributes {
    // A folder has 1 link as on other systems that do not count their subfolders: programs then make nothing of it.
    EntryAttributes(
      kind: node.kind.entryKind ?? .file, permissions: node.mode.permissions,
      userID: ownership.isForAll ? ownership.userID : node.userID,
      groupID: ownership.isForAll ? ownership.groupID : node.groupID,
      size: node.kind == .symlink ? Int64(node.linkTarget.count) : view.size(of: node), modified: node.modified,
      accessed: node.accessed, changed: node.changed, inode: inode,
      links: node.kind == .directory ? 1 : max(1, node.links), deviceNumber: node.device)
  }
}

extension EntryAttributes {
  fileprivate mutating func setTimes(_ time: Timestamp) {
    modified = time
    accessed = time
    changed = time
  }
}
