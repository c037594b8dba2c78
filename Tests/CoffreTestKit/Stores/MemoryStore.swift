package import CoffreCore
import CoffreSystem
import Synchronization

/// A store in memory: quick, exact, and open to every kind of damage.
package final class MemoryStore: Store {
  /// Objects by the path of their key.
  package typealias Contents = [String: [UInt8]]

  package let traits: StoreTraits
  private let objects: Mutex<Contents>
  private let beforeEachPiece: HeldDraft.Question?

  /// - Parameters:
  ///   - localFolder: what it says of itself, as a folder of this machine.
  ///   - beforeEachPiece: then its objects may be written piece by piece, and this is asked before each of them.
  package init(
    _ contents: Contents = [:], location: String = "memory", listsAtOnce: Bool = true, localFolder: PathBytes? = nil,
    beforeEachPiece: HeldDraft.Question? = nil
  ) {
    objects = Mutex(contents)
    self.beforeEachPiece = beforeEachPiece
    traits = StoreTraits(
      location: location, parallelRequests: 2, listsAtOnce: listsAtOnce, localFolder: localFolder)
  }

  package func makeDraft(in folder: StoreKey) -> (any ObjectDraft)? {
    beforeEachPiece.map { HeldDraft(in: self, beforeEachPiece: $0) }
  }

  /// Everything another store holds.
  package convenience init(copying store: some Store, location: String = "memory") throws(StoreError) {
    var contents: Contents = [:]
    for object in try store.objects(in: .all) {
      contents[object.key.path] = try store.load(object.key, expectedSize: Int(object.sizeInBytes))
    }
    self.init(contents, location: location)
  }

  package func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    var copy: [UInt8] = []
    append(bytes, to: &copy)
    objects.withLock { [copy] in $0[key.path] = copy }
  }

  package func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError)
    -> Int
  {
    guard let bytes = self[key.path] else {
      throw StoreError(.notFound, .load, key.path, because: "No such object")
    }
    let start = Int(range?.lowerBound ?? 0)
    let end = range.map { Int($0.upperBound) } ?? bytes.count
    guard end <= bytes.count, end - start <= buffer.count else {
      throw StoreError(
        .truncated, .load, key.path,
        because: "it has \(bytes.count) bytes, \(range == nil ? buffer.count : end) were expected")
    }
    copy(bytes.span.extracting(start..<end), into: &buffer)
    return end - start
  }

  package func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    let start = prefix.path.isEmpty ? "" : prefix.path + "/"
    let found = objects.withLock { objects in
      objects.filter { $0.key.hasPrefix(start) }.map { (path: $0.key, size: $0.value.count) }
    }
    for (path, size) in found { try each(StoredObject(key: StoreKey(path), sizeInBytes: Int64(size))) }
  }

  package func remove(_ key: StoreKey) throws(StoreError) {
    objects.withLock { _ = $0.removeValue(forKey: key.path) }
  }
}

// MARK: Looking inside, and doing damage

extension MemoryStore {
  /// All objects as they are now.
  package var contents: Contents { objects.withLock { $0 } }

  /// Throws away what it holds and takes `contents`.
  package func replaceAll(by contents: Contents) { objects.withLock { $0 = contents } }

  /// A second store with the same objects; what happens to one does not show in the other.
  package func copied() -> MemoryStore {
    MemoryStore(contents, location: traits.location, listsAtOnce: traits.listsAtOnce)
  }

  package subscript(path: String) -> [UInt8]? {
    get { objects.withLock { $0[path] } }
    set { objects.withLock { $0[path] = newValue } }
  }

  /// Paths of all objects in a folder and below it, sorted; an empty prefix means all.
  package func paths(in folder: String = "") -> [String] {
    let start = folder.isEmpty ? "" : folder + "/"
    return objects.withLock { objects in objects.keys.filter { $0.hasPrefix(start) } }.sorted()
  }

  /// Changes the bytes of an object that is there.
  package func edit(_ path: String, _ change: (inout [UInt8]) -> Void) {
    objects.withLock { objects in
      guard var bytes = objects[path] else { return }
      change(&bytes)
      objects[path] = bytes
    }
  }
}
