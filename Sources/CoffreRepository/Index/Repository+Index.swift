package import CoffreCore
import CoffreSystem
import Synchronization

extension Repository {
  /// Reads all index files, several at once, into one index.
  ///
  /// Snapshots must have been listed before: what they need is then in the index.
  package func loadIndex(cancellation: Cancellation) throws -> BlobIndex {
    let files = try store.listObjects(.index).sorted { $0.id < $1.id }
    let results = Mutex(IndexResults())
    let cursor = Atomic<Int>(0)
    let threads = min(max(1, processorCount()), max(1, files.count))
    runThreads(count: threads, named: "index") { [self] _ in
      let codec = makeCodec()
      while true {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < files.count, results.withLock({ $0.failure == nil }) else { return }
        do {
          try cancellation.check()
          let part = try decodeIndex(files[next], with: codec)
          results.withLock { $0.parts[next] = part }
        } catch {
          results.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    let (parts, failure) = results.withLock { ($0.parts, $0.failure) }
    if let failure { throw failure }
    var builder = BlobIndexBuilder()
    for position in files.indices {
      guard let part = parts[position] else { continue }
      builder.add(part)
    }
    return builder.build()
  }

  private func decodeIndex(_ file: ListedObject, with codec: BlobCodec) throws -> IndexFile {
    let json = try loadUnpacked(.index, file, with: codec)
    do {
      return try IndexFile.decode(json, version: config.version)
    } catch {
      throw RepositoryError.damaged(object: ObjectKind.index.storeKey(of: file.id).path, problem: "\(error)")
    }
  }
}

private struct IndexResults: Sendable {
  var parts: [Int: IndexFile] = [:]
  var failure: (any Error)?
}
