package import CoffreCore
import CoffreSystem
import OpenSSLKit
import Synchronization

/// A store around a store that is far away: keeps index files, snapshots and packs of trees in a folder of this machine.
///
/// The cache never lies: whatever it gives has the hash that its name says, else it is thrown away and fetched anew. What
/// is there is always asked of the store itself; so are whole packs, which only those read who verify the store: once in
/// the life of a process, which is no less than they are promised.
package final class CachingStore: Store {
  private struct TreePacks {
    /// What the index says of packs that hold nothing but trees, in bytes.
    var sizes: [PackID: Int64] = [:]
    /// Proved to be in the cache as their names say.
    var proven: Set<PackID> = []
    /// Not what their names say, in the store itself: read piece by piece, as without a cache.
    var unfit: Set<PackID> = []
    /// Read from the store by this process, whole, and found to be what their names say.
    var fetched: Set<PackID> = []
    /// One thread is fetching or proving them.
    var inWork: Set<PackID> = []
  }

  /// Larger packs are not fetched for a small part of them.
  private static let largestPack: Int64 = 160 << 20
  private let base: any Store
  private let cache: RepositoryCache
  private let trees = Monitor(TreePacks())

  init(_ base: any Store, cache: RepositoryCache) {
    self.base = base
    self.cache = cache
  }

  package var traits: StoreTraits { base.traits }
}

// MARK: The store

extension CachingStore {
  package func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    try base.save(bytes, at: key)
    if let (kind, id) = Self.document(at: key) { cache.save(bytes, at: cache.path(of: kind, id)) }
  }

  package func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError)
    -> Int
  {
    if let range {
      guard let id = Self.pack(at: key), range.count <= buffer.count else {
        return try base.load(key, range: range, into: &buffer)
      }
      return try loadPart(of: id, range, into: &buffer)
    }
    guard let (kind, id) = Self.document(at: key) else {
      if let id = Self.pack(at: key), trees.withLock({ $0.fetched.contains(id) }),
        let count = cached(id, cache.path(of: .pack, id), into: &buffer)
      {
        return count
      }
      return try base.load(key, range: nil, into: &buffer)
    }
    let path = cache.path(of: kind, id)
    if let count = cached(id, path, into: &buffer) { return count }
    let count = try base.load(key, range: nil, into: &buffer)
    let bytes = buffer.span.extracting(0..<count)
    if cache.takesMore, SHA256Hasher().hash(bytes) == id { cache.save(bytes, at: path) }
    return count
  }

  package func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    guard let kind = ObjectKind(rawValue: prefix.path), kind == .index || kind == .snapshot else {
      return try base.list(prefix, each)
    }
    var listed: Set<Digest> = []
    try base.list(prefix) { (object: StoredObject) throws(StoreError) in
      if let (_, id) = Self.document(at: object.key) { listed.insert(id) }
      try each(object)
    }
    cache.keepOnly(listed, of: kind)
  }

  package func remove(_ key: StoreKey) throws(StoreError) {
    try base.remove(key)
    if let (kind, id) = Self.document(at: key) { cache.remove(cache.path(of: kind, id)) }
    if let id = Self.pack(at: key) { forget(id) }
  }

  private static func document(at key: StoreKey) -> (ObjectKind, Digest)? {
    for kind in [ObjectKind.index, .snapshot] where key.path.hasPrefix(kind.rawValue + "/") {
      if let id = Digest(hex: key.name), kind.storeKey(of: id) == key { return (kind, id) }
    }
    return nil
  }

  private static func pack(at key: StoreKey) -> PackID? {
    guard key.path.hasPrefix("data/"), let id = Digest(hex: key.name) else { return nil }
    return ObjectKind.pack.storeKey(of: id) == key ? id : nil
  }

  /// A whole file of the cache.
  ///
  /// - Returns: its length, or `nil` if it is not there or not what its name says; then it is gone.
  private func cached(_ id: Digest, _ path: PathBytes, into buffer: inout MutableSpan<UInt8>) -> Int? {
    guard let file = cache.open(path) else { return nil }
    if file.sizeInBytes <= Int64(buffer.count), let count = try? file.descriptor.read(into: &buffer, at: 0),
      Int64(count) == file.sizeInBytes, SHA256Hasher().hash(buffer.span.extracting(0..<count)) == id
    {
      return count
    }
    cache.remove(path)
    return nil
  }
}

// MARK: Packs of trees

extension CachingStore {
  /// Takes in which packs hold trees, once the whole index is known; others are cleared away.
  func learn(_ index: BlobIndex) {
    var sizes: [PackID: Int64] = [:]
    for (number, pack) in index.packs.enumerated() where pack.hasTrees && !pack.hasData {
      let size = index.packSize(number)
      if size <= Self.largestPack { sizes[pack.id] = size }
    }
    let known = trees.withLock { trees in
      // What was saved since may be in no index yet.
      trees.sizes.merge(sizes) { _, new in new }
      return Set(trees.sizes.keys)
    }
    cache.keepOnly(known, of: .pack)
  }

  /// Keeps a pack that was just saved, if it holds trees.
  func keep(_ pack: FinishedPack) {
    guard !pack.blobs.isEmpty, pack.blobs.allSatisfy({ $0.kind == .tree }) else { return }
    guard let bytes = pack.draft.bytesInMemory, cache.save(bytes.span, at: cache.path(of: .pack, pack.id)) else {
      return
    }
    trees.withLock { $0.sizes[pack.id] = pack.size }
  }

  /// Looks again at a cached pack of which a part is not what it should be, and throws it away unless it is sound.
  ///
  /// - Returns: whether the part may have come from the cache: then it is worth reading it once more.
  func reconsider(_ id: PackID) -> Bool {
    let mayBeCached = trees.wait(
      until: { !$0.inWork.contains(id) },
      then: { trees in
        guard trees.sizes[id] != nil, !trees.unfit.contains(id) else { return false }
        trees.proven.remove(id)
        trees.inWork.insert(id)
        return true
      })
    guard mayBeCached else { return false }
    let isSound = prove(id)
    trees.withLock { trees in
      trees.inWork.remove(id)
      if isSound { trees.proven.insert(id) }
    }
    return true
  }

  private func forget(_ id: PackID) {
    trees.withLock { trees in
      trees.proven.remove(id)
      trees.fetched.remove(id)
      trees.sizes[id] = nil
    }
    cache.remove(cache.path(of: .pack, id))
  }

  private func loadPart(of id: PackID, _ range: Range<Int64>, into buffer: inout MutableSpan<UInt8>) throws(StoreError)
    -> Int
  {
    if try take(id) {
      if readProven(id, range, into: &buffer) { return range.count }
      // It was deleted, or cut off, since it was proved.
      trees.withLock { _ = $0.proven.remove(id) }
      if try take(id), readProven(id, range, into: &buffer) { return range.count }
    }
    return try base.load(ObjectKind.pack.storeKey(of: id), range: range, into: &buffer)
  }

  private func readProven(_ id: PackID, _ range: Range<Int64>, into buffer: inout MutableSpan<UInt8>) -> Bool {
    guard let file = cache.open(cache.path(of: .pack, id)), range.upperBound <= file.sizeInBytes else { return false }
    var part = buffer._mutatingExtracting(0..<range.count)
    return (try? file.descriptor.read(into: &part, at: range.lowerBound)) == range.count
  }

  private enum Verdict {
    case sound
    /// The cache could not keep it.
    case absent
    /// The store holds something else under that name.
    case unfit
    case failed(StoreError)
  }

  private enum Turn {
    case ready, mine(sizeInBytes: Int64), notCached
  }

  /// Makes sure that a pack of trees is in the cache; threads that want the same one wait for the first.
  ///
  /// - Returns: whether it is.
  private func take(_ id: PackID) throws(StoreError) -> Bool {
    let turn = trees.wait(
      until: { !$0.inWork.contains(id) },
      then: { trees -> Turn in
        guard let size = trees.sizes[id], !trees.unfit.contains(id) else { return .notCached }
        if trees.proven.contains(id) { return .ready }
        trees.inWork.insert(id)
        return .mine(sizeInBytes: size)
      })
    guard case .mine(let size) = turn else {
      if case .ready = turn { return true }
      return false
    }
    let verdict = prove(id) ? .sound : fetch(id, sizeInBytes: size)
    return try trees.withLock { (trees) throws(StoreError) -> Bool in
      trees.inWork.remove(id)
      switch verdict {
      case .sound: trees.proven.insert(id)
      case .absent: return false
      case .unfit:
        trees.unfit.insert(id)
        return false
      case .failed(let error): throw error
      }
      return true
    }
  }

  /// Whether the cached pack has the hash that its name says; if not, it is removed.
  private func prove(_ id: PackID) -> Bool {
    let path = cache.path(of: .pack, id)
    guard let file = cache.open(path) else { return false }
    let size = file.sizeInBytes
    if size <= Self.largestPack {
      let hasher = SHA256Hasher()
      hasher.begin()
      var piece = makeBuffer(Int(min(size, 1 << 20)))
      var position: Int64 = 0
      while position < size {
        var span = piece.mutableSpan
        guard let count = try? file.descriptor.read(into: &span, at: position), count > 0 else { break }
        hasher.update(piece.span.extracting(0..<count))
        position += Int64(count)
      }
      if hasher.finish() == id { return true }
    }
    cache.remove(path)
    return false
  }

  private func fetch(_ id: PackID, sizeInBytes: Int64) -> Verdict {
    guard cache.takesMore else { return .absent }
    do throws(StoreError) {
      let bytes = try base.loadIndexed(ObjectKind.pack.storeKey(of: id), range: 0..<sizeInBytes)
      guard SHA256Hasher().hash(bytes.span) == id else { return .unfit }
      guard cache.save(bytes.span, at: cache.path(of: .pack, id)) else { return .absent }
      trees.withLock { _ = $0.fetched.insert(id) }
      return .sound
    } catch {
      return error.concernsOneObject ? .unfit : .failed(error)
    }
  }
}
