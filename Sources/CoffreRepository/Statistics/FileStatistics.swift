import CoffreCore
import OpenSSLKit

/// Counts files by their contents, or the blobs of each path: one tree after the other, in the order of snapshots and
/// names, because the first path of a content is the one that counts.
struct FileStatistics {
  private let repository: Repository
  private let index: BlobIndex
  private let mode: StatisticsMode
  private let cancellation: Cancellation
  private let hasher = SHA256Hasher()
  private var trees: EntrySet
  /// Hashes of lists of blobs.
  private var contents = BlobIDSet()
  /// Hashes of paths, and of a path with a blob.
  private var paths = BlobIDSet()
  private var references = BlobIDSet()
  private var result = SnapshotStatistics()

  init(repository: Repository, index: BlobIndex, mode: StatisticsMode, cancellation: Cancellation) {
    self.repository = repository
    self.index = index
    self.mode = mode
    self.cancellation = cancellation
    trees = EntrySet(capacity: index.count)
  }

  mutating func count(_ snapshots: [StoredSnapshot]) throws -> SnapshotStatistics {
    let loader = BlobLoader(repository: repository, index: index)
    for stored in snapshots {
      let user: Message = "snapshot \(stored.id.short)"
      var stack: [Level] = []
      try enter(stored.snapshot.tree, [UInt8(ascii: "/")], &stack, for: user, with: loader)
      while var level = stack.popLast() {
        guard let node = level.nodes.popFirst() else { continue }
        stack.append(level)
        let path = joined(level.path, node.name)
        try count(node, path)
        if node.kind == .directory, let subtree = node.subtree {
          try enter(subtree, path, &stack, for: user, with: loader)
        }
      }
    }
    return result
  }

  private struct Level {
    var nodes: ArraySlice<Node>
    let path: PathBytes
  }

  /// What was seen already, under whatever path, has no content that is new.
  private mutating func enter(
    _ tree: TreeID, _ path: PathBytes, _ stack: inout [Level], for user: Message, with loader: BlobLoader
  ) throws {
    try cancellation.check()
    guard let number = index.entryNumber(of: tree, .tree) else {
      throw RepositoryError.missingBlob(id: tree, neededBy: user)
    }
    guard trees.insert(number) else { return }
    stack.append(Level(nodes: try loader.nodes(of: tree, for: user)[...], path: path))
  }

  private mutating func count(_ node: Node, _ path: PathBytes) throws {
    let content = node.content ?? []
    hasher.begin()
    for id in content { hasher.update(id.bytes.span) }
    guard contents.insert(hasher.finish()) else { return }
    if mode == .filesByContents {
      result.entries += 1
      if node.kind == .file { result.files += 1 }
      result.bytes = result.bytes.adding(saturating: Int64(clamping: node.size))
      return
    }
    guard !content.isEmpty else { return }
    let place = hasher.hash(path.span)
    if paths.insert(place) {
      result.entries += 1
      result.files += 1
    }
    for id in content {
      guard let length = index.plainLength(of: id, .data) else {
        throw RepositoryError.missingBlob(id: id, neededBy: "file '\(displayed(path))'")
      }
      hasher.begin()
      hasher.update(place.bytes.span)
      hasher.update(id.bytes.span)
      guard references.insert(hasher.finish()) else { continue }
      result.blobs += 1
      result.bytes = result.bytes.adding(saturating: Int64(length))
    }
  }
}
