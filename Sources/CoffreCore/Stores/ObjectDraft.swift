/// An object that is written piece by piece and gets its key when it is whole. Used by one thread at a time; a draft that
/// is let go of before `publish` leaves nothing.
///
/// What makes it durable is split into steps, so that many drafts can share what a sync costs: see `commit`.
package protocol ObjectDraft: AnyObject, Sendable {
  func append(_ bytes: Span<UInt8>) throws(StoreError)
  /// Nothing more will be appended, and this is its key. Stores that gain nothing by the further steps save it now.
  func finish(at key: StoreKey) throws(StoreError)
  /// Returns once its bytes are on the disk.
  func synchronize() throws(StoreError)
  /// Shows it under its key, replacing what was there.
  func publish() throws(StoreError)
  /// Returns once its name is on the disk: then it is as `Store.save` leaves objects.
  func confirm() throws(StoreError)
  /// The whole object, as long as it is at hand in memory.
  var bytesInMemory: [UInt8]? { get }
}

/// Makes finished drafts durable together. When it throws, each is either whole or not there.
package func commit(_ drafts: [any ObjectDraft]) throws(StoreError) {
  for draft in drafts { try draft.synchronize() }
  for draft in drafts { try draft.publish() }
  for draft in drafts { try draft.confirm() }
}
