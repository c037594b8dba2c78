import CoffreCore
import Synchronization

/// One directory on its way into a tree: its entries come in from several threads; the last one closes it.
final class DirectoryWork: Sendable {
  private struct State {
    var unopened: (any UnopenedDirectory)?
    var nodes: [Node] = []
    /// The parent snapshot's, if they could be read.
    var former: [Node]?
    var remaining = 1
    /// Files that are read when everything else is done.
    var last: LastFiles?
  }

  /// What becomes of a directory when a share of it is done.
  enum Step {
    case waits
    case readsLast(LastFiles)
    /// All nodes and the parent snapshot's.
    case isWhole(nodes: [Node], former: [Node]?)
  }

  private let above: Mutex<DirectoryWork?>
  /// The directory's own node, still without its subtree; `nil` for the root.
  let node: Node?
  /// The parent snapshot's tree of this directory.
  let parentTree: TreeID?
  /// The time of a directory that was made for the backup, if what it holds stays the same.
  let formerTime: Timestamp?
  private let state: Mutex<State>

  init(
    parent: DirectoryWork?, node: Node?, unopened: any UnopenedDirectory, parentTree: TreeID?,
    formerTime: Timestamp? = nil
  ) {
    self.formerTime = formerTime
    above = Mutex(parent)
    self.node = node
    state = Mutex(State(unopened: unopened))
    self.parentTree = parentTree
  }

  /// Lets go of a long chain one by one: releases that release each other would exhaust the stack.
  deinit {
    var next = above.withLock { $0.take() }
    while next != nil, isKnownUniquelyReferenced(&next) { next = next?.above.withLock { $0.take() } }
  }

  /// `nil` for the root.
  var parent: DirectoryWork? { above.withLock { $0 } }

  /// Put together from the names on the way up: a path for each of many levels would cost memory by the square.
  var path: PathBytes {
    var names: [[UInt8]] = []
    var next: DirectoryWork? = self
    while let work = next, let node = work.node {
      names.append(node.name)
      next = work.parent
    }
    guard !names.isEmpty else { return [UInt8(ascii: "/")] }
    var path: PathBytes = []
    path.reserveCapacity(names.reduce(0) { $0 + $1.count + 1 })
    for name in names.reversed() {
      path.append(UInt8(ascii: "/"))
      path.append(contentsOf: name)
    }
    return path
  }

  /// Hands out the directory itself, once: what it holds, such as the folder above, is not needed any longer.
  func takeUnopened() -> (any UnopenedDirectory)? { state.withLock { $0.unopened.take() } }

  /// The parent snapshot's nodes of this directory: with the same ones again, its tree is the same. `nil` if they are not
  /// known, which is not the same as none.
  func remember(_ former: [Node]?) { state.withLock { $0.former = former } }

  /// More entries will come; called before the thread that lists ends its own share.
  func expect(_ count: Int) { state.withLock { $0.remaining += count } }

  /// Takes entries that were dealt with at once, before any other.
  func begin(with nodes: [Node]) { state.withLock { $0.nodes = nodes } }

  /// Some files come after all others; called before the thread that lists ends its own share.
  func holdBack(_ files: LastFiles) { state.withLock { $0.last = files } }

  /// One share is done: with a node, or without if the entry is left out.
  func complete(_ node: Node?) -> Step {
    state.withLock { state in
      if let node { state.nodes.append(node) }
      state.remaining -= 1
      guard state.remaining == 0 else { return .waits }
      if let last = state.last.take() {
        state.remaining = last.indices.count
        return .readsLast(last)
      }
      defer {
        state.nodes = []
        state.former = nil
      }
      return .isWhole(nodes: state.nodes, former: state.former)
    }
  }
}

/// Files of a directory that tell of everything else in it.
struct LastFiles: Sendable {
  let directory: any OpenDirectory
  let listing: Listing
  let indices: [Int]
  let formerNodes: [Int: Node]
}

/// An open directory with its listing, shared by the threads that read its files.
final class OpenedDirectory: Sendable {
  let work: DirectoryWork
  let directory: any OpenDirectory
  let listing: Listing
  /// The parent snapshot's nodes of the files that changed, by position in the listing.
  let formerNodes: [Int: Node]

  init(work: DirectoryWork, directory: any OpenDirectory, listing: Listing, formerNodes: [Int: Node]) {
    self.work = work
    self.directory = directory
    self.listing = listing
    self.formerNodes = formerNodes
  }
}

/// A file that is read in several parts by several threads.
final class PartedFile: Sendable {
  private struct State {
    var contents: [Int: [BlobID]] = [:]
    var size: Int64 = 0
    var failure: SourceError?
  }

  let directory: OpenedDirectory
  let index: Int
  let partCount: Int
  private let state = Mutex(State())

  init(directory: OpenedDirectory, index: Int, partCount: Int) {
    self.directory = directory
    self.index = index
    self.partCount = partCount
  }

  /// - Returns: the whole, once the last part is in.
  func complete(part: Int, content: [BlobID], size: Int64, failure: SourceError?) -> Whole? {
    state.withLock { state in
      state.contents[part] = content
      state.size += size
      state.failure = state.failure ?? failure
      guard state.contents.count == partCount else { return nil }
      return Whole(
        content: (0..<partCount).flatMap { state.contents[$0] ?? [] }, size: state.size, failure: state.failure)
    }
  }

  struct Whole: Sendable {
    let content: [BlobID]
    let size: Int64
    let failure: SourceError?
  }
}
