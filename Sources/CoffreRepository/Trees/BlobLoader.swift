package import CoffreCore
import CoffreSystem

/// Reads blobs of a repository; one per thread.
package final class BlobLoader {
  package let repository: Repository
  package let index: BlobIndex
  package let codec: BlobCodec

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
    let locations = index.locations(of: id, kind)
    guard !locations.isEmpty else { throw RepositoryError.missingBlob(id: id, neededBy: user()) }
    var failure: (any Error)?
    for location in locations {
      do {
        try load(id, at: location, into: &plain)
        return
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  private func load(_ id: BlobID, at location: BlobLocation, into plain: inout [UInt8]) throws {
    do {
      try loadOnce(id, at: location, into: &plain)
    } catch let error as RepositoryError {
      // A cached pack may have gone bad since it was proved.
      guard repository.cachingStore?.reconsider(location.pack) == true else { throw error }
      try loadOnce(id, at: location, into: &plain)
    }
  }

  private func loadOnce(_ id: BlobID, at location: BlobLocation, into plain: inout [UInt8]) throws {
    let key = ObjectKind.pack.storeKey(of: location.pack)
    let start = Int64(location.offset)
    let sealed = try repository.store.loadIndexed(key, range: start..<(start + Int64(location.length)))
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
