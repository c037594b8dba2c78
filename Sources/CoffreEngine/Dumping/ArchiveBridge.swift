import CoffreCore
import CoffreRepository

/// Turns nodes of a snapshot into entries of an archive, and tells once of each kind of thing the format cannot hold.
struct ArchiveBridge {
  private struct Inode: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private var fitting: ArchiveFitting
  private let index: BlobIndex
  private let events: any EventSink
  private var firstOfInode: [Inode: (name: PathBytes, content: [BlobID])] = [:]
  /// Entries that are not in the archive, harmless ones too.
  var leftOut: Int { fitting.leftOut }
  /// Entries that nobody would want to miss.
  var lost: Int { fitting.lost }

  init(_ traits: ArchiveTraits, index: BlobIndex, events: any EventSink) {
    self.index = index
    self.events = events
    fitting = ArchiveFitting(traits) { note in
      events.take(
        .warning(
          JobWarning(code: note.code, subject: displayed(note.path), message: note.message, isLoss: note.isLoss)))
    }
  }

  /// - Parameters:
  ///   - path: in the snapshot, for what is told.
  ///   - name: in the archive.
  /// - Returns: `nil` if the entry is left out, which was told.
  mutating func entry(for node: Node, at path: PathBytes, named name: PathBytes) -> (
    entry: ArchiveEntry, content: [BlobID]
  )? {
    guard let kind = kind(of: node, at: path) else { return nil }
    var whole = ArchiveEntry(
      path: name, attributes: attributes(of: node, kind: kind), userName: node.user, groupName: node.group)
    whole.details.linkTarget = node.linkTarget
    whole.details.extendedAttributes = node.extendedAttributes
    guard var entry = fitting.fit(whole, at: path) else { return nil }
    guard kind == .file else { return (entry, []) }
    let content = node.content ?? []
    if let first = firstName(of: node, content, at: path, named: name) {
      entry.hardLinkOf = first
      return (entry, [])
    }
    entry.attributes.size = index.size(of: content)
    if UInt64(entry.attributes.size) != node.size {
      fitting.countLoss()
      events.take(.sizeDiffers(node, at: path, actually: entry.attributes.size))
    }
    return (entry, content)
  }

  /// - Returns: `nil` for what cannot be in the archive, which was told.
  private mutating func kind(of node: Node, at path: PathBytes) -> EntryKind? {
    guard isHarmless(node.name) else {
      fitting.lose("hostile-name", path, "no file may have this name; it is not in the archive")
      return nil
    }
    guard let kind = node.kind.entryKind else {
      fitting.lose("unknown-type", path, "it is of a type that this program does not know; it is not in the archive")
      return nil
    }
    return kind
  }

  private func attributes(of node: Node, kind: EntryKind) -> EntryAttributes {
    EntryAttributes(
      kind: kind, permissions: node.mode.permissions, userID: node.userID, groupID: node.groupID,
      modified: node.modified, accessed: node.accessed, changed: node.changed, inode: node.inode,
      device: node.deviceID, links: node.links, deviceNumber: node.device)
  }

  /// One file with several names is one file in the archive only if it was one when it was read.
  private mutating func firstName(of node: Node, _ content: [BlobID], at path: PathBytes, named name: PathBytes)
    -> PathBytes?
  {
    guard node.links > 1, node.inode != 0 else { return nil }
    let inode = Inode(device: node.deviceID, inode: node.inode)
    guard let first = firstOfInode[inode] else {
      firstOfInode[inode] = (name, content)
      return nil
    }
    guard first.content == content else { return nil }
    guard fitting.holdsHardLink(at: path) else { return nil }
    return first.name
  }

  private func isHarmless(_ name: [UInt8]) -> Bool {
    !name.isEmpty && name != Array(".".utf8) && name != Array("..".utf8) && !name.contains(UInt8(ascii: "/"))
      && !name.contains(0)
  }
}

extension BlobIndex {
  /// Of a file, in bytes; blobs that are in no index count nothing.
  func size(of content: [BlobID]) -> Int64 {
    content.reduce(Int64(0)) { size, id in size.adding(saturating: Int64(plainLength(of: id, .data) ?? 0)) }
  }
}

extension JobEvent {
  static func sizeDiffers(_ node: Node, at path: PathBytes, actually size: Int64) -> JobEvent {
    .warning(
      JobWarning(
        code: "size-differs", subject: displayed(path),
        message: "the snapshot says \(node.size) bytes, its content has \(size)", isLoss: true))
  }
}
