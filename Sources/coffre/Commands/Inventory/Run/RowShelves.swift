import CoffreArchives
import CoffreCore
import CoffreSystem
import Synchronization

/// The folders that archives of a run go to. Rows with the same one share its lock; it is let go with the last of them. Who
/// waits for one folder keeps nobody from another.
final class RowShelves: Sendable {
  /// One folder; the first that comes takes its lock.
  private final class Place: Sendable {
    let shelf: ShelfFolder
    let writing = Mutex<ShelfWriting?>(nil)

    init(_ shelf: ShelfFolder) { self.shelf = shelf }

    /// Not that of a share that went away, even if it is there again.
    var isAlive: Bool { (try? shelf.attributes()) != nil }
  }

  private struct State: Sendable {
    /// Rows that are still to come, by the folder as they name it.
    var remaining: [PathBytes: Int]
    var places: [PathBytes: Place] = [:]
    /// The same folder may have several names.
    var known: [FileIdentity: Place] = [:]
  }

  private let patience: Duration
  private let events: any EventSink
  private let state: Mutex<State>

  /// - Parameters:
  ///   - destinations: one for each row.
  ///   - patience: how long to wait for other writers.
  init(_ destinations: [PathBytes], patience: Duration, events: any EventSink) {
    self.patience = patience
    self.events = events
    state = Mutex(State(remaining: Dictionary(destinations.map { ($0, 1) }, uniquingKeysWith: +)))
  }

  /// Opens a folder for writing, and makes it if it is not there.
  func writing(to folder: PathBytes, _ cancellation: Cancellation) throws -> ShelfWriting {
    let place = try place(of: folder)
    return try place.writing.withLock { writing in
      if let writing { return writing }
      let made = try ShelfWriting(place.shelf, patience: patience, events: events, cancellation: cancellation)
      writing = made
      return made
    }
  }

  private func place(of folder: PathBytes) throws -> Place {
    // Outside the lock: a share may take its time to answer.
    let shelf = try ShelfFolder(folder, creating: true)
    let identity = try FileIdentity(shelf.attributes())
    return state.withLock { state in
      var place = state.known[identity] ?? Place(shelf)
      if !place.isAlive { place = Place(shelf) }
      state.known[identity] = place
      state.places[folder] = place
      return place
    }
  }

  /// A row has come to its end.
  func left(_ folder: PathBytes) {
    state.withLock { state in
      let count = (state.remaining[folder] ?? 1) - 1
      state.remaining[folder] = count
      guard count <= 0 else { return }
      state.places[folder] = nil
      let used = state.places.values.map { ObjectIdentifier($0) }
      state.known = state.known.filter { used.contains(ObjectIdentifier($0.value)) }
    }
  }
}
