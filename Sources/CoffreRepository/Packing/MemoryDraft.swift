import CoffreCore
import CoffreSystem

/// The draft for stores that take an object as a whole: kept in memory, saved when it is finished.
///
/// `@unchecked Sendable`: one thread at a time uses it.
final class MemoryDraft: ObjectDraft, @unchecked Sendable {
  private let store: any Store
  private var bytes: [UInt8] = []

  /// - Parameter expectedSize: in bytes; memory is set aside for as much.
  init(in store: any Store, expectedSize: Int = 0) {
    self.store = store
    bytes.reserveCapacity(expectedSize)
  }

  func append(_ more: Span<UInt8>) { CoffreSystem.append(more, to: &bytes) }

  func finish(at key: StoreKey) throws(StoreError) {
    let bytes = bytes
    try store.save(bytes.span, at: key)
  }

  func synchronize() {}
  func publish() {}
  func confirm() {}
  var bytesInMemory: [UInt8]? { bytes }
}
