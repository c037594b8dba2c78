import CoffreCore
import CoffreSystem

/// One thread of a backup, with its own contexts and buffers.
final class ArchiveWorker {
  let archiver: Archiver
  let codec: BlobCodec
  let loader: BlobLoader
  var encoder = TreeEncoder()
  let reader: ChunkReader
  let position: ArchivePosition
  private var userNames = NameMemo()
  private var groupNames = NameMemo()

  init(archiver: Archiver) {
    self.archiver = archiver
    position = archiver.progress.makePosition()
    codec = archiver.repository.makeCodec(compression: archiver.request.compression)
    loader = BlobLoader(repository: archiver.repository, index: archiver.index, codec: codec)
    reader = ChunkReader(chunker: archiver.chunker, cancellation: archiver.cancellation)
  }

  func perform(_ item: WorkStack.Item) throws {
    switch item {
    case .directory(let work): try open(work)
    case .files(let directory, let indices): for index in indices { try archive(file: index, in: directory) }
    case .part(let file, let part): try archive(part: part, of: file)
    case .chunks(let chunks): help(with: chunks)
    }
  }
}

// MARK: Directories

extension ArchiveWorker {
  /// Files of one directory are handed out in batches of at most this many, or this many bytes.
  private static let batchCount = 64
  private static let batchBytes: Int64 = 2 << 20

  private func open(_ work: DirectoryWork) throws {
    guard let unopened = work.takeUnopened() else { preconditionFailure("a directory is opened once") }
    position.move(to: ArchivePlace(work: work))
    let directory: any OpenDirectory
    let listing: Listing
    do throws(SourceError) {
      directory = try unopened.open()
      listing = try directory.list()
    } catch {
      return try leaveOut(work, because: error)
    }
    report(listing.notes)
    let former = formerNodes(of: work)
    work.remember(former)
    var merge = Merge(listing: listing, former: former ?? [])
    var batches = FileBatches(count: Self.batchCount, bytes: Self.batchBytes)
    var done: [Node] = []
    done.reserveCapacity(former?.count ?? 0)
    var items: [WorkStack.Item] = []
    var formerOfChanged: [Int: Node] = [:]
    var last: [Int] = []
    for index in merge.order {
      let entry = listing.entries[index]
      let formerNode = merge.former(of: index)
      switch entry.attributes.kind {
      case .file:
        if let node = try takenOver(index, in: directory, listing, formerNode, parent: work) {
          done.append(node)
        } else {
          formerOfChanged[index] = formerNode
          if entry.making == .madeLast {
            last.append(index)
          } else {
            batches.add(index, size: entry.attributes.size, parts: Int(entry.parts))
          }
        }
      case .directory:
        guard let node = try makeNode(index, in: directory, listing, former: formerNode, parent: work) else { continue }
        items.append(
          .directory(
            DirectoryWork(
              parent: work, node: node, unopened: directory.directory(index, in: listing),
              parentTree: formerNode?.kind == .directory ? formerNode?.subtree : nil,
              formerTime: entry.making == .found ? nil : formerNode?.modified)))
      case .socket:
        continue
      default:
        if let node = try makeNode(index, in: directory, listing, former: formerNode, parent: work) {
          done.append(node)
        }
      }
    }
    work.begin(with: done)
    if !last.isEmpty {
      // A later one may tell of the ones before.
      work.holdBack(
        LastFiles(directory: directory, listing: listing, indices: last.sorted(), formerNodes: formerOfChanged))
    }
    let opened = OpenedDirectory(work: work, directory: directory, listing: listing, formerNodes: formerOfChanged)
    let fileItems = batches.items(in: opened)
    work.expect(items.count + batches.fileCount)
    archiver.stack.push(Array(items.reversed()) + fileItems.reversed())
    try complete(work, with: nil)
  }

  /// A directory that cannot be listed is left out of its parent's tree, and that is said.
  private func leaveOut(_ work: DirectoryWork, because error: SourceError) throws {
    guard !error.endsRun else { throw error }
    guard let parent = work.parent else { throw error }
    warn(error, work.path)
    try complete(parent, with: nil)
  }

  private func report(_ notes: [ListingNote]) {
    for note in notes {
      switch note.kind {
      case .socket:
        archiver.progress.warn("socket-skipped", note.path, "a socket is not stored", isLoss: false)
      case .kernelFileSystem:
        archiver.progress.warn("kernel-file-system", note.path, "not entered: it belongs to the kernel", isLoss: false)
      case .ownFolder:
        archiver.progress.warn("own-folder", note.path, "left out: Coffre itself works in it", isLoss: false)
      case .unlikeMarker(let problem):
        archiver.progress.warn(
          "no-marker", note.path, "it does not leave its folder out: \(problem)", isLoss: false)
      case .noMatch:
        archiver.progress.warn("no-match", note.path, "the pattern matches nothing", isLoss: false)
      case .unreadable(let error):
        warn(error, note.path)
      }
    }
  }

  func warn(_ error: SourceError, _ path: PathBytes) {
    let isGone = error.reason == .vanished
    archiver.progress.warn(
      isGone ? "vanished" : "unreadable", path, isGone ? "vanished since it was listed" : error.cause, isLoss: !isGone)
  }

  /// The parent snapshot's nodes of a directory, by name; a parent that cannot be read only costs time.
  private func formerNodes(of work: DirectoryWork) -> [Node]? {
    guard let tree = work.parentTree else { return nil }
    do {
      return try loader.nodes(of: tree, for: "the parent snapshot")
    } catch {
      archiver.progress.warn(
        "parent-unreadable", work.path, "the parent snapshot's tree cannot be read; all files below are read again",
        isLoss: false)
      return nil
    }
  }

  /// Takes one share off a directory; when it was the last, stores the tree and goes on with the directory above.
  func complete(_ work: DirectoryWork, with node: Node?) throws {
    var work = work
    var node = node
    while true {
      switch work.complete(node) {
      case .waits: return
      case .readsLast(let files):
        let opened = OpenedDirectory(
          work: work, directory: files.directory, listing: files.listing, formerNodes: files.formerNodes)
        return archiver.stack.push([.files(opened, files.indices)])
      case .isWhole(let nodes, let former):
        let tree = try store(nodes, former: former, of: work)
        guard let parent = work.parent, var own = work.node else { return archiver.finishRoot(tree) }
        count(directory: tree, former: work.parentTree)
        own.subtree = tree
        if tree == work.parentTree, let time = work.formerTime { own.setTimes(to: time) }
        work = parent
        node = own
      }
    }
  }

  /// - Parameter former: if they are the same, the tree is known and was read a moment ago.
  private func store(_ nodes: [Node], former: [Node]?, of work: DirectoryWork) throws -> TreeID {
    // Places are sorted, not nodes: these are large.
    let order = nodes.indices.sorted { nodes[$0].name.lexicographicallyPrecedes(nodes[$1].name) }
    if let former, let tree = work.parentTree, former.count == nodes.count,
      zip(order, former).allSatisfy({ nodes[$0] == $1 })
    {
      return tree
    }
    encoder.begin()
    for place in order { encoder.append(nodes[place]) }
    return try archiver.saver.save(encoder.finish().span, kind: .tree, with: codec).id
  }

  private func count(directory tree: TreeID, former: TreeID?) {
    archiver.progress.count { counters in
      if former == nil {
        counters.directoriesNew += 1
      } else if former == tree {
        counters.directoriesUnmodified += 1
      } else {
        counters.directoriesChanged += 1
      }
    }
  }

  func count(former: Node?, isUnchanged: Bool, bytes: Int64 = 0) {
    archiver.progress.count { counters in
      counters.bytesProcessed = counters.bytesProcessed.adding(saturating: bytes)
      if former == nil {
        counters.filesNew += 1
      } else if isUnchanged {
        counters.filesUnmodified += 1
      } else {
        counters.filesChanged += 1
      }
    }
  }
}

// MARK: Nodes

extension ArchiveWorker {
  /// A node of any kind, without content or subtree; `nil` for a link that cannot be read: without its target it is
  /// none. That is reported.
  ///
  /// - Parameter reader: of a file that is open already.
  func makeNode(
    _ index: Int, in directory: any OpenDirectory, _ listing: Listing, former: Node?, parent: DirectoryWork,
    attributes: EntryAttributes? = nil, reader: (any ByteReader)? = nil
  ) throws -> Node? {
    let attributes = attributes ?? listing.entries[index].attributes
    var node = bareNode(name: listing.name(of: index), attributes)
    if let former, former.kind == node.kind, archiver.request.change == ChangeRule(),
      listing.entries[index].isComparable, former.changed.isSameInstant(as: node.changed),
      former.inode == node.inode, former.modified.isSameInstant(as: node.modified),
      former.kind != .symlink || !mayBeMutilated(former.linkTarget)
    {
      node.linkTarget = former.linkTarget
      node.extendedAttributes = former.extendedAttributes
      return node
    }
    do throws(SourceError) {
      let known = try reader?.details()
      let details = if let known { known } else { try directory.details(of: index, in: listing) }
      node.linkTarget = details.linkTarget
      node.extendedAttributes = details.extendedAttributes
      for problem in details.unreadable {
        archiver.progress.warn("metadata-unreadable", joined(parent.path, node.name), problem, isLoss: true)
      }
    } catch {
      guard !error.endsRun else { throw error }
      warn(error, joined(parent.path, node.name))
      if node.kind == .symlink { return nil }
    }
    return node
  }

  /// The node of a file that did not change, with the parent's content; `nil` if it must be read.
  private func takenOver(
    _ index: Int, in directory: any OpenDirectory, _ listing: Listing, _ former: Node?, parent: DirectoryWork
  ) throws -> Node? {
    let entry = listing.entries[index]
    guard let former, let content = former.content, entry.isComparable,
      archiver.request.change.isUnchanged(entry.attributes, since: former),
      content.allSatisfy({ archiver.index.contains($0, .data) })
    else { return nil }
    // Equal change times say that attributes are as they were; where they are not compared, nothing says so.
    let made =
      archiver.request.change == ChangeRule()
      ? nil : try makeNode(index, in: directory, listing, former: former, parent: parent)
    var node = made ?? bareNode(name: former.name, entry.attributes)
    if made == nil { node.extendedAttributes = former.extendedAttributes }
    node.content = content
    count(former: former, isUnchanged: true, bytes: entry.attributes.size)
    return node
  }

  func bareNode(name: [UInt8], _ attributes: EntryAttributes) -> Node {
    var node = Node(name: name, kind: NodeKind(attributes.kind))
    node.mode = GoFileMode(attributes.kind, permissions: attributes.permissions)
    node.modified = attributes.modified.clampedToWritableYears
    node.changed = attributes.changed.clampedToWritableYears
    node.accessed =
      archiver.request.nodeFields.accessTime ? attributes.accessed.clampedToWritableYears : node.modified
    node.userID = attributes.userID
    node.groupID = attributes.groupID
    node.user = userNames.name(of: attributes.userID) { archiver.session.userName(of: $0) }
    node.group = groupNames.name(of: attributes.groupID) { archiver.session.groupName(of: $0) }
    node.inode = attributes.inode
    node.deviceID = attributes.device
    switch attributes.kind {
    case .file:
      node.size = UInt64(attributes.size)
      node.links = attributes.links
    case .symlink: node.links = attributes.links
    case .blockDevice, .characterDevice:
      node.links = attributes.links
      node.device = attributes.deviceNumber
    case .directory, .fifo, .socket: break
    }
    return node
  }
}

extension Node {
  /// Of what was made for the backup: its times are those of its content.
  mutating func setTimes(to time: Timestamp) {
    modified = time
    changed = time
    accessed = time
  }
}

/// Whether a link target may have lost bytes: restic before 0.16 stored U+FFFD for those that are no UTF-8.
private func mayBeMutilated(_ target: [UInt8]) -> Bool {
  let mark: [UInt8] = [0xEF, 0xBF, 0xBD]
  return target.indices.contains { target[$0...].starts(with: mark) }
}

/// The last account asked for: entries of one directory mostly have one owner.
private struct NameMemo {
  private var id: UInt32?
  private var name = ""

  mutating func name(of id: UInt32, lookUp: (UInt32) -> String) -> String {
    if id != self.id {
      name = lookUp(id)
      self.id = id
    }
    return name
  }
}
