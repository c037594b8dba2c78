package import CoffreCore
import Synchronization

/// A store around a store that remembers which calls ended well, in which order.
package final class RecordingStore: Store {
  package enum Action: Sendable, Hashable {
    case save, load, list, remove
  }

  package struct Call: Sendable, Hashable {
    package let action: Action
    package let path: String
    /// Of saves, in bytes.
    package let size: Int

    /// The key's first component: `data`, `index`, `snapshots`…
    package var folder: String { String(path.prefix { $0 != "/" }) }
  }

  private let base: any Store
  private let record = Mutex([Call]())

  package init(_ base: any Store) { self.base = base }

  package var traits: StoreTraits { base.traits }

  package var calls: [Call] { record.withLock { $0 } }
  /// Saves only.
  package var saves: [Call] { calls.filter { $0.action == .save } }

  package func forget() { record.withLock { $0 = [] } }

  private func note(_ action: Action, _ key: StoreKey, size: Int = 0) {
    record.withLock { $0.append(Call(action: action, path: key.path, size: size)) }
  }

  /// Noted when it has returned: from then on it counts as durable.
  package func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    try base.save(bytes, at: key)
    note(.save, key, size: bytes.count)
  }

  package func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError)
    -> Int
  {
    let count = try base.load(key, range: range, into: &buffer)
    note(.load, key)
    return count
  }

  package func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    try base.list(prefix, each)
    note(.list, prefix)
  }

  package func remove(_ key: StoreKey) throws(StoreError) {
    try base.remove(key)
    note(.remove, key)
  }
}
