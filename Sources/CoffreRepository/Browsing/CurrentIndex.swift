import CoffreCore
import CoffreSystem

/// The index of a repository that others add to: read again when something is missing from it and files have changed.
final class CurrentIndex: Sendable {
  private struct State: Sendable {
    var index: BlobIndex
    /// The files that were read for it.
    var files: Set<IndexID>
    var looked = ContinuousClock.now
    var expectsNews = false
    var isReading = false
  }

  /// Between two looks for what is missing, unless news are expected.
  private static let pause = Duration.seconds(10)
  private let repository: Repository
  private let cancellation: Cancellation
  private let state: Monitor<State>

  init(of repository: Repository, cancellation: Cancellation) throws {
    let (index, files) = try Self.read(repository, cancellation)
    self.repository = repository
    self.cancellation = cancellation
    state = Monitor(State(index: index, files: files))
  }

  var index: BlobIndex { state.withLock(signalling: false) { $0.index } }

  func expectNews() { state.withLock(signalling: false) { $0.expectsNews = true } }

  /// An index that knows more than one that lacked something. One thread reads, the others wait for it.
  ///
  /// - Returns: `nil` if there is none.
  func newer(than old: BlobIndex) throws -> BlobIndex? {
    enum Turn { case found(BlobIndex), nothing, look(known: Set<IndexID>) }
    let turn: Turn = state.wait(until: { !$0.isReading }) { state in
      if state.index !== old { return .found(state.index) }
      guard state.expectsNews || ContinuousClock.now - state.looked >= Self.pause else { return .nothing }
      state.isReading = true
      state.expectsNews = false
      return .look(known: state.files)
    }
    switch turn {
    case .found(let index): return index
    case .nothing: return nil
    case .look(let known):
      var found: (index: BlobIndex, files: Set<IndexID>)?
      defer {
        state.withLock { state in
          if let found { (state.index, state.files) = found }
          state.looked = .now
          state.isReading = false
        }
      }
      do {
        guard try Set(repository.store.listObjects(.index).map(\.id)) != known else { return nil }
        found = try Self.read(repository, cancellation)
      } catch {
        state.withLock { $0.expectsNews = true }
        throw error
      }
      return found?.index
    }
  }

  /// Files may be replaced by others while they are read: then all is read again.
  private static func read(_ repository: Repository, _ cancellation: Cancellation) throws
    -> (index: BlobIndex, files: Set<IndexID>)
  {
    var attempts = 3
    while true {
      let files = try Set(repository.store.listObjects(.index).map(\.id))
      do {
        return (try repository.loadIndex(.fingerprints, cancellation: cancellation).index, files)
      } catch let error as StoreError where error.reason == .notFound && attempts > 1 {
        attempts -= 1
      }
    }
  }
}
