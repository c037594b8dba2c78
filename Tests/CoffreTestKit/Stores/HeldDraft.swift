import CoffreCore
import CoffreSystem
import Synchronization

/// A draft that is nowhere before it is published.
final class HeldDraft: ObjectDraft {
  private struct State {
    var bytes: [UInt8] = []
    var key: StoreKey?
  }

  private let store: any Store
  private let state = Mutex(State())

  init(in store: any Store) { self.store = store }

  func append(_ bytes: Span<UInt8>) { state.withLock { CoffreSystem.append(bytes, to: &$0.bytes) } }

  func finish(at key: StoreKey) { state.withLock { $0.key = key } }

  func synchronize() {}

  func publish() throws(StoreError) {
    let (key, bytes) = state.withLock { ($0.key, $0.bytes) }
    if let key { try store.save(bytes.span, at: key) }
  }

  func confirm() {}

  var bytesInMemory: [UInt8]? { nil }
}
