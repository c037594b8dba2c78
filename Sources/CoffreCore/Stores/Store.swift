/// A place that keeps bytes under keys. Blocking: called on engine threads only, from several at once.
///
/// Whatever was saved is readable at once, whole or not at all, and survives a power cut once `save` has returned.
/// Implementations do not retry; a wrapper does.
package protocol Store: Sendable {
  var traits: StoreTraits { get }
  /// Saves everything, replacing what was there. A failed save leaves no partial object under `key`.
  func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError)
  /// - Parameters:
  ///   - range: in bytes; `nil` for the whole object. A range past the end is an error (`.truncated`), never a short
  ///     answer.
  ///   - buffer: exactly as long as the range; for the whole object at least as long as it.
  /// - Returns: the number of bytes written into `buffer`.
  func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError) -> Int
  /// In no particular order; each object once, with its size. Throws unless the list is complete; a prefix that does
  /// not exist lists nothing.
  func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError)
  /// Removing what is not there is a success.
  func remove(_ key: StoreKey) throws(StoreError)
  /// An object to be written piece by piece; `nil` from stores that take objects as a whole.
  ///
  /// - Parameter folder: where it will lie, or a folder above.
  func makeDraft(in folder: StoreKey) -> (any ObjectDraft)?
}

/// Where an object lies in a store: components joined by slashes, `data/3f/3fa2…`.
package struct StoreKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let path: String

  /// - Precondition: no component is empty, `.` or `..`; the empty key is the store itself.
  package init(_ path: String) {
    precondition(
      path.isEmpty
        || path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
          !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
        }, "a store key has no empty or dot components")  // not for people
    self.path = path
  }

  package static let all = StoreKey("")
  package var description: String { path }
  package var name: String { String(path.split(separator: "/").last ?? "") }
  package static func < (left: StoreKey, right: StoreKey) -> Bool { left.path < right.path }
}

package struct StoredObject: Sendable, Hashable {
  package let key: StoreKey
  package let sizeInBytes: Int64

  package init(key: StoreKey, sizeInBytes: Int64) {
    self.key = key
    self.sizeInBytes = sizeInBytes
  }
}

/// How stores differ, as data.
package struct StoreTraits: Sendable, Hashable {
  /// How people and the configuration name it: a path or URL without secrets.
  package let location: String
  /// How many requests at once serve it best.
  package let parallelRequests: Int
  /// Whether an object stands in lists as soon as it is saved, for everybody.
  package let listsAtOnce: Bool
  /// Whether listing all objects costs little beside a backup.
  package let listsCheaply: Bool
  /// The local folder it keeps, so that backups leave it out; `nil` if it is elsewhere.
  package let localFolder: PathBytes?

  package init(
    location: String, parallelRequests: Int, listsAtOnce: Bool, listsCheaply: Bool = true, localFolder: PathBytes? = nil
  ) {
    self.location = location
    self.parallelRequests = parallelRequests
    self.listsAtOnce = listsAtOnce
    self.listsCheaply = listsCheaply
    self.localFolder = localFolder
  }
}

extension Store {
  package func makeDraft(in folder: StoreKey) -> (any ObjectDraft)? { nil }

  /// The whole object, or the range, as an array.
  ///
  /// - Parameter expectedSize: of the answer, in bytes; from a list, an index or the range.
  package func load(_ key: StoreKey, range: Range<Int64>? = nil, expectedSize: Int) throws(StoreError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: expectedSize)
    var span = bytes.mutableSpan
    let count = try load(key, range: range, into: &span)
    if count < expectedSize { bytes.removeLast(expectedSize - count) }
    return bytes
  }

  /// Whether something lies under a key; a look at its first byte.
  package func holds(_ key: StoreKey) throws(StoreError) -> Bool {
    var byte: [UInt8] = [0]
    var span = byte.mutableSpan
    do throws(StoreError) {
      _ = try load(key, range: 0..<1, into: &span)
      return true
    } catch {
      if error.reason == .notFound { return false }
      if error.reason == .truncated { return true }
      throw error
    }
  }

  package func objects(in prefix: StoreKey) throws(StoreError) -> [StoredObject] {
    var found: [StoredObject] = []
    try list(prefix) { (object: StoredObject) throws(StoreError) in found.append(object) }
    return found
  }
}
