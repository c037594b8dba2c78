import CoffreCore
import Synchronization

/// What the rows of a run share.
final class RunShared: Sendable {
  let shelves: RowShelves
  /// Where archives go, of all rows: none of it belongs into a backup.
  let destinations: [PathBytes]
  /// Of who writes to the repository.
  let repositoryTurn = Mutex(())

  init(_ shelves: RowShelves, destinations: [PathBytes]) {
    self.shelves = shelves
    self.destinations = destinations
  }
}
