package import CoffreCore
import CoffreSystem

/// The files of a folder of a snapshot, several of them read at once by several threads; what each reader will want next is
/// loaded ahead, so that a far store does not make everybody wait. Every blob is checked against its hash.
///
/// Memory: `bytesAhead`, a blob for each reader, and a run of blobs as they lie in a pack for each loading thread.
package final class FolderContents: SnapshotContents {
  private struct State: Sendable {
    var ahead: ContentsAhead
    var isStopped = false
    /// What went wrong first, as it was.
    var failure: (any Error)?
  }

  /// Of plaintext, loaded ahead of all readers together.
  package static var usualBytesAhead: Int64 { 32 << 20 }

  private let view: RepositoryView
  /// As it was when this was made: the view may read it again.
  private let index: BlobIndex
  private let root: TreeID
  /// In the snapshot, for errors.
  private let path: PathBytes
  private let cancellation: Cancellation
  private let state: Monitor<State>

  private init(
    _ root: TreeID, at path: PathBytes, in view: RepositoryView, bytesAhead: Int64, cancellation: Cancellation
  ) {
    self.view = view
    let index = view.index
    self.index = index
    self.root = root
    self.path = path
    self.cancellation = cancellation
    state = Monitor(State(ahead: ContentsAhead(index: index, limit: bytesAhead)))
  }

  /// Lends the contents of a folder. All threads have ended when this returns.
  ///
  /// - Parameters:
  ///   - folder: from the snapshot's root on.
  ///   - bytesAhead: 0 to load nothing before it is asked for.
  package static func reading<Result>(
    _ folder: [PathBytes], of snapshot: StoredSnapshot, in view: RepositoryView,
    bytesAhead: Int64 = usualBytesAhead, cancellation: Cancellation, _ body: (FolderContents) throws -> Result
  ) throws -> Result {
    let root = try BlobLoader(repository: view.repository, index: view.index).tree(at: folder, in: snapshot)
    let path = folder.reduce([UInt8(ascii: "/")]) { joined($0, $1) }
    let contents = FolderContents(root, at: path, in: view, bytesAhead: bytesAhead, cancellation: cancellation)
    var threads: [EngineThread] = []
    defer {
      contents.stop()
      for thread in threads { thread.join() }
    }
    let threadCount = min(8, max(2, processorCount, view.repository.store.traits.parallelRequests))
    for number in 0..<(bytesAhead > 0 ? threadCount : 1) {
      threads.append(try EngineThread.start(named: "contents-\(number)") { contents.load() })
    }
    return try cancellation.whenCancelled({ contents.stop() }) { try body(contents) }
  }

  /// What made the first reading fail, as the repository or its store said it.
  package var failure: (any Error)? { state.withLock(signalling: false) { $0.failure } }

  private func stop() { state.withLock { $0.isStopped = true } }

  private func load() {
    let loading = ContentLoading(view.repository, index)
    while true {
      let claimed: ContentsAhead.Claim? = state.wait(until: { $0.isStopped || $0.ahead.hasWork }) { state in
        state.isStopped ? nil : state.ahead.claim()
      }
      guard let claim = claimed else { return }
      let results = loading.load(claim.run)
      state.withLock { $0.ahead.put(results, of: claim.reading) }
    }
  }
}

// MARK: Names

extension FolderContents {
  package func entries(of folder: PathBytes) throws(SourceError) -> [SnapshotEntry] {
    let nodes = try tree(at: components(of: folder), for: folder).nodes
    return nodes.compactMap { node in
      guard let kind = node.kind.entryKind else { return nil }
      return SnapshotEntry(name: node.name, kind: kind, size: node.kind == .file ? Int64(clamping: node.size) : 0)
    }
  }

  /// The blobs that a file is made of, in their order.
  ///
  /// - Throws: `.vanished` where there is no such file.
  package func blobs(of file: PathBytes) throws(SourceError) -> [BlobID] { try node(of: file).content ?? [] }

  private func node(of file: PathBytes) throws(SourceError) -> Node {
    var folder = components(of: file)
    guard let name = folder.popLast() else { throw absent(file) }
    let tree = try tree(at: folder, for: file)
    guard let position = tree.position(of: name), tree.nodes[position].kind == .file else { throw absent(file) }
    return tree.nodes[position]
  }

  private func tree(at names: [PathBytes], for file: PathBytes) throws(SourceError) -> BrowsedTree {
    var tree = try tree(root, for: file)
    for name in names {
      guard let position = tree.position(of: name), tree.nodes[position].kind == .directory,
        let subtree = tree.nodes[position].subtree
      else { throw absent(file) }
      tree = try self.tree(subtree, for: file)
    }
    return tree
  }

  private func tree(_ id: TreeID, for file: PathBytes) throws(SourceError) -> BrowsedTree {
    do {
      return try view.tree(id, for: "'\(displayed(whole(file)))'")
    } catch {
      throw failed(error, whole(file))
    }
  }

  private func whole(_ file: PathBytes) -> PathBytes { components(of: file).reduce(path) { joined($0, $1) } }

  private func absent(_ file: PathBytes) -> SourceError {
    SourceError(.vanished, "open", whole(file), because: "it is not in the snapshot")
  }

  /// - Parameter error: of the repository.
  fileprivate func failed(_ error: any Error, _ path: PathBytes) -> SourceError {
    // It names the file already, as this error does.
    let cause = (error as? ContentError)?.cause ?? error
    state.withLock { $0.failure = $0.failure ?? cause }
    return SourceError(
      .failed, "read", path, because: shortText(of: cause), advice: explanation(of: cause).advice)
  }
}

// MARK: Contents

extension FolderContents {
  package func read(_ file: PathBytes) throws(SourceError) -> any ByteReader { try read(blobs(of: file), of: file) }

  package func open(_ file: PathBytes) throws(SourceError) -> any SnapshotFile {
    let node = try node(of: file)
    let path = whole(file)
    do {
      return RandomContents(try view.contents(of: node, for: "file '\(displayed(path))'"), of: self, path: path)
    } catch {
      throw failed(error, path)
    }
  }

  /// Some of the blobs of a file, one behind the other.
  package func read(_ blobs: [BlobID], of file: PathBytes) throws(SourceError) -> BlobsReader {
    let path = whole(file)
    for id in blobs where !index.contains(id, .data) {
      throw failed(RepositoryError.missingBlob(id: id, neededBy: "file '\(displayed(path))'"), path)
    }
    return BlobsReader(self, number: state.withLock { $0.ahead.open(blobs, path: path) }, path: path)
  }

  fileprivate func close(_ number: Int) { state.withLock { $0.ahead.close(number) } }

  /// - Parameter last: the blob before, for one that is the same.
  /// - Returns: `nil` at the end.
  fileprivate func next(of number: Int, after last: [UInt8], path: PathBytes) throws(SourceError) -> [UInt8]? {
    state.withLock { $0.ahead.want(number) }
    let step: ContentsAhead.Step? = state.wait(until: { $0.isStopped || $0.ahead.isReady(number) }) { state in
      state.isStopped ? nil : state.ahead.take(number)
    }
    switch step {
    case .blob(let bytes): return bytes
    case .sameAsBefore: return last
    case .end: return nil
    case .failed(let error): throw failed(error, path)
    case nil: throw SourceError(.cancelled, "read", path, because: "the run was cancelled")
    }
  }
}

/// A file of a snapshot, read from anywhere.
private final class RandomContents: SnapshotFile {
  private let file: FileContents
  private let contents: FolderContents
  private let path: PathBytes

  init(_ file: FileContents, of contents: FolderContents, path: PathBytes) {
    self.file = file
    self.contents = contents
    self.path = path
  }

  var size: Int64 { file.size }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    do {
      return try file.read(at: offset, into: &buffer, for: "file '\(displayed(path))'")
    } catch {
      throw contents.failed(error, path)
    }
  }
}

/// The content of a file of a snapshot, or some of it. Used by one thread at a time; reading ahead ends with it.
package final class BlobsReader: ByteReader {
  private let contents: FolderContents
  private let number: Int
  private let path: PathBytes
  private var blob: [UInt8] = []
  /// Of what comes next, in `blob`.
  private var position = 0

  fileprivate init(_ contents: FolderContents, number: Int, path: PathBytes) {
    self.contents = contents
    self.number = number
    self.path = path
  }

  deinit { contents.close(number) }

  package var attributes: EntryAttributes? { nil }
  package func isUnchanged() throws(SourceError) -> Bool { true }

  /// The next blob, whole: what `read` left of the one before is passed over.
  ///
  /// - Returns: `nil` at the end.
  package func nextBlob() throws(SourceError) -> [UInt8]? {
    guard let next = try contents.next(of: number, after: blob, path: path) else { return nil }
    blob = next
    position = next.count
    return next
  }

  package func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    while position == blob.count {
      guard let next = try contents.next(of: number, after: blob, path: path) else { return 0 }
      blob = next
      position = 0
    }
    let count = min(buffer.count, blob.count - position)
    copy(blob.span.extracting(position..<(position + count)), into: &buffer)
    position += count
    return count
  }
}
