package import CoffreCore
import CoffreSystem
import Synchronization

/// Random access to the snapshots of a repository, for as long as one likes: trees and pieces of files, each checked
/// against its hash, from any number of threads.
///
/// Memory: the index, and while it is read again a second one; trees and blobs up to `Limits`; beyond them one blob at
/// most for each thread that is reading, and for each opened file 8 bytes a blob.
package final class RepositoryView: Sendable {
  package struct Limits: Sendable, Hashable {
    /// Decoded trees, in bytes.
    package var trees = 32 << 20
    /// Plain data blobs, in bytes.
    package var blobs = 64 << 20

    package init() {}
  }

  package let repository: Repository
  private let current: CurrentIndex
  private let trees: RecentCache<TreeID, BrowsedTree>
  private let blobs: RecentCache<BlobID, [UInt8]>
  private let codecs = CodecPool()
  private let readAhead = ReadAhead<BlobID>(capacity: 4)

  /// Reads the index.
  package convenience init(
    of repository: Repository, limits: Limits = Limits(), cancellation: Cancellation
  ) throws {
    let current = try CurrentIndex(of: repository, cancellation: cancellation)
    self.init(of: repository, current: current, limits: limits)
  }

  private init(of repository: Repository, current: CurrentIndex, limits: Limits) {
    self.repository = repository
    self.current = current
    trees = RecentCache(limit: limits.trees)
    blobs = RecentCache(limit: limits.blobs)
  }

  /// Where blobs lie, as far as is known now.
  package var index: BlobIndex { current.index }

  /// Tells that snapshots appeared: what they need may be in index files that were not read yet.
  package func expectNewIndexFiles() { current.expectNews() }

  /// Loads blobs that will soon be asked for, on this thread, until `stopReadingAhead`.
  package func readAheadUntilStopped() {
    readAhead.run { id in
      // Whoever really wants it will be told what is wrong with it.
      _ = try? self.blob(id, for: "reading ahead")
    }
  }

  package func stopReadingAhead() { readAhead.stop() }
}

// MARK: Trees and blobs

extension RepositoryView {
  /// - Parameter user: who needs it, for the error.
  package func tree(_ id: TreeID, for user: @autoclosure () -> Message) throws -> BrowsedTree {
    try trees.value(for: id) {
      let tree = BrowsedTree(try withLoader { try $0.nodes(of: id, for: user()) })
      return (tree, tree.cost)
    }
  }

  /// A file's content, to be read from anywhere.
  ///
  /// - Throws: if the index does not know one of its blobs.
  package func contents(of node: Node, for user: @autoclosure () -> Message) throws -> FileContents {
    let content = node.content ?? []
    var index = current.index
    while true {
      do throws(RepositoryError) {
        return FileContents(content, ends: try Self.ends(of: content, in: index, for: user()), view: self)
      } catch {
        guard let newer = try current.newer(than: index) else { throw error }
        index = newer
      }
    }
  }

  private static func ends(of content: [BlobID], in index: BlobIndex, for user: @autoclosure () -> Message)
    throws(RepositoryError) -> [Int64]
  {
    var ends: [Int64] = []
    ends.reserveCapacity(content.count)
    var end: Int64 = 0
    for id in content {
      guard let length = index.plainLength(of: id, .data) else { throw .missingBlob(id: id, neededBy: user()) }
      end += Int64(length)
      ends.append(end)
    }
    return ends
  }

  /// How long the file's content is: what counts, whatever the node says of its size.
  ///
  /// - Returns: the node's own word if the index does not know all blobs.
  package func size(of node: Node) -> Int64 {
    guard node.kind == .file else { return 0 }
    let index = current.index
    var size: Int64 = 0
    for id in node.content ?? [] {
      guard let length = index.plainLength(of: id, .data) else { return Int64(clamping: node.size) }
      size += Int64(length)
    }
    return size
  }

  func blob(_ id: BlobID, for user: @autoclosure () -> Message) throws -> [UInt8] {
    try blobs.value(for: id) {
      var plain: [UInt8] = []
      try withLoader { try $0.load(id, .data, for: user(), into: &plain) }
      return (plain, plain.count + 64)
    }
  }

  /// Whether the blob is at hand, or on its way.
  func keeps(_ id: BlobID) -> Bool { blobs.expects(id) }

  func expectSoon(_ id: BlobID) {
    if !keeps(id) { readAhead.add(id) }
  }

  /// Lets `body` load with the index known, and once more with a newer one if something is not where that says.
  private func withLoader<Result>(_ body: (BlobLoader) throws -> Result) throws -> Result {
    let codec = codecs.take() ?? repository.makeCodec()
    defer { codecs.giveBack(codec) }
    let index = current.index
    do {
      return try body(BlobLoader(repository: repository, index: index, codec: codec))
    } catch {
      guard error.mayComeFromOldIndex, let newer = try current.newer(than: index) else { throw error }
      return try body(BlobLoader(repository: repository, index: newer, codec: codec))
    }
  }
}

extension Error {
  fileprivate var mayComeFromOldIndex: Bool {
    if let error = self as? RepositoryError, case .missingBlob = error { return true }
    // Packs that were rewritten are not there any more, and other ones hold what they held.
    return (self as? StoreError)?.reason == .notFound
  }
}

/// Codecs that nobody uses just now: one is made for each thread that reads at once, and used again.
private final class CodecPool: @unchecked Sendable {
  // `lock` guards `idle`; a codec is in it or with one thread, never both.
  private let lock = Mutex(())
  private var idle: [BlobCodec] = []

  func take() -> BlobCodec? { lock.withLock { _ in idle.popLast() } }
  func giveBack(_ codec: BlobCodec) { lock.withLock { _ in idle.append(codec) } }
}
