import CoffreCore
import CoffreRepository

/// Turns nodes of a snapshot into entries of an archive, and tells once of each kind of thing the format cannot hold.
struct ArchiveBridge {
  private struct Inode: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private let traits: ArchiveTraits
  private let index: BlobIndex
  private let events: any EventSink
  private var firstOfInode: [Inode: (name: PathBytes, content: [BlobID])] = [:]
  private var told: Set<String> = []
  /// Entries that are not in the archive, harmless ones too.
  private(set) var leftOut = 0
  /// Entries that nobody would want to miss.
  private(set) var lost = 0

  init(_ traits: ArchiveTraits, index: BlobIndex, events: any EventSink) {
    self.traits = traits
    self.index = index
    self.events = events
  }

  /// - Parameters:
  ///   - path: in the snapshot, for what is told.
  ///   - name: in the archive.
  /// - Returns: `nil` if the entry is left out, which was told.
  mutating func entry(for node: Node, at path: PathBytes, named name: PathBytes) -> (
    entry: ArchiveEntry, content: [BlobID]
  )? {
    guard let kind = kind(of: node, at: path, named: name) else { return nil }
    var entry = ArchiveEntry(
      path: name, attributes: attributes(of: node, kind: kind, at: path), userName: node.user, groupName: node.group)
    entry.details.linkTarget = node.linkTarget
    entry.details.extendedAttributes = attributes(held: node, at: path)
    guard kind == .file else { return (entry, []) }
    let content = node.content ?? []
    if let first = firstName(of: node, content, at: path, named: name) {
      entry.hardLinkOf = first
      return (entry, [])
    }
    entry.attributes.size = index.size(of: content)
    if UInt64(entry.attributes.size) != node.size {
      lost += 1
      events.take(.sizeDiffers(node, at: path, actually: entry.attributes.size))
    }
    return (entry, content)
  }

  private mutating func attributes(held node: Node, at path: PathBytes) -> [ExtendedAttribute] {
    guard !node.extendedAttributes.isEmpty else { return [] }
    switch traits.extendedAttributes {
    case .all: break
    case .none:
      tell("attributes", path, "\(traits.name) cannot hold extended attributes; this is said of the first entry only")
      return []
    case .plainNames:
      let isPlain = node.extendedAttributes.allSatisfy { $0.name.allSatisfy { (0x21...0x7E).contains($0) } }
      guard !isPlain else { break }
      tell(
        "attribute-names", path,
        "\(traits.name) spells odd names of extended attributes with '%'; this is said of the first entry only")
    }
    return node.extendedAttributes
  }

  /// - Returns: `nil` for what cannot be in the archive, which was told.
  private mutating func kind(of node: Node, at path: PathBytes, named name: PathBytes) -> EntryKind? {
    guard isHarmless(node.name) else {
      lose("hostile-name", path, "no file may have this name; it is not in the archive")
      return nil
    }
    guard let kind = node.kind.entryKind else {
      lose("unknown-type", path, "it is of a type that this program does not know; it is not in the archive")
      return nil
    }
    guard traits.kinds.contains(kind) else {
      leftOut += 1
      tell(
        "\(kind)", path,
        "\(traits.name) cannot hold entries of type '\(node.kind.name)'; this is said of the first one only")
      return nil
    }
    guard name.count < traits.longestPath else {
      lose("long-name", path, "\(traits.name) cannot hold so long a path; it is not in the archive")
      return nil
    }
    return kind
  }

  private mutating func attributes(of node: Node, kind: EntryKind, at path: PathBytes) -> EntryAttributes {
    func held(_ time: Timestamp) -> Timestamp {
      if traits.times.contains(time.seconds) { return time }
      let nearest = min(max(time.seconds, traits.times.lowerBound), traits.times.upperBound)
      return Timestamp(seconds: nearest, nanoseconds: 0)
    }
    if !traits.times.contains(node.modified.seconds) {
      tell(
        "times", path,
        "\(traits.name) cannot hold its time and takes the nearest one; this is said of the first entry only")
    }
    return EntryAttributes(
      kind: kind, permissions: node.mode.permissions, userID: node.userID, groupID: node.groupID,
      modified: held(node.modified), accessed: held(node.accessed), changed: held(node.changed), inode: node.inode,
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
    guard traits.holdsHardLinks else {
      tell(
        "links", path,
        "\(traits.name) cannot hold hard links: it becomes a file of its own; this is said of the first one only")
      return nil
    }
    return first.name
  }

  private func isHarmless(_ name: [UInt8]) -> Bool {
    !name.isEmpty && name != Array(".".utf8) && name != Array("..".utf8) && !name.contains(UInt8(ascii: "/"))
      && !name.contains(0)
  }
}

// MARK: Telling

extension ArchiveBridge {
  private mutating func tell(_ what: String, _ path: PathBytes, _ message: Message) {
    guard told.insert(what).inserted else { return }
    events.take(
      .warning(JobWarning(code: "not-in-archive", subject: displayed(path), message: message, isLoss: false)))
  }

  private mutating func lose(_ code: String, _ path: PathBytes, _ message: Message) {
    leftOut += 1
    lost += 1
    events.take(.warning(JobWarning(code: code, subject: displayed(path), message: message, isLoss: true)))
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
