import CoffreCore
import CoffreRepository
import FuseKit
import Synchronization

/// A folder of a snapshot that somebody has been in.
final class BrowsedFolder: Sendable {
  /// Part of the numbers of all that is in it.
  let number: UInt64
  /// Its own.
  let node: NodeNumber
  let tree: TreeID
  let inode: UInt64
  let parentInode: UInt64
  let top: SnapshotTop
  /// The number of the folder it lies in; `nil` at the snapshot's top.
  fileprivate let parent: UInt64?
  fileprivate let name: [UInt8]

  init(number: UInt64, node: NodeNumber, top: SnapshotTop, parentInode: UInt64) {
    self.number = number
    self.node = node
    tree = top.tree
    inode = InodeNumbers.number(of: top)
    self.parentInode = parentInode
    self.top = top
    parent = nil
    name = []
  }

  init(number: UInt64, node: NodeNumber, _ entry: Node, tree: TreeID, in parent: BrowsedFolder) {
    self.number = number
    self.node = node
    self.tree = tree
    inode = InodeNumbers.number(of: entry, in: parent.inode, of: parent.top)
    parentInode = parent.inode
    top = parent.top
    self.parent = parent.number
    name = entry.name
  }
}

/// The folders of snapshots in which the kernel knows entries, or that are open.
///
/// An entry's number is its folder's number and its place in the folder's tree, which never changes; so only folders are
/// kept, each with the number of mentions of what is in it.
final class FolderTable: Sendable {
  fileprivate struct Item: Sendable {
    let folder: BrowsedFolder
    var mentions: UInt64
  }

  fileprivate struct State: Sendable {
    var items: [UInt64: Item] = [:]
    var numbers: [NodeNumber: UInt64] = [:]
    var next: UInt64 = 1
  }

  private static let placeBits: UInt64 = 24
  private let state = Mutex(State())

  /// Kept at this moment.
  var count: Int { state.withLock { $0.items.count } }

  /// - Returns: `nil` if it is no entry of a snapshot's folder, or the folder is not known.
  func place(of node: NodeNumber) -> (folder: BrowsedFolder, position: Int)? {
    let place = node & (1 << Self.placeBits - 1)
    guard place > 0, let folder = state.withLock({ $0.items[node >> Self.placeBits]?.folder }) else { return nil }
    return (folder, Int(place) - 1)
  }

  /// How many entries of one folder can be numbered.
  static let largestFolder = 1 << Int(placeBits) - 1

  static func node(at position: Int, in folder: BrowsedFolder) -> NodeNumber {
    precondition(position < largestFolder, "folders that are too large are not opened")
    return folder.number << placeBits | UInt64(position + 1)
  }

  /// The folder that a node is, with one more mention, which `release` takes back.
  ///
  /// - Parameter make: makes it if it is not known, told its number.
  func hold(_ node: NodeNumber, make: (UInt64) throws(FileSystemFailure) -> BrowsedFolder)
    throws(FileSystemFailure) -> BrowsedFolder
  {
    let (known, next) = state.withLock { state in
      let known = state.held(node)
      if known == nil { state.next += 1 }
      return (known, state.next)
    }
    if let known { return known }
    let made = try make(next)
    return state.withLock { state in
      // Another thread may have made it meanwhile.
      if let known = state.held(node) { return known }
      state.items[made.number] = Item(folder: made, mentions: 1)
      state.numbers[node] = made.number
      return made
    }
  }

  /// One more mention of something in a folder that is held.
  func mention(in folder: BrowsedFolder) { state.withLock { $0.items[folder.number]?.mentions += 1 } }

  func release(_ folder: BrowsedFolder) { state.withLock { $0.release(folder.number, mentions: 1) } }

  /// Takes back mentions of an entry.
  func forget(_ node: NodeNumber, mentions: UInt64) {
    state.withLock { $0.release(node >> Self.placeBits, mentions: mentions) }
  }

  /// In the snapshot, absolute; for messages: what lies above may have been forgotten.
  func path(of folder: BrowsedFolder) -> PathBytes {
    state.withLock { state in
      var names: [PathBytes] = []
      var place = folder
      while let number = place.parent {
        names.append(place.name)
        guard let above = state.items[number]?.folder else {
          names.append(Array("…".utf8))
          break
        }
        place = above
      }
      return names.reversed().reduce(folder.top.path.isEmpty ? [UInt8(ascii: "/")] : folder.top.path) { joined($0, $1) }
    }
  }
}

extension FolderTable.State {
  fileprivate mutating func held(_ node: NodeNumber) -> BrowsedFolder? {
    guard let number = numbers[node] else { return nil }
    items[number]?.mentions += 1
    return items[number]?.folder
  }

  fileprivate mutating func release(_ number: UInt64, mentions: UInt64) {
    guard var item = items[number] else { return }
    item.mentions -= min(mentions, item.mentions)
    items[number] = item.mentions == 0 ? nil : item
    if item.mentions == 0 { numbers[item.folder.node] = nil }
  }
}
