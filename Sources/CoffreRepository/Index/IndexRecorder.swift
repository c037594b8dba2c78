import CoffreCore
import Synchronization

/// Remembers which packs were saved and writes index files about them; never about a pack that is not durable.
final class IndexRecorder: Sendable {
  private struct State {
    var packs: [(id: PackID, blobs: [IndexedBlob])] = []
    var blobCount = 0
    var packedBytes: Int64 = 0
  }

  /// Peers expect index files below 8 MiB, which is about this many blobs.
  private static let maximumBlobCount = 50_000
  /// Index files are written at least this often, counted in bytes of packs.
  private static let maximumBytes: Int64 = 512 << 20
  private let repository: Repository
  private let state = Mutex(State())
  private let total = Mutex(SavedPacks())

  init(repository: Repository) { self.repository = repository }

  /// A pack was saved and is durable.
  func add(_ pack: FinishedPack) {
    repository.cachingStore?.keep(pack)
    total.withLock { total in
      total.count += 1
      total.bytes += Int64(pack.bytes.count)
    }
    state.withLock { state in
      state.packs.append((pack.id, pack.blobs))
      state.blobCount += pack.blobs.count
      state.packedBytes += Int64(pack.bytes.count)
    }
  }

  /// All packs that were saved, indexed or not.
  var savedPacks: SavedPacks { total.withLock { $0 } }

  var isDue: Bool {
    state.withLock { $0.blobCount >= Self.maximumBlobCount || $0.packedBytes >= Self.maximumBytes }
  }

  /// Writes index files about all packs recorded since the last call; none if there are none. A pack stands whole in one
  /// file. What could not be written is kept for the next call.
  func flush(with codec: BlobCodec) throws(StoreError) {
    let packs = state.withLock { state in
      defer { state = State() }
      return state.packs
    }
    var start = 0
    while start < packs.count {
      var end = start
      var blobs = 0
      while end < packs.count, end == start || blobs + packs[end].blobs.count <= Self.maximumBlobCount {
        blobs += packs[end].blobs.count
        end += 1
      }
      do throws(StoreError) {
        try save(packs[start..<end], with: codec)
      } catch {
        let rest = packs[start...]
        state.withLock { state in
          state.packs.insert(contentsOf: rest, at: 0)
          state.blobCount += rest.reduce(0) { $0 + $1.blobs.count }
        }
        throw error
      }
      start = end
    }
  }

  private func save(_ packs: ArraySlice<(id: PackID, blobs: [IndexedBlob])>, with codec: BlobCodec)
    throws(StoreError)
  {
    var writer = IndexFileWriter()
    for pack in packs { writer.append(pack: pack.id, blobs: pack.blobs) }
    _ = try repository.saveUnpacked(.index, writer.finish().span, with: codec)
  }
}

/// Packs as they lie in the store, headers and all.
struct SavedPacks: Sendable, Hashable {
  var count = 0
  var bytes: Int64 = 0
}
