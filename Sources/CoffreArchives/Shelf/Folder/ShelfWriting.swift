package import CoffreCore
import CoffreSystem
import Synchronization

/// A shelf that somebody writes to, as long as this lives: several points may be made at the same time under one lock.
///
/// Nobody else adds or removes a point meanwhile, so that what was listed once stays known.
package final class ShelfWriting: Sendable {
  private struct State: Sendable {
    /// Names that points being made will have.
    var reserved: Set<PathBytes> = []
    var listing: ShelfListing?
  }

  package let shelf: ShelfFolder
  private let lock: ShelfLock
  private let state = Mutex(State())
  private let turn = Mutex(())

  /// Waits for the writer's lock, and removes what runs left that are dead.
  ///
  /// - Parameter patience: how long to wait for another writer.
  package init(
    _ shelf: ShelfFolder, patience: Duration, events: any EventSink, cancellation: Cancellation
  ) throws {
    self.shelf = shelf
    lock = try ShelfLock(.writing, on: shelf.descriptor, patience: patience, cancellation: cancellation)
    let leftovers = try shelf.removeLeftovers(under: lock, cancellation)
    if leftovers > 0 {
      events.take(.note("removed what \(counted(leftovers, "interrupted run")) left on the shelf"))
    }
  }

  /// Chooses a name that stays this point's until it is made.
  ///
  /// - Parameter choose: told whether another point that is being made has a name.
  func reserve(_ choose: (_ isReserved: (PathBytes) -> Bool) throws -> PathBytes) rethrows -> PathBytes {
    try state.withLock { state in
      let reserved = state.reserved
      let name = try choose { reserved.contains($0) }
      state.reserved.insert(name)
      return name
    }
  }

  /// All points, those of this writer too.
  ///
  /// - Throws: unless the listing is complete; then it is tried anew the next time.
  func points() throws -> ShelfListing {
    try state.withLock { state in
      if let listing = state.listing { return listing }
      let listing = try shelf.points()
      state.listing = listing
      return listing
    }
  }

  /// One removal after the other: each wants to be without readers.
  func alone<Result>(_ body: () throws -> Result) rethrows -> Result { try turn.withLock { _ in try body() } }

  func added(_ point: ShelfPoint) {
    state.withLock { state in
      // Listed meanwhile by another thread, perhaps.
      guard state.listing?.point(point.name) == nil else { return }
      state.listing?.points.append(point)
    }
  }

  func removed(_ point: ShelfPoint) {
    state.withLock { state in state.listing?.points.removeAll { $0.name == point.name } }
  }
}
