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
  ///   - detail: `fingerprints` for who only looks up blobs whose ids are known: it takes a third less memory, and is read
  ///     from the cache.
  ///   - toleratesDamage: go on without files that cannot be read, and name them: for `repo check` only. Everybody else
  ///     must not take what such a file names for missing.
  ///   - earlier: an index loaded before: only files that it does not know are read, and what it numbered keeps its
  ///     numbers, and what it keeps of ids counts. Whether its own files are still there is the caller's to ask.
  ///   - source: with `toleratesDamage` always the files.
  package func loadIndex(
    _ detail: IndexDetail = .wholeIDs, from source: IndexSource = .cacheOrStore, toleratesDamage: Bool = false,
    extending earlier: LoadedIndex? = nil, cancellation: Cancellation
  ) throws -> LoadedIndex {
    let listed = try store.listObjects(.index)
    let usesCache = source == .cacheOrStore && detail == .fingerprints && !toleratesDamage && earlier == nil
    var start: ParsedIndex
    if let earlier {
      start = ParsedIndex(earlier)
    } else if usesCache, let parsed = parsedIndex(ofSome: listed) {
      start = parsed
    } else {
      start = ParsedIndex(BlobColumns(detail))
    }
    let known = (files: start.files.count, blobs: start.columns.count)
    let loading = IndexLoading(extending: start)
    // Its columns now have one owner, who can extend them where they are.
    start = ParsedIndex(BlobColumns(detail))
    let loaded = try load(loading, listed: listed, toleratesDamage: toleratesDamage, cancellation: cancellation)
    if loaded.unreadable.isEmpty { cachingStore?.learn(loaded.index) }
    if usesCache { keep(loaded, insteadOf: known) }
    return loaded
  }

  /// An index loaded before, and with it what some further files say, and packs that no file names yet.
  func loadIndex(
    extending earlier: LoadedIndex, by files: [ListedObject], and packs: [SavedPack], cancellation: Cancellation
  ) throws -> LoadedIndex {
    var start = IndexLoading(extending: ParsedIndex(earlier))
    for pack in packs { start.builder.add(pack: pack.id, blobs: pack.blobs) }
    let loaded = try load(start, listed: files, toleratesDamage: false, cancellation: cancellation)
    cachingStore?.learn(loaded.index)
    return loaded
  }

  private func load(
    _ start: consuming IndexLoading, listed: [ListedObject], toleratesDamage: Bool, cancellation: Cancellation
  ) throws -> LoadedIndex {
    let known = Set(start.files.map(\.id))
    let files = listed.filter { !known.contains($0.id) }.sorted { $0.id < $1.id }
    if !files.isEmpty { start.builder.reserve(blobs: start.builder.count + manyBlobs(in: files)) }
    let state = Mutex(start)
    let cursor = Atomic<Int>(0)
    // An open file is tens of megabytes of JSON: where there are few, a second thread saves less than its memory costs.
    let threads = max(1, min(processorCount, files.count / 4))
    try runThreads(count: threads, named: "index") { [self] _ in
      let codec = makeCodec()
      while true {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < files.count, state.withLock({ $0.failure == nil }) else { return }
        do {
          try cancellation.check()
          let json = try loadUnpacked(.index, files[next], with: codec)
          let packs = try listedPacks(json, of: files[next])
          state.withLock { $0.add(packs, of: files[next]) }
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
    let loading = state.withLock { state in
      var loading = IndexLoading(extending: ParsedIndex(BlobColumns(.fingerprints)))
      swap(&loading, &state)
      return loading
    }
    if let failure = loading.failure { throw failure }
    return LoadedIndex(
      index: loading.builder.build(), fileCount: known.count + files.count,
      repeatedPacks: loading.repeatedPacks + loading.builder.repeatedPacks,
      contradictoryPacks: loading.contradictoryPacks + loading.builder.contradictoryPacks,
      unreadable: loading.unreadable, files: loading.files.sorted { $0.id < $1.id })
  }
}

extension Repository {
  private func listedPacks(_ json: [UInt8], of file: ListedObject) throws(RepositoryError) -> ListedPacks {
    do throws(MalformedIndex) {
      return try ListedPacks(indexFile: json, repositoryVersion: config.version)
    } catch {
      throw .damaged(object: ObjectKind.index.storeKey(of: file.id).path, problem: error.text)
    }
  }

  /// About how many blobs index files list at most: an id alone takes 32 bytes in a compressed one, an entry about 49.
  func manyBlobs(in files: [ListedObject]) -> Int {
    // No index file is larger than some megabytes; a list may say what it likes.
    let bytes = files.reduce(Int64(0)) { $0 + min($1.sizeInBytes, 64 << 20) }
    return Int(min(bytes / 45, 1 << 28))
  }

  /// An index without the packs that are not there, or not of the size it says: what they held must be stored again, and
  /// no snapshot may rely on it.
  ///
  /// - Parameter report: told of each such pack.
  package func trustworthy(_ index: BlobIndex, report: (RepositoryError) -> Void) throws -> BlobIndex {
    guard !index.packs.isEmpty else { return index }
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
  var files: [ListedIndexFile]
  /// Known from the beginning on.
  let repeatedPacks: [PackID]
  let contradictoryPacks: [PackID]
  var unreadable: [Message] = []
  var failure: (any Error)?

  init(extending start: ParsedIndex) {
    builder = BlobIndexBuilder(start.columns)
    files = start.files
    repeatedPacks = start.repeatedPacks
    contradictoryPacks = start.contradictoryPacks
  }

  mutating func add(_ listed: ListedPacks, of file: ListedObject) {
    let packs = builder.packCount
    let repeated = builder.repeatedPacks.count
    builder.add(listed)
    files.append(
      ListedIndexFile(
        id: file.id, packs: packs..<builder.packCount, repeatedPacks: Array(builder.repeatedPacks[repeated...]),
        packsToDelete: listed.facts.packsToDelete))
  }
}
