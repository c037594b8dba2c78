import CoffreCore
import CoffreSystem
import Synchronization

/// Lists folders while the repository is still being opened: a password's key is derived by one processor, and others
/// would wait.
///
/// Folders are listed in the order in which a backup goes through them. What could not be listed is left to the backup,
/// which tells why.
final class ListingsAhead: Sendable {
  private struct State: Sendable {
    var listings: [PathBytes: PackedListing] = [:]
    var isRunning = false
    var isStopped = false
  }

  /// Entries that are kept at most: about 80 bytes each.
  private static let limit = 65_536
  /// In bytes: beyond, paths would be more than what they lead to.
  private static let longestPath = 4096
  private let state = Monitor(State())
  /// Whether anything may be there to take.
  private let isUsed = Atomic<Bool>(false)

  /// - Parameter folders: the first one to be listed first.
  func start(with folders: [Folder]) {
    guard !folders.isEmpty else { return }
    isUsed.store(true, ordering: .releasing)
    state.withLock { $0.isRunning = true }
    do throws(SystemError) {
      _ = try EngineThread.start(named: "listing") { [self] in
        list(folders)
        state.withLock { $0.isRunning = false }
      }
    } catch {
      state.withLock { $0.isRunning = false }
    }
  }

  /// Returns when nothing is listed any more; what was listed stays.
  func stop() {
    guard isUsed.load(ordering: .acquiring) else { return }
    state.withLock { $0.isStopped = true }
    state.wait(until: { !$0.isRunning })
  }

  /// How many folders are listed and not taken.
  var count: Int { state.withLock(signalling: false) { $0.listings.count } }

  /// What lies in a folder, if it was listed; only once.
  func take(_ folder: Folder) -> Listing? {
    guard isUsed.load(ordering: .acquiring) else { return nil }
    let path = folder.path.bytes
    let (listing, isLast) = state.withLock(signalling: false) { state in
      let listing = state.listings.removeValue(forKey: path)
      return (
        listing, state.isStopped && state.listings.isEmpty && isUsed.exchange(false, ordering: .acquiringAndReleasing)
      )
    }
    // The listings were the ended thread's memory.
    if isLast { ThisProcess.returnFreedMemory() }
    return listing?.unpacked
  }

  private func list(_ folders: [Folder]) {
    var stack = Array(folders.reversed())
    var count = 0
    while let folder = stack.popLast(), count < Self.limit {
      guard !state.withLock(signalling: false, { $0.isStopped }) else { return }
      let path = folder.path.bytes
      guard path.count <= Self.longestPath, let opened = try? folder.openItself(), let listing = try? opened.list(),
        let packed = PackedListing(listing)
      else { continue }
      count += listing.count
      for index in listing.sortedByName().reversed() where listing.entries[index].attributes.kind == .directory {
        stack.append(opened.folder(index, in: listing))
      }
      state.withLock(signalling: false) { $0.listings[path] = packed }
    }
  }
}

/// A folder that was listed ahead. It is opened when something in it must be read.
final class ListedFolder: OpenDirectory {
  private let folder: Folder
  private let listing: Listing
  private let opened = Mutex<OpenFolder?>(nil)

  init(_ folder: Folder, _ listing: Listing) {
    self.folder = folder
    self.listing = listing
  }

  private func open() throws(SourceError) -> OpenFolder {
    try opened.withLock { opened throws(SourceError) in
      if let opened { return opened }
      let itself = try folder.openItself()
      opened = itself
      return itself
    }
  }

  func list() throws(SourceError) -> Listing { listing }

  func details(of index: Int, in listing: Listing) throws(SourceError) -> EntryDetails {
    try open().details(of: index, in: listing)
  }

  func read(_ index: Int, part: Int, in listing: Listing) throws(SourceError) -> any ByteReader {
    try open().read(index, part: part, in: listing)
  }

  func directory(_ index: Int, in listing: Listing) -> any UnopenedDirectory {
    folder.below(index, in: listing, parent: opened.withLock { $0 })
  }
}
