import CoffreCore
import Synchronization

/// Remembers which packs were saved and writes index files about them; never about a pack that is not durable.
final class IndexRecorder: Sendable {
  private struct State {
    var packs: [SavedPack] = []
    var blobCount = 0
    var packedBytes: Int64 = 0
  }

  private let repository: Repository
  private let state = Mutex(State())
  private let total = Mutex(SavedPacks())

  init(repository: Repository) { self.repository = repository }

  /// Keeps what the cache wants of a pack that was written.
  ///
  /// - Returns: what is to be recorded once the pack is durable.
  func keep(_ pack: FinishedPack) -> SavedPack {
    repository.cachingStore?.keep(pack)
    return SavedPack(id: pack.id, blobs: pack.blobs, size: pack.size)
  }

  /// A pack was saved and is durable.
  func add(_ pack: SavedPack) {
    total.withLock { total in
      total.count += 1
      total.bytes += pack.size
    }
    state.withLock { state in
      state.packs.append(pack)
      state.blobCount += pack.blobs.count
      state.packedBytes += pack.size
    }
  }

  /// All packs that were saved, indexed or not.
  var savedPacks: SavedPacks { total.withLock { $0 } }

  /// Whether there is enough for an index file.
  func isDue(by rhythm: IndexRhythm) -> Bool {
    let limit = IndexFileSeries.wantedBlobCount(inVersion: repository.config.version)
    return state.withLock { $0.blobCount >= limit || $0.packedBytes >= rhythm.bytes }
  }

  /// Hands over the packs that no index file names yet: the caller names them.
  func takeUnnamed() -> [SavedPack] {
    state.withLock { state in
      defer { state = State() }
      return state.packs
    }
  }

  /// Writes index files about all packs recorded since the last call; none if there are none. What could not be written
  /// is kept for the next call.
  func flush(with codec: BlobCodec) throws(StoreError) {
    let packs = state.withLock { state in
      defer { state = State() }
      return state.packs
    }
    var series = IndexFileSeries(in: repository, with: codec)
    defer { total.withLock { $0.indexFiles += series.saved } }
    do throws(StoreError) {
      for pack in packs { try series.add(pack.id, pack.blobs) }
      _ = try series.finish()
    } catch {
      let rest = packs[series.savedPacks...]
      state.withLock { state in
        state.packs.insert(contentsOf: rest, at: 0)
        state.blobCount += rest.reduce(0) { $0 + $1.blobs.count }
        state.packedBytes += rest.reduce(0) { $0 + $1.size }
      }
      throw error
    }
  }
}

/// What the index is to tell about a pack.
struct SavedPack: Sendable {
  let id: PackID
  let blobs: [IndexedBlob]
  /// In bytes, as it lies in the store.
  let size: Int64
}

/// Packs as they lie in the store, headers and all.
struct SavedPacks: Sendable, Hashable {
  var count = 0
  var bytes: Int64 = 0
  /// The index files about them.
  var indexFiles: [ListedObject] = []
}
