import CoffreCore
import Synchronization

/// The snapshots of a repository as they come and go.
package final class SnapshotRoster: Sendable {
  private struct State: Sendable {
    /// All that could be read, whether they match or not.
    var known: [SnapshotID: Snapshot] = [:]
    /// Those that were reported.
    var unreadable: Set<SnapshotID> = []
    var matching: [StoredSnapshot] = []
  }

  private let repository: Repository
  private let filter: SnapshotFilter
  private let state = Mutex(State())

  /// Knows nothing before the first `refresh`.
  package init(of repository: Repository, filter: SnapshotFilter = SnapshotFilter()) {
    self.repository = repository
    self.filter = filter
  }

  /// Those that match, oldest first, as of the last `refresh`.
  package var snapshots: [StoredSnapshot] { state.withLock { $0.matching } }

  package enum Change: Sendable, Hashable {
    case none, removed, added
  }

  /// Lists again; reads only what was not known. One thread at a time.
  ///
  /// - Parameter report: told once of each snapshot that cannot be read; the others are there all the same.
  /// - Throws: if there is no list; then all stays as it was.
  package func refresh(report: (RepositoryError) -> Void) throws -> Change {
    let listed = try repository.store.listObjects(.snapshot)
    var (known, unreadable) = state.withLock { ($0.known, $0.unreadable) }
    let present = Set(listed.map(\.id))
    let before = known.count
    known = known.filter { present.contains($0.key) }
    var change = known.count < before ? Change.removed : .none
    let codec = repository.makeCodec()
    for object in listed where known[object.id] == nil {
      do {
        known[object.id] = try repository.loadSnapshot(object, with: codec)
        unreadable.remove(object.id)
        change = .added
      } catch let error as RepositoryError {
        if unreadable.insert(object.id).inserted { report(error) }
      } catch let error as StoreError {
        if error.reason == .notFound { continue }  // forgotten since it was listed
        guard error.concernsOneObject else { throw error }
        if unreadable.insert(object.id).inserted {
          report(.damaged(object: ObjectKind.snapshot.storeKey(of: object.id).path, problem: error.cause))
        }
      }
    }
    state.withLock { [known, unreadable] state in
      state.known = known
      state.unreadable = unreadable.intersection(present)
      guard change != .none else { return }
      state.matching = known.filter { filter.matches($0.value) }.map { StoredSnapshot(id: $0.key, snapshot: $0.value) }
        .sorted { left, right in
          left.snapshot.time.isSameInstant(as: right.snapshot.time)
            ? left.id < right.id : left.snapshot.time.isBefore(right.snapshot.time)
        }
    }
    return change
  }
}
