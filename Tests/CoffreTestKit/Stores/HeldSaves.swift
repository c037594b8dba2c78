import CoffreCore
import CoffreSystem

/// A batch of which nothing is there before it is committed; the last object then comes first.
final class HeldSaves: SaveBatch {
  private let store: any Store
  private var held: [(key: StoreKey, bytes: [UInt8])] = []

  init(in store: any Store) { self.store = store }

  func add(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    var copy: [UInt8] = []
    append(bytes, to: &copy)
    held.append((key, copy))
  }

  func commit() throws(StoreError) {
    defer { held = [] }
    while let (key, bytes) = held.popLast() { try store.save(bytes.span, at: key) }
  }
}
