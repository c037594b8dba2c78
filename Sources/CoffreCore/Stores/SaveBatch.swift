/// Objects that one thread saves one after another, and that become durable together.
///
/// Nothing but the batch may count on an object before `commit` has returned: others may, or may not, see it.
package protocol SaveBatch: AnyObject {
  /// Takes an object over, replacing what was there; the bytes are the caller's again when it returns.
  func add(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError)
  /// Returns once all that was added since the last call is as it would be after `Store.save`. When it throws, each object
  /// is either whole or not there.
  func commit() throws(StoreError)
}

/// The batch of stores that gain nothing by waiting: each object is durable at once.
package final class SingleSaves: SaveBatch {
  private let store: any Store

  package init(in store: any Store) { self.store = store }

  package func add(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) { try store.save(bytes, at: key) }

  package func commit() {}
}
