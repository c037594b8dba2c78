package import CoffreCore
import CoffreSystem
import Synchronization

/// A draft that is nowhere before it is published.
package final class HeldDraft: ObjectDraft {
  package typealias Question = @Sendable () throws(StoreError) -> Void

  private struct State {
    var bytes: [UInt8] = []
    var key: StoreKey?
  }

  private let store: any Store
  private let beforeEachPiece: Question
  private let state = Mutex(State())

  package init(in store: any Store, beforeEachPiece: @escaping Question = { () throws(StoreError) in }) {
    self.store = store
    self.beforeEachPiece = beforeEachPiece
  }

  package func append(_ bytes: Span<UInt8>) throws(StoreError) {
    try beforeEachPiece()
    state.withLock { CoffreSystem.append(bytes, to: &$0.bytes) }
  }

  package func finish(at key: StoreKey) { state.withLock { $0.key = key } }

  package func synchronize() {}

  package func publish() throws(StoreError) {
    let (key, bytes) = state.withLock { ($0.key, $0.bytes) }
    if let key { try store.save(bytes.span, at: key) }
  }

  package func confirm() {}

  package var bytesInMemory: [UInt8]? { nil }
}
