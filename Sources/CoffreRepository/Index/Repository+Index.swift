package import CoffreCore
import CoffreSystem
import Synchronization

/// All index files of a repository as one, and what they said beside it.
package struct LoadedIndex: Sendable {
  package let index: BlobIndex
  package let fileCount: Int
  /// Packs listed twice with the same blobs: harmless.
  package let repeatedPacks: [PackID]
  /// Packs listed twice with different blobs: damage.
  package let contradictoryPacks: [PackID]
  /// Index files that could not be read; empty unless the caller asked to go on without them.
  package let unreadable: [Message]
  /// What each file lists, in the order of their ids.
  package let files: [ListedIndexFile]
}

/// What one index file lists.
package struct ListedIndexFile: Sendable, Hashable {
  package let id: IndexID
  /// Numbers of the packs that no file read before had listed.
  package let packs: Range<Int>
  /// Packs that a file read before lists too.
  package let repeatedPacks: [PackID]
  /// What rustic has marked for deletion.
  package let packsToDelete: [PackID]
}

/// Where an index is read from.
package enum IndexSource: Sendable {
  /// What was parsed before is taken from the cache.
  case cacheOrStore
  /// All index files themselves: for who removes something because of what they say, or judges them.
  case files
}

extension Repository {
  /// Reads all index files, several at once.
  ///
  /// Snapshots must have been listed before: what they need is then in the index.
  ///
  /// - Parameters:
  ///   - toleratesDamage: go on without files that cannot be read, and name them: for `repo check` only. Everybody else
  ///     must not take what such a file names for missing.
  ///   - earlier: an index loaded before: only files that it does not know are read, and what it numbered keeps its
  ///     numbers. Whether its own files are still there is the caller's to ask.
  ///   - source: with `toleratesDamage` always the files.
  package func loadIndex(
    from source: IndexSource = .cacheOrStore, toleratesDamage: Bool = false, extending earlier: LoadedIndex? = nil,
    cancellation: Cancellation
  ) throws -> LoadedIndex {
    let listed = try store.listObjects(.index)
    let start: ParsedIndex
    if let earlier {
      start = ParsedIndex(earlier)
    } else if source == .cacheOrStore, !toleratesDamage, let parsed = parsedIndex(ofSome: Set(listed.map(\.id))) {
      start = parsed
    } else {
      start = ParsedIndex()
    }
    let loaded = try loadIndex(
      extending: start, listed: listed, toleratesDamage: toleratesDamage, cancellation: cancellation)
    if loaded.unreadable.isEmpty { cachingStore?.learn(loaded.index) }
    if source == .cacheOrStore, !toleratesDamage, earlier == nil { keep(loaded, insteadOf: start) }
    return loaded
  }

  private func loadIndex(
    extending start: ParsedIndex, listed: [ListedObject], toleratesDamage: Bool, cancellation: Cancellation
  ) throws -> LoadedIndex {
    let known = Set(start.files.map(\.id))
    let files = listed.filter { !known.contains($0.id) }.sorted { $0.id < $1.id }
    // No index file is larger than some megabytes; a list may say what it likes.
    let expectedBytes = files.reduce(Int64(0)) { $0 + min($1.sizeInBytes, 64 << 20) }
    let state = Mutex(IndexLoading(expectedBytes: expectedBytes, extending: start))
    let cursor = Atomic<Int>(0)
    let threads = min(max(1, processorCount), max(1, files.count))
    try runThreads(count: threads, named: "index") { [self] _ in
      let codec = makeCodec()
      while true {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < files.count, state.withLock({ $0.failure == nil }) else { return }
        do {
          try cancellation.check()
          let json = try loadUnpacked(.index, files[next], with: codec)
          try state.withLock { try $0.add(json, of: files[next], version: config.version) }
        } catch let error as RepositoryError where toleratesDamage {
          state.withLock { $0.unreadable.append(error.text) }
        } catch let error as StoreError where toleratesDamage && error.reason != .notFound && error.concernsOneObject {
          state.withLock { $0.unreadable.append(error.text) }
        } catch let error as StoreError where error.reason == .notFound {
          // Rewritten since it was listed: what it said stands in a newer one, which the caller has to look for.
          state.withLock { $0.failure = $0.failure ?? error }
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    let loading = state.withLock { $0 }
    if let failure = loading.failure { throw failure }
    return LoadedIndex(
      index: loading.builder.build(), fileCount: known.count + files.count,
      repeatedPacks: start.repeatedPacks + loading.builder.repeatedPacks,
      contradictoryPacks: start.contradictoryPacks + loading.builder.contradictoryPacks,
      unreadable: loading.unreadable,
      files: (start.files + loading.files).sorted { $0.id < $1.id })
  }
}

extension Repository {
  /// An index without the packs that are not there, or not of the size it says: what they held must be stored again, and
  /// no snapshot may rely on it.
  ///
  /// - Parameter report: told of each such pack.
  package func trustworthy(_ index: BlobIndex, report: (RepositoryError) -> Void) throws -> BlobIndex {
    let sizes = Dictionary(try store.listObjects(.pack).map { ($0.id, $0.sizeInBytes) }, uniquingKeysWith: max)
    var lost: Set<Int> = []
    for (number, pack) in index.packs.enumerated() where sizes[pack.id] != index.packSize(number) {
      lost.insert(number)
      report(
        .damaged(
          object: ObjectKind.pack.storeKey(of: pack.id).path,
          problem: sizes[pack.id] == nil ? "it is missing" : "it does not have the size that the index says"))
    }
    return lost.isEmpty ? index : BlobIndex(index, withoutPacks: lost)
  }
}

private struct IndexLoading: Sendable {
  var builder: BlobIndexBuilder
  var files: [ListedIndexFile] = []
  var unreadable: [Message] = []
  var failure: (any Error)?

  /// An id alone takes 32 bytes in a compressed index file, an entry about 45: enough to get the room right at once.
  init(expectedBytes: Int64, extending start: ParsedIndex) {
    builder = BlobIndexBuilder(packs: start.packs, columns: start.columns)
    builder.reserve(blobs: builder.count + Int(min(expectedBytes / 45, 1 << 26)))
  }

  mutating func add(_ json: [UInt8], of file: ListedObject, version: Int) throws {
    let packs = builder.packCount
    let repeated = builder.repeatedPacks.count
    let marked = builder.packsToDelete.count
    do throws(MalformedIndex) {
      try builder.add(indexFile: json, repositoryVersion: version)
      files.append(
        ListedIndexFile(
          id: file.id, packs: packs..<builder.packCount, repeatedPacks: Array(builder.repeatedPacks[repeated...]),
          packsToDelete: Array(builder.packsToDelete[marked...])))
    } catch {
      throw RepositoryError.damaged(object: ObjectKind.index.storeKey(of: file.id).path, problem: error.text)
    }
  }
}
