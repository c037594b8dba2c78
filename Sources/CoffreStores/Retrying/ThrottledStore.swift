package import CoffreCore
import CoffreSystem

/// A store around a store that takes a limited number of calls at once; others wait for their turn.
///
/// Calls that concern locks never wait: a lock must be refreshed in time, whatever else goes on.
package final class ThrottledStore: Store {
  private let base: any Store
  private let limit: Int
  private let running = Monitor(0)

  /// - Parameter limit: calls at once, at least 1.
  package init(_ base: any Store, limit: Int) {
    self.base = base
    self.limit = max(1, limit)
  }

  package var traits: StoreTraits {
    let own = base.traits
    return StoreTraits(
      location: own.location, parallelRequests: limit, listsAtOnce: own.listsAtOnce, listsCheaply: own.listsCheaply,
      localFolder: own.localFolder)
  }

  private func enter(_ key: StoreKey) -> Bool {
    guard !key.path.hasPrefix("locks") else { return false }
    running.wait(until: { $0 < limit }, then: { $0 += 1 })
    return true
  }

  private func leave(_ isCounted: Bool) {
    if isCounted { running.withLock { $0 -= 1 } }
  }

  package func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    let isCounted = enter(key)
    defer { leave(isCounted) }
    try base.save(bytes, at: key)
  }

  package func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError)
    -> Int
  {
    let isCounted = enter(key)
    defer { leave(isCounted) }
    return try base.load(key, range: range, into: &buffer)
  }

  /// The caller is told after the call has given its place back: it may ask for more meanwhile.
  package func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    for object in try collected(prefix) { try each(object) }
  }

  private func collected(_ prefix: StoreKey) throws(StoreError) -> [StoredObject] {
    let isCounted = enter(prefix)
    defer { leave(isCounted) }
    return try base.objects(in: prefix)
  }

  package func remove(_ key: StoreKey) throws(StoreError) {
    let isCounted = enter(key)
    defer { leave(isCounted) }
    try base.remove(key)
  }
}
