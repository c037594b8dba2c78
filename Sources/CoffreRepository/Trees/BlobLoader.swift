package import CoffreCore
import CoffreSystem

/// Reads blobs of a repository; one per thread.
package final class BlobLoader {
  package let repository: Repository
  package let index: BlobIndex
  package let codec: BlobCodec
  private var treeWindows = TreeWindows()

  package init(repository: Repository, index: BlobIndex, codec: BlobCodec? = nil) {
    self.repository = repository
    self.index = index
    self.codec = codec ?? repository.makeCodec()
  }

  /// A blob's content, checked against its id. Where several packs hold it, a damaged copy is passed over.
  ///
  /// - Parameter user: who needs it, for the error: "snapshot 3fa2c1d0", "file '/etc/passwd'".
  package func load(_ id: BlobID, _ kind: BlobKind, for user: @autoclosure () -> Message, into plain: inout [UInt8])
    throws
  {
    let entries = index.entryNumbers(of: id, kind)
    guard !entries.isEmpty else { throw RepositoryError.missingBlob(id: id, neededBy: user()) }
    var failure: (any Error)?
    for entry in entries {
      do {
        try load(id, kind, entry, into: &plain)
        return
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  private func load(_ id: BlobID, _ kind: BlobKind, _ entry: Int, into plain: inout [UInt8]) throws {
    do {
      try loadOnce(id, kind, entry, into: &plain)
    } catch let error as RepositoryError {
      treeWindows.forget()
      // A cached pack may have gone bad since it was proved.
      guard repository.cachingStore?.reconsider(index.location(ofEntry: entry).pack) == true else { throw error }
      try loadOnce(id, kind, entry, into: &plain)
    }
  }

  private func loadOnce(_ id: BlobID, _ kind: BlobKind, _ entry: Int, into plain: inout [UInt8]) throws {
    let location = index.location(ofEntry: entry)
    let key = ObjectKind.pack.storeKey(of: location.pack)
    let load = { [repository] (range: Range<Int>) in
      try repository.store.loadIndexed(key, range: Int64(range.lowerBound)..<Int64(range.upperBound))
    }
    let start = Int(location.offset)
    let sealed =
      kind == .tree
      ? try treeWindows.sealed(entry, in: index, load) : try load(start..<(start + Int(location.length)))[...]
    do throws(BlobProblem) {
      try codec.open(sealed.span, id: id, at: location, into: &plain)
    } catch {
      throw RepositoryError.damaged(object: key.path, problem: "blob \(id.short) at \(location.offset): \(error.text)")
    }
  }

  /// The nodes of a tree, decoded.
  package func nodes(of tree: TreeID, for user: @autoclosure () -> Message) throws -> [Node] {
    var bytes: [UInt8] = []
    try load(tree, .tree, for: user(), into: &bytes)
    do throws(MalformedTree) {
      return try TreeDecoder.decode(bytes)
    } catch {
      throw RepositoryError.damaged(object: "tree \(tree)", problem: error.text)
    }
  }
}
